//! Whether `profiler diff` tells changes from noise, on profiles from a seeded generator.
//!
//! Synthetic programs are noisier than counting: each run has speeds of its own, slices resemble their neighbours, and there
//! are phases. The long experiments with real programs are in `conformance/diff.py`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use profiler::compare::{Comparison, Cost, Options, Variance, compare};
use profiler::import;
use profiler::profile::{Label, LabelValue, Profile, SLICE, Sample, StringId};

/// Shares of the functions of the synthetic program; the last ones call the first, so that totals differ from own costs.
const SHARES: [f64; 10] = [0.30, 0.20, 0.14, 0.10, 0.08, 0.06, 0.05, 0.04, 0.02, 0.01];
const SLICES: usize = 32;
const SAMPLES_OF_SLICE: usize = 160;

/// The function that changes where one does.
const PLANTED: usize = 3;

/// A xorshift generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal, mean 0 and variance 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// A run in which [`PLANTED`] costs `points` of the whole more.
fn run(dice: &mut Dice, points: f64) -> Profile {
    let mut profile = import::folded(&stacks()).unwrap();
    let key = profile.strings.intern(SLICE);
    let speeds = SHARES.map(|_| 1.0 + 0.02 * dice.normal());
    let mut wander = [0.0; SHARES.len()];
    let stacks: Vec<_> = profile.samples.iter().map(|sample| sample.stack).collect();
    profile.samples.clear();
    for slice in 0..SLICES {
        let mut weights = SHARES.map(|share| share * (1.0 - points / (1.0 - SHARES[PLANTED])));
        weights[PLANTED] = SHARES[PLANTED] + points;
        for (function, weight) in weights.iter_mut().enumerate() {
            wander[function] = 0.5 * wander[function] + 0.15 * dice.normal();
            let phase = if slice / 8 == function { 2.0 } else { 1.0 };
            *weight *= speeds[function] * phase * (1.0 + wander[function]).max(0.1);
        }
        let mut counts = [0; SHARES.len()];
        let total: f64 = weights.iter().sum();
        for _ in 0..SAMPLES_OF_SLICE {
            let mut left = dice.uniform() * total;
            let drawn = weights.iter().position(|weight| {
                left -= weight;
                left < 0.0
            });
            counts[drawn.unwrap_or(0)] += 1;
        }
        let label = Label {
            key,
            value: LabelValue::Number(slice as i64, StringId(0)),
        };
        for (&stack, &count) in stacks.iter().zip(&counts).filter(|(_, count)| **count > 0) {
            profile.samples.push(Sample {
                stack,
                thread: None,
                labels: vec![label.clone()],
                values: vec![count],
            });
        }
    }
    profile
}

/// One line for each function, in the order of their numbers.
fn stacks() -> String {
    (0..SHARES.len())
        .map(|function| format!("main;task{};f{function} 1\n", function % 3))
        .collect()
}

/// Comparisons of `runs` runs a side, the second with the planted change.
fn comparisons(pairs: usize, runs: usize, points: f64) -> Vec<Comparison> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut pair = || {
        let before: Vec<Profile> = (0..runs).map(|_| run(&mut dice, 0.0)).collect();
        let after: Vec<Profile> = (0..runs).map(|_| run(&mut dice, points)).collect();
        let (before, after): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
        compare(&before, &after, &Options::default()).unwrap()
    };
    (0..pairs).map(|_| pair()).collect()
}

fn flagged(comparisons: &[Comparison]) -> usize {
    comparisons
        .iter()
        .filter(|comparison| comparison.changed().next().is_some())
        .count()
}

/// Pairs in which the planted function is the one whose own cost is found to have grown most.
fn found(comparisons: &[Comparison]) -> usize {
    let planted = format!("f{PLANTED}");
    let is_found = |comparison: &&Comparison| {
        let mut grown = comparison
            .regressions(0.0)
            .filter(|change| change.cost == Cost::Own);
        grown
            .next()
            .is_some_and(|change| change.function == planted)
    };
    comparisons.iter().filter(is_found).count()
}

/// What a test against the error of counting would flag, at a thousandth for each function.
fn flagged_by_binomial(comparisons: &[Comparison]) -> usize {
    let samples = (SLICES * SAMPLES_OF_SLICE) as f64;
    let is_flagged = |comparison: &&Comparison| {
        comparison.functions.iter().any(|change| {
            let share = 0.5 * (change.before + change.after);
            change.difference.abs() > 3.29 * (2.0 * share * (1.0 - share) / samples).sqrt()
        })
    };
    comparisons.iter().filter(is_flagged).count()
}

#[test]
fn identical_runs_are_rarely_flagged_and_a_change_of_five_points_is_found() {
    let same = comparisons(100, 1, 0.0);
    assert_eq!(same[0].variance, Variance::Slices);
    assert!(flagged(&same) <= 5, "{} of 100", flagged(&same));
    // Otherwise the generator is so calm that nothing is proven.
    assert!(
        flagged_by_binomial(&same) >= 50,
        "{} of 100",
        flagged_by_binomial(&same)
    );
    let changed = comparisons(40, 1, 0.05);
    assert!(found(&changed) >= 36, "{} of 40", found(&changed));
}

#[test]
fn several_runs_a_side_see_smaller_changes() {
    let same = comparisons(40, 5, 0.0);
    assert_eq!(same[0].variance, Variance::Runs);
    assert!(flagged(&same) <= 2, "{} of 40", flagged(&same));
    let changed = comparisons(20, 5, 0.025);
    assert!(found(&changed) >= 18, "{} of 20", found(&changed));
    let (few, many) = (comparisons(1, 1, 0.0), comparisons(1, 5, 0.0));
    assert!(many[0].detectable < few[0].detectable);
}

#[test]
fn without_variance_there_is_no_verdict() {
    let before = import::folded("main;f 9000\nmain;g 1000\n").unwrap();
    let after = import::folded("main;f 1000\nmain;g 9000\n").unwrap();
    let comparison = compare(&[&before], &[&after], &Options::default()).unwrap();
    assert_eq!(comparison.variance, Variance::NotMeasured);
    assert_eq!(
        (comparison.detectable, comparison.changed().count()),
        (None, 0)
    );
    assert!(
        comparison
            .notes
            .iter()
            .any(|note| note.starts_with("No variance was measured"))
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folded = |text| import::folded(text).unwrap();
    let refused = |before: &Profile, after: &Profile| {
        compare(&[before], &[after], &Options::default())
            .unwrap_err()
            .to_string()
    };
    let whole = folded("main 100\n");
    let mut empty = whole.clone();
    empty.samples.clear();
    assert_eq!(refused(&whole, &empty), "run 1 after has no samples");
    let mut bytes = whole.clone();
    bytes.value_types[0].kind = bytes.strings.intern("alloc_space");
    bytes.value_types[0].unit = bytes.strings.intern("bytes");
    assert!(refused(&whole, &bytes).contains("samples (count) and another alloc_space (bytes)"));
    let (mut user, mut kernel) = (whole.clone(), whole.clone());
    (
        user.recording.rate_hz,
        kernel.recording.rate_hz,
        kernel.recording.kernel,
    ) = (99, 99, true);
    assert!(refused(&user, &kernel).contains("user CPU time only"));
    let mut negative = whole.clone();
    negative.samples[0].values[0] = -1;
    assert!(refused(&negative, &whole).contains("negative"));
}
