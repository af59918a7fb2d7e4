//! Scores the profiler, and perf beside it, against programs that measure their own CPU split.
//!
//! ```text
//! cases    one row each: a program, how it is built and placed, the call chains that its samples must have
//! program  builds a row's program, strips it, moves its debug information, starts it where the row says
//! record   has a tool record it: stacks root first, each complete or not, each frame named or not
//! score    stacks against the truth: split, chain, complete, named
//! table    one Markdown table, ours and perf's figures side by side
//! ```
//!
//! `cargo test` runs a short selection, three seconds each, of the profiler alone. `HONE_ACCURACY=all` does so with every
//! row, beside perf where there is one; `HONE_ACCURACY=full` goes on until each has 10,000 samples. A name after `--`
//! selects rows. `HONE_PROFILER` names another build of the profiler, `ZIG` the compiler of that name. What this machine
//! does not permit or does not have is said and skipped.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]

mod cases;
mod program;
mod record;
mod score;
mod table;

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};

use cases::{CASES, Case};
use program::Built;
use record::{Recorded, Tool};
use score::Score;
use table::Row;

/// Why a row, or a tool's part of it, was left out.
#[derive(Clone, Debug)]
pub(crate) struct Skipped(pub(crate) String);

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Some rows, for a few seconds.
    Short,
    /// All rows, likewise, beside the peers.
    All,
    /// All rows, with enough samples, beside the peers.
    Full,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They would take the CPU from each other.
    arguments.test_threads = Some(1);
    let extent = match std::env::var("HONE_ACCURACY").as_deref() {
        Ok("full") => Extent::Full,
        Ok("all") => Extent::All,
        _ => Extent::Short,
    };
    let rows = Arc::new(Mutex::new(Vec::new()));
    let wanted = CASES
        .iter()
        .filter(|case| extent != Extent::Short || case.short);
    let mut trials: Vec<Trial> = wanted
        .map(|case| {
            let rows = Arc::clone(&rows);
            Trial::test(case.name, move || {
                let row = run(case, extent);
                let failures = row.failures.clone();
                eprintln!("{}", table::line(&row));
                rows.lock().unwrap().push(row);
                if failures.is_empty() {
                    Ok(())
                } else {
                    Err(Failed::from(failures.join("; ")))
                }
            })
        })
        .collect();
    trials.push(Trial::test("a pid that does not exist", || {
        record::refuses_a_missing_process().map_err(Failed::from)
    }));
    trials.push(Trial::test("the scorer", || {
        score::scores_right_and_wrong_stacks().and_then(|()| record::reads_perf_script(&CASES[0]))
    }));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let rows = rows.lock().unwrap();
    if extent != Extent::Short && !rows.is_empty() {
        println!("{}", table::render(&rows));
    }
    conclusion.exit_code()
}

/// Has every tool record the case, and judges ours.
fn run(case: &'static Case, extent: Extent) -> Row {
    let mut row = Row::new(case);
    let built = match Built::new(case) {
        Ok(built) => built,
        Err(skipped) => return row.skipped(skipped),
    };
    match recorded(case, &built, Tool::Profiler, extent) {
        Ok((recorded, score)) => {
            let max_uncovered = match extent {
                Extent::Short => score::MAX_UNCOVERED_SHARED,
                Extent::All | Extent::Full => score::MAX_UNCOVERED,
            };
            row.failures = score::failures(case, &score, &recorded, max_uncovered);
            row.facts = recorded.facts;
            row.stolen = recorded.stolen;
            row.ours = Some(score);
        }
        Err(skipped) => return row.skipped(skipped),
    }
    if extent != Extent::Short {
        for (tool, result) in [
            (Tool::PerfFramePointers, &mut row.perf_frame_pointers),
            (Tool::PerfDwarf, &mut row.perf_dwarf),
        ] {
            *result = recorded(case, &built, tool, extent).map(|(_, score)| score);
        }
    }
    row
}

/// Records until there are enough samples: a recording that has too few is made anew, for longer.
fn recorded(
    case: &Case,
    built: &Built,
    tool: Tool,
    extent: Extent,
) -> Result<(Recorded, Score), Skipped> {
    const LONGEST_SECONDS: f64 = 90.0;
    const ATTEMPTS: usize = 3;
    let mut seconds = 3.0;
    let mut attempt = 1;
    loop {
        let recorded = record::record(case, built, tool, seconds)?;
        let score = Score::new(case, &recorded);
        let enough = extent != Extent::Full || score.samples >= score::ENOUGH;
        if enough || attempt == ATTEMPTS || !case.place.outlasts_recordings() {
            return Ok((recorded, score));
        }
        let factor = 1.1 * score::ENOUGH as f64 / score.samples.max(100) as f64;
        seconds = (seconds * factor).min(LONGEST_SECONDS);
        attempt += 1;
    }
}
