//! Stacks against the truth.

use std::collections::BTreeMap;

use crate::cases::{CASES, Case, Stacks};
use crate::record::{Recorded, Stack};

/// CPU time by marker, as shares of their sum.
pub(crate) type Shares = BTreeMap<String, f64>;

/// From this many samples on, sampling noise is well below what is allowed.
pub(crate) const ENOUGH: u64 = 10_000;

/// A recording with fewer proves nothing.
const FEWEST: u64 = 50;

/// Largest difference between a sampled share and the measured one, with [`ENOUGH`] samples.
const MAX_ERROR: f64 = 0.02;

/// Largest difference between samples × period and the CPU time charged, likewise.
pub(crate) const MAX_UNCOVERED: f64 = 0.02;

/// The same on a machine that others may use at the same time: how ticks fall among threads that take the CPU from each
/// other scatters more.
pub(crate) const MAX_UNCOVERED_SHARED: f64 = 0.05;

/// Smallest share of samples in a marker that have the whole chain.
const MIN_CHAIN: f64 = 0.99;

/// Largest share of stacks that do not reach their root.
const MAX_INCOMPLETE: f64 = 0.01;

/// Largest share of samples outside of all markers: starting, ending, looking whether to stop.
const MAX_OTHER: f64 = 0.10;

/// What a recording is worth. Shares are of all samples unless it is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Score {
    pub(crate) samples: u64,
    /// Largest difference between a sampled share and the measured one, among the samples in markers.
    pub(crate) error: f64,
    /// Of the samples in markers, those with the whole expected chain.
    pub(crate) chain: f64,
    /// Outside of all markers.
    pub(crate) other: f64,
    /// Not reaching the root.
    pub(crate) incomplete: f64,
    /// With a frame without a name.
    pub(crate) unnamed: f64,
    /// Neither with the whole chain, nor labelled as guessed or cut, of the samples in markers.
    pub(crate) unlabelled: f64,
    /// The samples outside of their chain, most frequent first: the worst one, to look at.
    pub(crate) worst: Option<String>,
}

impl Score {
    pub(crate) fn new(case: &Case, recorded: &Recorded) -> Score {
        let chains: Vec<(&str, Vec<&str>)> = case
            .chains
            .iter()
            .map(|(marker, chain)| (*marker, expanded(chain)))
            .collect();
        let mut hits: BTreeMap<&str, u64> = chains.iter().map(|(marker, _)| (*marker, 0)).collect();
        let (mut whole, mut unlabelled, mut worst) = (0, 0, None::<&Stack>);
        for stack in &recorded.stacks {
            let marker = stack
                .frames
                .iter()
                .rev()
                .flatten()
                .find_map(|frame| chains.iter().find(|(marker, _)| names(frame, marker)));
            let is_whole = marker.is_some_and(|(_, chain)| has_chain(stack, chain));
            if let Some((marker, _)) = marker {
                *hits.entry(marker).or_default() += stack.count;
                whole += if is_whole { stack.count } else { 0 };
                let labelled = stack.guessed || !stack.complete;
                unlabelled += if is_whole || labelled { 0 } else { stack.count };
            }
            if !is_whole && worst.is_none_or(|worst| stack.count > worst.count) {
                worst = Some(stack);
            }
        }
        let samples: u64 = recorded.stacks.iter().map(|stack| stack.count).sum();
        let marked: u64 = hits.values().sum();
        let of = |part: u64, all: u64| {
            if all == 0 {
                0.0
            } else {
                part as f64 / all as f64
            }
        };
        let count = |wanted: fn(&Stack) -> bool| {
            let stacks = recorded.stacks.iter().filter(|stack| wanted(stack));
            of(stacks.map(|stack| stack.count).sum(), samples)
        };
        let errors = hits.iter().map(|(marker, count)| {
            let truth = recorded.truth.get(*marker).copied();
            (of(*count, marked) - truth.expect("the program measures every marker")).abs()
        });
        Score {
            samples,
            error: errors.fold(0.0, f64::max),
            chain: of(whole, marked),
            other: 1.0 - of(marked, samples),
            incomplete: count(|stack| !stack.complete),
            unnamed: count(|stack| stack.frames.iter().any(Option::is_none)),
            unlabelled: of(unlabelled, marked),
            worst: worst.map(|stack| shown(stack, samples)),
        }
    }
}

