//! `reviewer config`.

use std::fmt::{Display, Write};
use std::path::{Path, PathBuf};

use ::rules::review::Pack;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::CLEAN;
use super::check::selection::{self, Prepared, Scope};
use crate::lang::Language;
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
    for problem in &prepared.problems {
        eprintln!("warning: {}: {}", inert_line(&problem.about), inert_line(&problem.message));
    }
    Ok(CLEAN)
}

/// A value of a setting, and where it was set. A list has a line for each of its values.
struct Line {
    setting: &'static str,
    value: Value,
    origin: String,
}

impl Line {
    fn new<T>(setting: &'static str, from: &Sourced<T>, value: impl Display) -> Line {
        Line {
            setting,
            value: json!(value.to_string()),
            origin: from.origin.to_string(),
        }
    }

    fn default(setting: &'static str, value: Value) -> Line {
        Line {
            setting,
            value,
            origin: "default".into(),
        }
    }
}

/// Every setting, in the order of the documentation.
fn lines(file: &FileSettings, base: &Path) -> Vec<Line> {
    let settings = file.settings.as_deref();
    let mut lines = Vec::new();
    let mut add = |setting, set: Vec<Line>, default| match set.is_empty() {
        true => lines.push(Line::default(setting, default)),
        false => lines.extend(set),
    };
    let pack = |pack: Option<Pack>| pack.map_or("none", Pack::name);
    let path = |path: &Path| path.strip_prefix(base).unwrap_or(path).display().to_string();
    let set = settings.and_then(|settings| settings.pack.as_ref());
    let set = set.map(|from| Line::new("pack", from, pack(from.value)));
    add("pack", set.into_iter().collect(), json!(pack(file.pack())));
    let set = settings.into_iter().flat_map(|settings| &settings.rules);
    let set = set.map(|from| Line::new("rules", from, path(&from.value)));
    add("rules", set.collect(), json!([]));
    let set = settings.into_iter().flat_map(|settings| &settings.layer.select);
    let set = set.map(|from| Line::new("select", from, &from.value.text));
    add("select", set.collect(), json!([]));
    let set = settings.into_iter().flat_map(|settings| &settings.layer.ignore);
    let set = set.map(|from| Line::new("ignore", from, &from.value.text));
    add("ignore", set.collect(), json!([]));
    let set = file.severity().map(|from| Line::new("severity", from, from.value.name()));
    add("severity", set.into_iter().collect(), json!("info"));
    let set = file.confidence().map(|from| Line::new("confidence", from, from.value.name()));
    add("confidence", set.into_iter().collect(), json!("low"));
    let set = settings.and_then(|settings| settings.fail_on.as_ref());
    let set = set.map(|from| Line::new("fail-on", from, from.value.name()));
    add("fail-on", set.into_iter().collect(), json!("info"));
    let set = settings.into_iter().flat_map(|settings| &settings.exclude);
    let set = set.map(|from| Line::new("exclude", from, &from.value));
    add("exclude", set.collect(), json!([]));
    let set = settings.and_then(|settings| settings.baseline.as_ref());
    let set = set.map(|from| Line::new("baseline", from, path(&from.value)));
    add("baseline", set.into_iter().collect(), Value::Null);
    let set = settings.map(|settings| file.overrides.iter().map(|&index| &settings.overrides[index]));
    let set = set.into_iter().flatten().flat_map(override_lines);
    add("overrides", set.collect(), json!([]));
    lines
}

/// What an override that applies adds and takes away. Its thresholds show as those of the file.
fn override_lines(other: &Override) -> Vec<Line> {
    let paths = other.paths.join(", ");
    let select = other.layer.select.iter().map(|glob| ("selects", glob));
    let ignore = other.layer.ignore.iter().map(|glob| ("ignores", glob));
    let mut lines: Vec<_> = select
        .chain(ignore)
        .map(|(does, glob)| {
            let value = format!("{paths}: {does} {}", glob.value.text);
            Line::new("overrides", glob, value)
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line {
            setting: "overrides",
            value: json!(paths),
            origin: other.origin.to_string(),
        });
    }
    lines
}

/// How many rules run on a file.
fn rules(file: &SourceFile, prepared: &Prepared) -> usize {
    let selection = prepared.selection(file);
    (0..prepared.plan.rules().len())
        .filter(|&rule| selection.contains(rule))
        .filter(|&rule| prepared.plan.looks_at(rule, file.language, &file.name))
        .count()
}

/// Why a file would not be reviewed.
fn why_not(scope: &Scope<'_>, path: &Path, found: Option<&SourceFile>) -> Option<String> {
    if path.is_dir() {
        return Some("a folder; name a file in it".into());
    }
    let Some(file) = found else {
        let known = language(path).is_some();
        return Some(match (scope.passed_over(path), known) {
            (Some(why), _) => why,
            (None, true) => "no regular file, or a link out of the working folder".into(),
            (None, false) => "no supported language".into(),
        });
    };
    if let Err(error) = read(&file.path) {
        return Some(error.to_string());
    }
    let why = scope.passed_over(path)?;
    Some(format!("{why}; only where it is named, without --force-exclude"))
}

fn text(file: &Path, lines: &[Line], rules: usize, not_reviewed: Option<&str>) -> String {
    let mut out = format!("{}\n", inert_line(&file.display().to_string()));
    let shown: Vec<_> = lines.iter().map(|line| inert_line(&plain(&line.value)).into_owned()).collect();
    let width = shown.iter().map(|value| value.chars().count()).max().unwrap_or(0);
    let mut last = "";
    for (line, value) in lines.iter().zip(shown) {
        let setting = if line.setting == last { "" } else { line.setting };
        last = line.setting;
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "  {setting:<11} {value:width$}  {}", inert_line(&line.origin));
    }
    match not_reviewed {
        Some(why) => out + &format!("not reviewed: {}\n", inert_line(why)),
        None => out + &format!("{rules} {} on it\n", if rules == 1 { "rule runs" } else { "rules run" }),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => "none".into(),
    }
}

fn json(file: &Path, lines: &[Line], rules: usize, not_reviewed: Option<&str>) -> String {
    let settings: Vec<_> = lines
        .iter()
        .map(|line| json!({ "setting": line.setting, "value": line.value, "origin": line.origin }))
        .collect();
    let all = json!({
        "file": file.to_string_lossy(),
        "settings": settings,
        "rules": rules,
        "not_reviewed": not_reviewed,
    });
    format!("{all:#}\n")
}
