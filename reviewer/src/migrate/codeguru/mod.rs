//! From Amazon CodeGuru Reviewer: its suppressions become settings, its recommendations a baseline.
//!
//! CodeGuru names what it reports by detector, `java/throw-exception-with-trace@v1.0`; each of our rules names the
//! detectors that it answers.

mod baseline;
mod recommendations;
mod settings;
mod suppressions;

use rules::review::Rule;

pub use baseline::{Matched, known_findings};
pub use recommendations::{Recommendation, RecommendationsError, recommendations};
pub use settings::{Carried, Known, settings};
pub use suppressions::{Excluded, Suppressions, suppressions};

/// The file that the service reads.
pub const SERVICE_FILE: &str = "aws-codeguru-reviewer.yml";
/// The file that the command line reads.
pub const CLI_FILE: &str = ".codeguru-ignore.yml";

/// The rules that answer a detector, which may be given with its version: `java/name@v1.0`.
fn answers<'a>(detector: &str, rules: &'a [Rule]) -> impl Iterator<Item = &'a Rule> {
    let name = name(detector).to_owned();
    let answers = move |rule: &&Rule| rule.metadata.codeguru.contains(&name);
    rules.iter().filter(answers)
}

/// The detector without its version.
fn name(detector: &str) -> &str {
    detector.split_once('@').map_or(detector, |(name, _)| name)
}