/// What of a recording of ours misses its bar.
///
/// Ticks that fall into time which a hypervisor took are charged to nobody: by as much, figures may be off. Fewer samples
/// than [`ENOUGH`] are allowed their greater noise. Coverage may be off by `max_uncovered`.
pub(crate) fn failures(
    case: &Case,
    score: &Score,
    recorded: &Recorded,
    max_uncovered: f64,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            failures.push(what);
        }
    };
    let facts = recorded
        .facts
        .as_ref()
        .expect("our recordings say how they went");
    check(
        score.samples >= FEWEST,
        format!("only {} samples", score.samples),
    );
    check(facts.lost == 0, format!("{} samples lost", facts.lost));
    let noise = (ENOUGH as f64 / score.samples.max(1) as f64)
        .sqrt()
        .max(1.0);
    let allowed = MAX_ERROR * noise + recorded.stolen;
    check(
        score.error <= allowed,
        format!("split off by {:.2} points", 100.0 * score.error),
    );
    match facts.coverage.and_then(|coverage| coverage.share()) {
        // The last account of a process that has ended cannot be read.
        Some(_) if !case.place.outlasts_recordings() => {}
        Some(share) => check(
            (share - 1.0).abs() <= max_uncovered * noise + recorded.stolen,
            format!("coverage {share:.3}"),
        ),
        None => check(false, "no coverage".to_owned()),
    }
    check(
        score.other <= MAX_OTHER,
        format!("{:.1} % of samples in no marker", 100.0 * score.other),
    );
    match case.stacks {
        Stacks::Whole => {
            check(
                score.chain >= MIN_CHAIN,
                format!("whole chain {:.2} %", 100.0 * score.chain),
            );
            let incomplete = 100.0 * score.incomplete;
            check(
                score.incomplete <= MAX_INCOMPLETE,
                format!("incomplete {incomplete:.2} %"),
            );
        }
        Stacks::Labelled => {
            let unlabelled = 100.0 * score.unlabelled;
            check(
                score.unlabelled <= 1.0 - MIN_CHAIN,
                format!("{unlabelled:.2} % lack their chain, and no label says so"),
            );
            let said = facts
                .unseen
                .iter()
                .any(|unseen| unseen.what.contains("unwind"));
            check(
                said,
                "the recording does not say that there is no unwind table".to_owned(),
            );
        }
    }
    if let (false, Some(worst)) = (failures.is_empty(), &score.worst) {
        failures.push(worst.clone());
    }
    failures
}

/// `name*3` as three times `name`.
fn expanded<'a>(chain: &[&'a str]) -> Vec<&'a str> {
    let elements = chain.iter().flat_map(|element| {
        let (name, times) = match element.rsplit_once('*') {
            Some((name, times)) => (name, times.parse().expect("a number of frames")),
            None => (*element, 1),
        };
        std::iter::repeat_n(name, times)
    });
    elements.collect()
}

/// Whether the elements of `chain` name frames of the stack in this order.
fn has_chain(stack: &Stack, chain: &[&str]) -> bool {
    let mut wanted = chain.iter().peekable();
    for frame in stack.frames.iter().flatten() {
        if wanted.peek().is_some_and(|name| names(frame, name)) {
            wanted.next();
        }
    }
    wanted.peek().is_none()
}

/// Whether `frame` is, or has as a part that stands apart, `name`.
fn names(frame: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    frame.match_indices(name).any(|(at, _)| {
        let before = frame[..at].chars().next_back();
        let after = frame[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// A stack on one line: at most a few frames of either end.
fn shown(stack: &Stack, samples: u64) -> String {
    const END: usize = 6;
    let names: Vec<&str> = stack
        .frames
        .iter()
        .map(|frame| frame.as_deref().unwrap_or("?"))
        .collect();
    let path = if names.len() <= 2 * END {
        names.join(" > ")
    } else {
        let (start, end) = (&names[..END], &names[names.len() - END..]);
        format!(
            "{} > … {} more … > {}",
            start.join(" > "),
            names.len() - 2 * END,
            end.join(" > ")
        )
    };
    let share = 100.0 * stack.count as f64 / samples.max(1) as f64;
    let cut = if stack.complete { "" } else { "cut: " };
    format!("{share:.1} % are {cut}{path}")
}

/// The scorer itself, on stacks that are known to be right and wrong.
pub(crate) fn scores_right_and_wrong_stacks() -> Result<(), libtest_mimic::Failed> {
    let case = CASES
        .iter()
        .find(|case| case.name == "C without frame pointers");
    let case = case.expect("the plainest case");
    let stack = |frames: &[&str], complete, count| Stack {
        frames: frames
            .iter()
            .map(|name| (*name != "?").then(|| (*name).to_owned()))
            .collect(),
        complete,
        guessed: false,
        count,
    };
    let recorded = Recorded {
        stacks: vec![
            stack(&["?", "work", "run_heavy", "heavy_work"], true, 60),
            // A caller is missing.
            stack(&["clone3", "work", "heavy_work"], true, 10),
            // The frames are in another order.
            stack(&["run_light", "work", "light_work"], true, 10),
            stack(
                &["work", "run_light", "light_work", "irq_handler"],
                false,
                10,
            ),
            // A name within another name is no marker.
            stack(&["work", "not_heavy_work"], true, 10),
        ],
        truth: Shares::from([
            ("heavy_work".to_owned(), 0.75),
            ("light_work".to_owned(), 0.25),
        ]),
        stolen: 0.0,
        facts: None,
    };
    let score = Score::new(case, &recorded);
    let shares = [
        score.error,
        score.chain,
        score.other,
        score.incomplete,
        score.unnamed,
        score.unlabelled,
    ];
    let permille = shares.map(|share| (1000.0 * share).round() as i32);
    // 70 of 90 are heavy, 70 of 90 have their chain, and of the other 20 in markers all are unlabelled.
    assert_eq!(
        (score.samples, permille),
        (100, [28, 778, 100, 100, 600, 222])
    );
    assert_eq!(
        expanded(&["main", "recurse*3"]),
        ["main", "recurse", "recurse", "recurse"]
    );
    Ok(())
}
