//! The table: a row for each case.

use profiler::profile::Recording;

use crate::Skipped;
use crate::cases::Case;
use crate::score::Score;

/// What came of a case.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: &'static Case,
    pub(crate) ours: Option<Score>,
    pub(crate) facts: Option<Recording>,
    pub(crate) stolen: f64,
    pub(crate) perf_frame_pointers: Result<Score, Skipped>,
    pub(crate) perf_dwarf: Result<Score, Skipped>,
    /// Why nothing was recorded.
    pub(crate) skipped: Option<Skipped>,
    /// Bars that were missed.
    pub(crate) failures: Vec<String>,
}

impl Row {
    pub(crate) fn new(case: &'static Case) -> Row {
        let none = || Err(Skipped("not run".to_owned()));
        Row {
            case,
            ours: None,
            facts: None,
            stolen: 0.0,
            perf_frame_pointers: none(),
            perf_dwarf: none(),
            skipped: None,
            failures: Vec::new(),
        }
    }

    pub(crate) fn skipped(self, why: Skipped) -> Row {
        Row {
            skipped: Some(why),
            ..self
        }
    }
}

const HEAD: &str = "\
| case | samples | split off by (points) | coverage | whole chain (%) | incomplete (%) | unnamed (%) | stolen (%) | perf, frame pointers: off / chain / incomplete | perf, DWARF 8 KB: off / chain / incomplete | |
|---|---|---|---|---|---|---|---|---|---|---|";

/// All rows as Markdown.
pub(crate) fn render(rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!("{HEAD}\n{}\n", lines.join("\n"))
}

/// One row.
pub(crate) fn line(row: &Row) -> String {
    let name = row.case.name;
    let (Some(score), Some(facts)) = (&row.ours, &row.facts) else {
        let why = row.skipped.as_ref().map_or("", |skipped| &skipped.0);
        return format!("| {name} | | | | | | | | | | SKIPPED: {why} |");
    };
    let coverage = facts.coverage.and_then(|coverage| coverage.share());
    let verdict = if row.failures.is_empty() {
        "ok".to_owned()
    } else {
        format!("MISSED: {}", row.failures.join("; "))
    };
    format!(
        "| {name} | {} | {} | {:.3} | {} | {} | {} | {} | {} | {} | {verdict} |",
        score.samples,
        percent(score.error),
        coverage.unwrap_or(f64::NAN),
        percent(score.chain),
        percent(score.incomplete),
        percent(score.unnamed),
        percent(row.stolen),
        peer(&row.perf_frame_pointers),
        peer(&row.perf_dwarf),
    )
}

fn peer(result: &Result<Score, Skipped>) -> String {
    match result {
        Ok(score) => format!(
            "{} / {} / {}",
            percent(score.error),
            percent(score.chain),
            percent(score.incomplete)
        ),
        Err(Skipped(why)) => why.lines().next().unwrap_or_default().to_owned(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}
