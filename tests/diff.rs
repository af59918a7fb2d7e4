//! Whether `profiler diff` tells changes from noise, on profiles from a seeded generator.
//!
//! Synthetic programs are noisier than counting: each run has speeds of its own, slices resemble their neighbours, and there
//! are phases. The long experiments with real programs are in `conformance/diff.py`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use profiler::compare::{Comparison, Cost, Options, Variance, compare};
use profiler::import;
use profiler::profile::{Label, LabelValue, Profile, SLICE, Sample, StringId};

/// Shares of the functions of the synthetic program; the last ones call the first, so that totals differ from own costs.
const SHARES: [f64; 10] = [0.30, 0.20, 0.14, 0.10, 0.08, 0.06, 0.05, 0.04, 0.02, 0.01];
const SLICES: usize = 32;
const SAMPLES_OF_SLICE: usize = 160;

/// The function that changes where one does; one without a phase of its own, in which a change would be uneven.
const PLANTED: usize = 4;

/// A xorshift generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        (self.uniform() * count as f64) as usize
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
    let speeds = SHARES.map(|_| 1.0 + 0.03 * dice.normal());
    let mut wander = [0.0; SHARES.len()];
    let stacks: Vec<_> = profile.samples.iter().map(|sample| sample.stack).collect();
    profile.samples.clear();
    for slice in 0..SLICES {
        let mut weights = SHARES.map(|share| share * (1.0 - points / (1.0 - SHARES[PLANTED])));
        weights[PLANTED] = SHARES[PLANTED] + points;
        for (function, weight) in weights.iter_mut().enumerate() {
            wander[function] = 0.5 * wander[function] + 0.1 * dice.normal();
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
        flagged_by_binomial(&same) >= 20,
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

/// Opt-in, since it needs recordings of real programs: `HONE_DIFF_RUNS` names the folder that `conformance/diff.py record`
/// filled. Runs of one program are resampled in blocks of slices, and a function's samples are multiplied to plant a change.
#[test]
fn resampled_stored_runs() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the folder comes from the environment"
    )]
    let Some(folder) = std::env::var_os("HONE_DIFF_RUNS") else {
        println!("skipped: HONE_DIFF_RUNS does not name a folder of recordings");
        return;
    };
    let programs = stored(Path::new(&folder));
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for (runs, pairs) in [(1, 1_000), (2, 300)] {
        let flagged = (0..pairs)
            .filter(|_| resampled(&programs, runs, 0.0, &mut dice).0)
            .count();
        println!("{runs} a side: {flagged} of {pairs} pairs flagged");
        assert!(flagged * 20 <= pairs, "{flagged} of {pairs}");
        for points in [0.02, 0.03, 0.05, 0.08] {
            let found = (0..pairs / 5)
                .filter(|_| resampled(&programs, runs, points, &mut dice).1)
                .count();
            println!(
                "{runs} a side: {found} of {} changes by {:.0} points found",
                pairs / 5,
                100.0 * points
            );
        }
    }
}

/// The recordings of each program of which there are four at least.
fn stored(folder: &Path) -> Vec<Vec<Profile>> {
    let sorted = |folder: &Path| {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    };
    let is_program = |path: &PathBuf| {
        path.is_dir() && !path.ends_with("in") && !path.to_string_lossy().contains('+')
    };
    let is_recording = |path: &PathBuf| path.to_string_lossy().ends_with(".pb.gz");
    let programs = sorted(folder)
        .into_iter()
        .filter(is_program)
        .map(|program| {
            let recordings = sorted(&program).into_iter().filter(is_recording);
            recordings
                .map(|path| import::read(&path).unwrap())
                .collect::<Vec<_>>()
        });
    programs.filter(|runs| runs.len() >= 4).collect()
}

