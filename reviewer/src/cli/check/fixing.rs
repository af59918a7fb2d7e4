//! `--fix`, `--unsafe-fixes` and `--diff`.

use std::collections::BTreeMap;

use ::rules::review::Safety;
use anyhow::{Result, bail};
use rayon::prelude::*;

use crate::cli;
use crate::fix::{Change, fix_file, update};
use crate::report::{inert, plural};
use crate::review::{Finding, Options, Problem, Review};
use crate::source::SourceFile;

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Fixes")]
pub(super) struct Args {
    /// Apply the fixes that keep what the program does, and report what is left
    ///
    /// A fix that would bring a syntax error or another finding, or lose a comment, is not applied, and the report says
    /// so. With `--stdin-filename NAME -`, the fixed text is printed, and the report on standard error.
    #[arg(long, group = "fixing")]
    fix: bool,
    /// With --fix or --diff: the fixes too that may change what the program does
    #[arg(long, requires = "fixing")]
    unsafe_fixes: bool,
    /// Print what --fix would change as a unified diff, and change nothing; the exit code is 1 if there is any change
    #[arg(long, group = "fixing")]
    diff: bool,
}

impl Args {
    /// Whether the diff takes the place of the report, and of its exit code.
    pub(super) fn is_diff(&self) -> bool {
        self.diff
    }

    /// Whether the fixed text of standard input takes standard output.
    pub(super) fn prints_text(&self, files: &[SourceFile]) -> bool {
        self.fix && files.iter().any(SourceFile::is_standard_input)
    }

    /// Refuses to fix standard input that is not reviewed: an editor takes what is printed for the text.
    pub(super) fn refuse(&self, review: &Review) -> Result<()> {
        match review.skipped.first() {
            Some(skipped) if self.fix => {
                bail!(
                    "standard input is not reviewed, so --fix prints nothing: {}",
                    skipped.reason
                )
            }
            _ => Ok(()),
        }
    }

    /// Fixes the files of the findings that `review` shows, and brings it up to date; or prints the diff. Returns
    /// whether any file changes. `files` are those that were reviewed.
    ///
    /// Files are fixed in parallel, and written one by one, so that a kill leaves one temporary file at most.
    pub(super) fn run(
        &self,
        review: &mut Review,
        files: &[SourceFile],
        options: &Options<'_>,
    ) -> Result<bool> {
        if !self.fix && !self.diff {
            return Ok(false);
        }
        let shown = self.fixable(review);
        let todo: Vec<_> = files
            .iter()
            .filter_map(|file| Some((file, shown.get(file.name.as_str())?)))
            .collect();
        let safety = self.safety();
        let mut fixed = todo.iter().flat_map(|(_, findings)| findings.iter());
        let is_followed = fixed.any(|finding| !finding.path.is_empty());
        let project = options.project.filter(|_| is_followed);
        // Seen from one file, the others that were reviewed belong to the rest of the project.
        let project = project.map(|project| project.with(files));
        let options = &Options {
            project: project.as_ref(),
            ..*options
        };
        // Not while files are fixed in parallel: each of them would wait for the others.
        if let Some(project) = &project {
            project.take(options);
        }
        let results: Vec<_> = todo
            .into_par_iter()
            .map(|(file, shown)| (file, fix_file(file, shown, safety, options)))
            .collect();
        let mut changes = Vec::new();
        for (file, result) in results {
            match result {
                Ok(change) => changes.extend(change),
                Err(error) => review.problems.push(problem(file, &error)),
            }
        }
        if self.diff {
            let diff: String = changes.iter().map(Change::diff).collect();
            cli::print(&if cli::is_terminal() {
                inert(&diff)
            } else {
                diff
            })?;
        } else {
            changes = written(changes, review);
            print_streams(files, &changes)?;
            report(&changes);
        }
        update(review, &changes);
        Ok(changes.iter().any(|change| change.fixed.fixes > 0))
    }

    fn safety(&self) -> Safety {
        match self.unsafe_fixes {
            true => Safety::Unsafe,
            false => Safety::Safe,
        }
    }

    /// The findings of each file that has one with a fix to apply.
    fn fixable(&self, review: &Review) -> BTreeMap<String, Vec<Finding>> {
        let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for finding in &review.findings {
            let file = by_file.entry(finding.place.path.clone()).or_default();
            file.push(finding.clone());
        }
        let allowed = |finding: &Finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| fix.safety <= self.safety())
        };
        by_file.retain(|_, findings| findings.iter().any(allowed));
        by_file
    }
}

/// Writes each change. One that cannot be written costs its file only, which stays as it was.
fn written<'a>(changes: Vec<Change<'a>>, review: &mut Review) -> Vec<Change<'a>> {
    let mut done = Vec::new();
    for change in changes {
        match change.write() {
            Ok(()) => done.push(change),
            Err(error) => review.problems.push(problem(change.file, &error)),
        }
    }
    done
}

/// Prints what came from standard input, fixed or as it was.
fn print_streams(files: &[SourceFile], changes: &[Change<'_>]) -> Result<()> {
    for file in files.iter().filter(|file| file.is_standard_input()) {
        let change = changes.iter().find(|change| change.file == file);
        match (change, &file.text) {
            (Some(change), _) => cli::print(&change.fixed.text)?,
            (None, Some(text)) => cli::print(text)?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn report(changes: &[Change<'_>]) {
    let fixes: usize = changes.iter().map(|change| change.fixed.fixes).sum();
    let files = changes.iter().filter(|c| c.fixed.fixes > 0).count();
    if fixes > 0 {
        eprintln!(
            "Fixed {} in {}.",
            plural(fixes, "finding"),
            plural(files, "file")
        );
    }
}

fn problem(file: &SourceFile, error: &impl ToString) -> Problem {
    Problem {
        about: file.name.clone(),
        message: error.to_string(),
        fatal: true,
    }
}
