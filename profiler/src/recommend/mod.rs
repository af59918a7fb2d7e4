//! Profile rules matched against hot stacks: what to change first, with the evidence for it.
//!
//! A rule is data (`rules/profile/*.yaml`, [`rules::profile`]); nothing here knows one. Each function is
//! compared with each pattern once, and then each rule walks the trie of stacks once, callers first, so the
//! cost is linear in distinct stacks whatever their depth.

mod evidence;
mod pattern;
mod price;
mod scan;

pub use price::{HOURS_PER_MONTH, Price};

use std::fmt;
use std::sync::OnceLock;

use rules::profile::ProfileRule;
use serde::Serialize;

use crate::analyze::{Frames, Measure, sampling_error};
use crate::profile::Profile;
use evidence::Gatherer;

/// What a rule found in a profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// Id of the rule.
    pub rule: String,
    /// The finding in a few words.
    pub title: String,
    /// `ERROR`, `WARNING` or `INFO`.
    pub severity: &'static str,
    /// What it means.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where to read more.
    pub reference: String,
    /// Share of the profile in matching stacks; each sample counts once.
    pub share: f64,
    /// Sampling error of the share (2σ); `None` where samples are not counted.
    pub error: Option<f64>,
    /// Matching samples; 0 where the profile does not count them.
    pub samples: u64,
    /// Share of the profile that the remedy saves where it applies everywhere.
    pub saving: f64,
    /// The same in processor cores, over the recording; `None` where CPU time or duration are not known.
    pub saving_cores: Option<f64>,
    /// What that costs in a month; `None` without a price, or where the cores are not known.
    pub saving_per_month: Option<f64>,
    /// The heaviest call path to a matching frame, root first.
    pub path: Vec<String>,
    /// The one or two heaviest call paths, abbreviated around the program's own frames; heaviest first.
    pub paths: Vec<CallPath>,
    /// The program's own functions nearest to the matching frames, heaviest first: where to look.
    pub callers: Vec<Caller>,
}

/// Call paths to matching frames that are the same in what they show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallPath {
    /// Share of the profile in them.
    pub share: f64,
    /// Frames of the program nearest to the match, root first, then the matching frame.
    pub steps: Vec<Step>,
}

/// A frame of a [`CallPath`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name.
    pub function: String,
    /// Whether frames are left out between it and the one before.
    pub skipped: bool,
}

impl fmt::Display for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let joint = if at == 0 { "" } else { " > " };
            let gap = if step.skipped { "… > " } else { "" };
            write!(f, "{joint}{gap}{}", step.function)?;
        }
        Ok(())
    }
}

/// A function of the program that leads to matching frames.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Caller {
    /// Its name.
    pub function: String,
    /// Source file; empty where unknown.
    pub file: String,
    /// The line of its hottest call that leads there; 0 where unknown.
    pub line: u32,
    /// Share of the profile that passes through it to matching frames.
    pub share: f64,
}

/// The built-in rules, in the order of their ids.
pub fn built_in() -> &'static [ProfileRule] {
    static RULES: OnceLock<Vec<ProfileRule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules: Vec<ProfileRule> = rules::builtin::profile_files()
            .iter()
            .map(|(_, text)| ProfileRule::parse(text).expect("tests parse every built-in rule"))
            .collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        rules
    })
}

/// Fewer matching samples than this are chance, whatever their share: two standard errors of 5 samples are 89 % of
/// them.
const FEWEST_SAMPLES: u64 = 5;

/// What `rules` find in `profile`: what saves most first.
pub fn recommend(profile: &Profile, rules: &[ProfileRule]) -> Vec<Recommendation> {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let total = measure.total(profile);
    if total <= 0 {
        return Vec::new();
    }
    let samples = measure.samples(profile);
    let cores = cores(profile, &measure);
    let gatherer = Gatherer::new(profile, &frames, total);
    let recommendation = |rule: &ProfileRule| {
        let matches = scan::scan(profile, &frames, &measure, rule);
        let share = matches.weight as f64 / total as f64;
        // A profile that does not count samples has none to match.
        let by_chance = (1..FEWEST_SAMPLES).contains(&matches.samples);
        if share * 100.0 < rule.threshold || by_chance {
            return None;
        }
        let evidence = gatherer.gather(&matches);
        let saving = share * rule.saving / 100.0;
        Some(Recommendation {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            severity: rule.severity.name(),
            message: rule.message.clone(),
            remedy: rule.remedy.clone(),
            reference: rule.reference.clone(),
            share,
            error: sampling_error(share, samples),
            samples: matches.samples,
            saving,
            saving_cores: cores.map(|cores| cores * saving),
            saving_per_month: None,
            path: evidence.path,
            paths: evidence.paths,
            callers: evidence.callers,
        })
    };
    let mut found: Vec<Recommendation> = rules.iter().filter_map(recommendation).collect();
    found.sort_by(|a, b| {
        b.saving
            .total_cmp(&a.saving)
            .then_with(|| a.rule.cmp(&b.rule))
    });
    found
}

/// Whether each stack of `profile` matches `rule`, by the order of its samples; for the tests of rules.
pub fn matching_samples(profile: &Profile, rule: &ProfileRule) -> Vec<bool> {
    let frames = Frames::of(profile);
    let matches = scan::scan(profile, &frames, &Measure::of(profile), rule);
    profile
        .samples
        .iter()
        .map(|sample| matches.hit(sample.stack).is_some())
        .collect()
}

/// How many cores the target kept busy on average; `None` where CPU time or duration are not known.
pub(crate) fn cores(profile: &Profile, measure: &Measure) -> Option<f64> {
    let duration = profile.recording.duration_ns;
    (measure.is_cpu_time() && duration > 0).then(|| measure.total(profile) as f64 / duration as f64)
}
