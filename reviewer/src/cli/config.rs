//! `reviewer config`.

use std::path::{Path, PathBuf};

use ::rules::review::Pack;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::CLEAN;
use super::check::selection::{self, Prepared, Scope};
use crate::report::inert_line;
use crate::settings::{FileSettings, Override, Sourced};
use crate::source::{SourceFile, language, read};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show every setting that holds for a file, and where it was set
    Show(Show),
}

#[derive(clap::Args)]
struct Show {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    selection: selection::Args,
    /// How to show them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ShowFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShowFormat {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    let Action::Show(show) = &args.action;
    let base = std::env::current_dir().context("the working folder cannot be read")?;
    let path = base.join(&show.file);
    path.symlink_metadata()
        .with_context(|| show.file.display().to_string())?;
    let scope = show.selection.scope(&base)?;
    let mut found = scope.search(|search| search.find(std::slice::from_ref(&path)));
    let prepared = scope.load(&mut found)?;
    let lines = lines(&scope.discovery.of(&path), &base);
    let rules = found.files.first().map_or(0, |file| rules(file, &prepared));
    let not_reviewed = why_not(&scope, &path, found.files.first());
    super::print(&match show.format {
        ShowFormat::Text => text(&show.file, &lines, rules, not_reviewed.as_deref()),
        ShowFormat::Json => json(&show.file, &lines, rules, not_reviewed.as_deref()),
    })?;
    for problem in &prepared.loaded.problems {
        eprintln!(
            "warning: {}: {}",
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
    Ok(CLEAN)
}

/// A setting that holds.
struct Line {
    name: &'static str,
    /// What holds where nothing is said; none for lists, which are empty then.
    default: Option<&'static str>,
    /// Each value, with where it was set.
    values: Vec<(String, String)>,
}

/// Every setting, in the order of the documentation.
fn lines(file: &FileSettings, base: &Path) -> Vec<Line> {
    let settings = || file.settings.as_deref().into_iter();
    let path = |path: &Path| {
        path.strip_prefix(base)
            .unwrap_or(path)
            .display()
            .to_string()
    };
    let pack = |pack: Option<Pack>| pack.map_or("none", Pack::name);
    let packs = settings().flat_map(|settings| &settings.pack);
    let rules = settings().flat_map(|settings| &settings.rules);
    let fail_on = settings().flat_map(|settings| &settings.fail_on);
    let exclude = settings().flat_map(|settings| &settings.exclude);
    let baseline = settings().flat_map(|settings| &settings.baseline);
    let select = settings().flat_map(|settings| &settings.layer.select);
    let ignore = settings().flat_map(|settings| &settings.layer.ignore);
    let severity = file.severity().into_iter();
    let confidence = file.confidence().into_iter();
    let overrides = settings().flat_map(|settings| {
        file.overrides
            .iter()
            .map(|&index| &settings.overrides[index])
    });
    let line = |name, default, values| Line {
        name,
        default,
        values,
    };
    vec![
        line(
            "pack",
            Some("recommended"),
            values(packs, |value| pack(*value).into()),
        ),
        line("rules", None, values(rules, |value| path(value))),
        line("select", None, values(select, |value| value.text.clone())),
        line("ignore", None, values(ignore, |value| value.text.clone())),
        line(
            "severity",
            Some("info"),
            values(severity, |value| value.name().into()),
        ),
        line(
            "confidence",
            Some("low"),
            values(confidence, |value| value.name().into()),
        ),
        line(
            "fail-on",
            Some("info"),
            values(fail_on, |value| value.name().into()),
        ),
        line("exclude", None, values(exclude, String::clone)),
        line(
            "baseline",
            Some("none"),
            values(baseline, |value| path(value)),
        ),
        line(
            "overrides",
            None,
            overrides.flat_map(override_values).collect(),
        ),
    ]
}

fn values<'a, T: 'a>(
    set: impl Iterator<Item = &'a Sourced<T>>,
    shown: impl Fn(&T) -> String,
) -> Vec<(String, String)> {
    set.map(|set| (shown(&set.value), set.origin.to_string()))
        .collect()
}

/// What an override that applies adds and takes away. Its thresholds show as those of the file.
fn override_values(other: &Override) -> Vec<(String, String)> {
    let paths = other.paths.join(", ");
    let select = other.layer.select.iter().map(|glob| ("selects", glob));
    let ignore = other.layer.ignore.iter().map(|glob| ("ignores", glob));
    let values: Vec<_> = select
        .chain(ignore)
        .map(|(does, glob)| {
            (
                format!("{paths}: {does} {}", glob.value.text),
                glob.origin.to_string(),
            )
        })
        .collect();
    match values.is_empty() {
        true => vec![(paths, other.origin.to_string())],
        false => values,
    }
}

/// How many rules run on a file.
fn rules(file: &SourceFile, prepared: &Prepared) -> usize {
    let selection = prepared.selection(file);
    (0..prepared.loaded.plan.rules().len())
        .filter(|&rule| selection.contains(rule))
        .filter(|&rule| {
            prepared
                .loaded
                .plan
                .looks_at(rule, file.language, &file.name)
        })
        .count()
}

/// Why a file would not be reviewed.
fn why_not(scope: &Scope<'_>, path: &Path, found: Option<&SourceFile>) -> Option<String> {
    if path.is_dir() {
        return Some("a folder; name a file in it".into());
    }
    let Some(file) = found else {
        let known = language(path).is_some();
        return Some(
            match (scope.search(|search| search.passed_over(path)), known) {
                (Some(why), _) => why,
                (None, true) => "no regular file, or a link out of the working folder".into(),
                (None, false) => "no supported language".into(),
            },
        );
    };
    if let Err(error) = read(&file.path) {
        return Some(error.to_string());
    }
    let why = scope.search(|search| search.passed_over(path))?;
    Some(format!(
        "{why}; only where it is named, without --force-exclude"
    ))
}

fn text(file: &Path, lines: &[Line], rules: usize, not_reviewed: Option<&str>) -> String {
    let mut rows = Vec::new();
    for line in lines {
        if line.values.is_empty() {
            rows.push((
                line.name,
                line.default.unwrap_or("none").to_owned(),
                "default".to_owned(),
            ));
        }
        let names = std::iter::once(line.name).chain(std::iter::repeat(""));
        let values = names.zip(&line.values);
        rows.extend(
            values.map(|(name, (value, origin))| (name, inert_line(value), inert_line(origin))),
        );
    }
    let width = rows
        .iter()
        .map(|(_, value, _)| value.chars().count())
        .max()
        .unwrap_or(0);
    let mut out = format!("{}\n", inert_line(&file.display().to_string()));
    for (name, value, origin) in rows {
        out += &format!("  {name:<11} {value:width$}  {origin}\n");
    }
    match not_reviewed {
        Some(why) => out + &format!("not reviewed: {}\n", inert_line(why)),
        None => {
            out + &format!(
                "{rules} {} on it\n",
                if rules == 1 { "rule runs" } else { "rules run" }
            )
        }
    }
}

fn json(file: &Path, lines: &[Line], rules: usize, not_reviewed: Option<&str>) -> String {
    let set = |(value, origin): &(String, String)| json!({ "value": value, "origin": origin });
    let setting = |line: &Line| match (line.default, line.values.last()) {
        (None, _) => Value::Array(line.values.iter().map(set).collect()),
        (Some(_), Some(last)) => set(last),
        (Some(default), None) => json!({ "value": default, "origin": "default" }),
    };
    let settings: serde_json::Map<_, _> = lines
        .iter()
        .map(|line| (line.name.to_owned(), setting(line)))
        .collect();
    let all = json!({
        "file": file.to_string_lossy(),
        "settings": settings,
        "rules": rules,
        "not_reviewed": not_reviewed,
    });
    format!("{all:#}\n")
}
