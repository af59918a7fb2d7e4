//! Which files a rule looks at, by its `paths`.

use rules::review::Rule;

use super::{RuleProblem, problem};

/// The globs of a rule's `paths`.
pub(super) struct PathFilter {
    include: Option<globset::GlobSet>,
    exclude: Option<globset::GlobSet>,
}

impl PathFilter {
    pub(super) fn new(rule: &Rule) -> Result<PathFilter, RuleProblem> {
        let set = |globs: &[String]| -> Result<Option<globset::GlobSet>, globset::Error> {
            if globs.is_empty() {
                return Ok(None);
            }
            let mut builder = globset::GlobSetBuilder::new();
            for glob in globs {
                // As in ignore files: a name matches at any depth, a folder everything below it.
                let glob = glob.trim_start_matches("./");
                let anchored = glob.strip_prefix('/').unwrap_or(glob);
                let prefix = if glob.starts_with('/') || glob.starts_with("**/") {
                    ""
                } else {
                    "**/"
                };
                builder.add(globset::Glob::new(&format!("{prefix}{anchored}"))?);
                builder.add(globset::Glob::new(&format!(
                    "{prefix}{}/**",
                    anchored.trim_end_matches('/')
                ))?);
            }
            builder.build().map(Some)
        };
        let problem = |error: globset::Error| problem(rule, rule.at, format!("`paths`: {error}"));
        Ok(PathFilter {
            include: set(&rule.paths.include).map_err(problem)?,
            exclude: set(&rule.paths.exclude).map_err(problem)?,
        })
    }

    pub(super) fn allows(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|set| set.is_match(path))
            && !self.exclude.as_ref().is_some_and(|set| set.is_match(path))
    }
}
