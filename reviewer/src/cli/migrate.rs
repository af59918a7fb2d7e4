//! `reviewer migrate`.

use std::path::{Path, PathBuf};

use ::rules::builtin::review_rules;
use ::rules::review::Rule;
use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::check::baseline::{folder, seen_from};
use super::write::write_new;
use super::{CLEAN, INCOMPLETE};
use crate::migrate::codeguru::{self, Known, Matched, Recommendation, Suppressions};
use crate::plan::Plan;
use crate::report::{inert_line, plural};
use crate::review::{self, Baseline, Review};
use crate::settings::NAME;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Turn the suppressions of Amazon CodeGuru Reviewer into a reviewer.toml, and its recommendations into a baseline
    ///
    /// Reads aws-codeguru-reviewer.yml and .codeguru-ignore.yml. What cannot be carried over is named.
    Codeguru(Codeguru),
}

#[derive(clap::Args)]
struct Codeguru {
    /// The root of the repository
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// CodeGuru's recommendations.json: what it reported is known, and not reported again
    #[arg(long, value_name = "FILE")]
    recommendations: Option<PathBuf>,
    /// Where the known findings are written, seen from the root
    #[arg(
        long,
        value_name = "FILE",
        requires = "recommendations",
        default_value = "reviewer-baseline.json"
    )]
    baseline: PathBuf,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A file to write.
struct Output {
    path: PathBuf,
    text: String,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    let Action::Codeguru(args) = &args.action;
    let root = args
        .dir
        .canonicalize()
        .with_context(|| args.dir.display().to_string())?;
    let suppressions = suppressions(&root)?;
    if suppressions.is_none() && args.recommendations.is_none() {
        bail!(
            "there is neither {} nor {} in {}; --recommendations FILE reads what CodeGuru reported",
            codeguru::SERVICE_FILE,
            codeguru::CLI_FILE,
            args.dir.display()
        );
    }
    let rules = review_rules();
    let file = args.recommendations.as_deref();
    let recommendations = file.map(recommendations).transpose()?;
    let name = args.baseline.to_string_lossy();
    let known = recommendations.as_deref().map(|recommendations| Known {
        file: &name,
        recommendations,
    });
    let suppressions = suppressions.unwrap_or_default();
    let mut carried = codeguru::settings(&suppressions, &rules, known);
    let mut outputs = vec![Output {
        path: root.join(NAME),
        text: std::mem::take(&mut carried.toml),
    }];
    let mut complete = true;
    if let Some(recommendations) = &recommendations {
        let review = review(recommendations, &root, &rules)?;
        complete = !review.is_incomplete();
        let matched = codeguru::known_findings(recommendations, &review.findings, &rules);
        describe(&matched, &mut carried);
        let path = root.join(&args.baseline);
        let from = folder(&path, &root);
        let known = matched.known.iter().copied();
        let baseline = Baseline::of(known, &|name| seen_from(&from, &root, name));
        outputs.push(Output {
            path,
            text: baseline.to_json(),
        });
        for problem in &review.problems {
            eprintln!(
                "warning: {}: {}",
                inert_line(&problem.about),
                inert_line(&problem.message)
            );
        }
    }
    write(&outputs, args.dry_run)?;
    super::print(
        &(section("carried over", &carried.over) + &section("not carried over", &carried.lost)),
    )?;
    Ok(if complete { CLEAN } else { INCOMPLETE })
}

/// What the files of the repository say; none where there is no such file.
fn suppressions(root: &Path) -> Result<Option<Suppressions>> {
    let mut all = None;
    for name in [codeguru::SERVICE_FILE, codeguru::CLI_FILE] {
        let path = root.join(name);
        if path.symlink_metadata().is_ok() {
            let text =
                crate::source::read(&path).with_context(|| format!("{name} cannot be read"))?;
            let all = all.get_or_insert_default();
            codeguru::suppressions(&text, all).with_context(|| name.to_owned())?;
        }
    }
    Ok(all)
}

fn recommendations(file: &Path) -> Result<Vec<Recommendation>> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
    codeguru::recommendations(&text).with_context(|| shown.to_string())
}

/// Reviews the files that have recommendations, with every rule.
fn review(recommendations: &[Recommendation], root: &Path, rules: &[Rule]) -> Result<Review> {
    let mut paths: Vec<_> = recommendations
        .iter()
        .map(|one| root.join(&one.file_path))
        .collect();
    paths.sort();
    paths.dedup();
    // Files that are gone have no findings. The recommendations come from elsewhere, and may name anything.
    paths.retain(|path| path.canonicalize().is_ok_and(|real| real.starts_with(root)));
    let plan = Plan::prepare(rules.to_vec(), false).plan;
    Ok(review::review(&paths, root, &plan))
}

fn describe(matched: &Matched<'_>, carried: &mut codeguru::Carried) {
    carried.over.push(format!(
        "{}: {} in the baseline",
        plural(matched.recommendations, "recommendation"),
        plural(matched.known.len(), "known finding")
    ));
    let lost = |count: &usize, detector: &str, why: &str| format!("{count} × {detector}: {why}");
    let not_found = matched.not_found.iter();
    carried.lost.extend(not_found.map(|(detector, count)| {
        lost(count, detector, "nothing is found where it was recommended")
    }));
    let unanswered = matched.unanswered.iter();
    carried.lost.extend(
        unanswered
            .map(|(detector, count)| lost(count, detector, "no rule here answers this detector")),
    );
}

/// Writes files, all of them or none where one is there already.
fn write(outputs: &[Output], dry_run: bool) -> Result<()> {
    for Output { path, text } in outputs {
        let name = path.file_name().unwrap_or_default().display();
        if dry_run {
            super::print(&format!("--- {name}\n{text}\n"))?;
        } else if path.symlink_metadata().is_ok() {
            bail!(
                "{name} is there already, and nothing was written; --dry-run prints what would be"
            );
        }
    }
    for Output { path, text } in outputs.iter().filter(|_| !dry_run) {
        write_new(path, text, false)?;
        super::print(&format!(
            "wrote {}\n",
            path.file_name().unwrap_or_default().display()
        ))?;
    }
    Ok(())
}

fn section(title: &str, lines: &[String]) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| format!("  {}\n", inert_line(line)))
        .collect();
    match lines.is_empty() {
        true => String::new(),
        false => format!("{title}\n{}", lines.concat()),
    }
}