/// Compares different runs of a random program, with `points` planted in a random function; whether anything is declared
/// changed, and whether that function's own cost is what grew most.
fn resampled(programs: &[Vec<Profile>], runs: usize, points: f64, dice: &mut Dice) -> (bool, bool) {
    let program = &programs[dice.below(programs.len())];
    let mut order: Vec<&Profile> = program.iter().collect();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at + 1));
    }
    let mut sides: Vec<Profile> = order[..2 * runs]
        .iter()
        .map(|run| blocks(run, dice))
        .collect();
    let leaf = planted(&sides[runs..], points, dice);
    if let (Some(leaf), true) = (&leaf, points > 0.0) {
        sides[runs..]
            .iter_mut()
            .for_each(|run| grow(run, leaf, points, dice));
    }
    let sides: Vec<&Profile> = sides.iter().collect();
    let comparison = compare(&sides[..runs], &sides[runs..], &Options::default()).unwrap();
    let mut grown = comparison
        .regressions(0.0)
        .filter(|change| change.cost == Cost::Own);
    let found = grown
        .next()
        .is_some_and(|change| Some(&change.function) == leaf.as_ref());
    (comparison.changed().next().is_some(), found)
}

/// A run made of blocks of four slices of `run`, drawn with replacement.
fn blocks(run: &Profile, dice: &mut Dice) -> Profile {
    const BLOCK: usize = 4;
    let slices = run
        .samples
        .iter()
        .filter_map(|sample| slice(run, sample))
        .max()
        .unwrap_or(0)
        + 1;
    let mut of_slice = vec![Vec::new(); slices];
    for sample in &run.samples {
        of_slice[slice(run, sample).unwrap()].push(sample);
    }
    let mut resampled = run.clone();
    resampled.samples.clear();
    for block in 0..slices.div_ceil(BLOCK) {
        let start = dice.below(slices);
        for offset in 0..BLOCK.min(slices - block * BLOCK) {
            for &sample in &of_slice[(start + offset) % slices] {
                let mut sample = sample.clone();
                let label = sample
                    .labels
                    .iter_mut()
                    .find(|label| run.text(label.key) == SLICE)
                    .unwrap();
                label.value = LabelValue::Number((block * BLOCK + offset) as i64, StringId(0));
                resampled.samples.push(sample);
            }
        }
    }
    resampled
}

fn slice(run: &Profile, sample: &Sample) -> Option<usize> {
    let label = sample
        .labels
        .iter()
        .find(|label| run.text(label.key) == SLICE)?;
    match label.value {
        LabelValue::Number(slice, _) => usize::try_from(slice).ok(),
        LabelValue::Text(_) => None,
    }
}

/// The readable name of the function that `sample` was executing; nothing for C++ and Rust, whose names `compare` shortens.
fn leaf<'a>(run: &'a Profile, sample: &Sample) -> Option<&'a str> {
    let location = run.stacks.leaf_first(sample.stack).next()?;
    let line = run.locations[location.index()].lines.first()?;
    let function = &run.functions[line.function.index()];
    (function.name == function.linkage_name).then(|| run.text(function.name))
}

/// A random function whose own cost is between 3 and 40 % of the first run.
fn planted(runs: &[Profile], points: f64, dice: &mut Dice) -> Option<String> {
    let run = &runs[0];
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for sample in &run.samples {
        if let Some(name) = leaf(run, sample) {
            *counts.entry(name).or_default() += sample.values[0];
        }
    }
    let total = run.total(0) as f64;
    let fits = |count: &i64| (0.03..0.4).contains(&(*count as f64 / total)) && points < 0.5;
    let names: Vec<&str> = counts
        .iter()
        .filter(|(_, count)| fits(count))
        .map(|(name, _)| *name)
        .collect();
    (!names.is_empty()).then(|| names[dice.below(names.len())].to_owned())
}

/// Multiplies the samples that execute `name` so that it costs about `points` of the whole more.
fn grow(run: &mut Profile, name: &str, points: f64, dice: &mut Dice) {
    let is_leaf: Vec<bool> = run
        .samples
        .iter()
        .map(|sample| leaf(run, sample) == Some(name))
        .collect();
    let of = |run: &Profile| {
        run.samples
            .iter()
            .zip(&is_leaf)
            .filter(|(_, is)| **is)
            .map(|(s, _)| s.values[0])
            .sum::<i64>()
    };
    let before = of(run) as f64 / run.total(0) as f64;
    let after = before + points;
    let factor = after * (1.0 - before) / (before * (1.0 - after));
    for (sample, _) in run.samples.iter_mut().zip(&is_leaf).filter(|(_, is)| **is) {
        let each = sample.values[1] / sample.values[0].max(1);
        let count = (0..sample.values[0])
            .map(|_| (factor + dice.uniform()).floor() as i64)
            .sum();
        sample.values = vec![count, count * each];
    }
}
