//! Which functions cost more or less than before, and which differences are noise.
//!
//! ```text
//! before, after: Profiles ─► check (can they be compared?) ─► Names (functions across builds)
//!                         ─► Runs (cost by function and slice) ─► Estimates ─► Changes
//! ```
//!
//! The method in five sentences:
//!
//! 1. A function's cost is its share of each run (or its CPU time for each second, [`Scale::Absolute`]), and a side's cost
//!    is the mean of its runs.
//! 2. The variance of that mean is measured: by how the time slices of a run scatter about the course that all runs
//!    share, plus an allowance for what makes whole runs differ; and between runs where a side has several.
//! 3. The difference of both sides over its standard error is compared with Student's t distribution, degrees of freedom
//!    after Welch (1947).
//! 4. All functions above a floor are tested, by own and by total cost, and the rate of false discoveries among them is
//!    held at [`Options::alpha`] (Benjamini and Hochberg, 1995): where nothing changed, the probability that any function
//!    is declared changed is at most that.
//! 5. For each function the comparison says the smallest change that it would have found in 80 of 100 cases.
//!
//! The error of sampling alone, the binomial, is a lower bound and never the yardstick: runs of one program differ by
//! several times that. `estimate` cites what the parts rest on and has the two constants that were calibrated;
//! `tests/conformance/diff.py` measures what comes of it on real programs.
//!
//! - S. M. Bayley and J. M. Hammersley, "The effective number of independent observations", 1946.
//! - B. L. Welch, "The generalization of Student's problem", Biometrika 34, 1947.
//! - Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995.
//! - G. K. Smyth, "Linear models and empirical Bayes methods", 2004.
//! - A. Georges, D. Buytaert, L. Eeckhout, "Statistically rigorous Java performance evaluation", OOPSLA 2007.
//! - T. Mytkowicz et al., "Producing wrong data without doing anything obviously wrong", ASPLOS 2009.
//! - T. Kalibera and R. Jones, "Rigorous benchmarking in reasonable time", ISMM 2013.

mod check;
mod costs;
mod estimate;
mod names;
mod student;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::analyze::Measure;
use crate::profile::Profile;
use costs::{Run, Series};
use estimate::Estimate;
use names::Names;

pub use check::Error;

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Share of the declared changes that may be false, between 0 and 1.
    pub alpha: f64,
    /// What functions are compared by; `None`: both.
    pub by: Option<Cost>,
    /// What costs are divided by.
    pub scale: Scale,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            alpha: 0.05,
            by: None,
            scale: Scale::Share,
        }
    }
}

/// Which samples a function is charged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Those that it was executing itself.
    #[serde(rename = "self")]
    Own,
    /// Those that have it anywhere on the stack.
    Total,
}

/// What costs are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The cost of everything in the same run.
    Share,
    /// The duration of the run; 1 is what everything cost before.
    Absolute,
}

/// What two sides of profiles say about each other.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Version of this document's schema.
    pub hone_diff: u32,
    /// What came before.
    pub before: Side,
    /// What came after.
    pub after: Side,
    /// What costs are divided by.
    pub scale: Scale,
    /// What was weighed, and in which unit: `cpu`, `nanoseconds`.
    pub measure: (String, String),
    /// What differences were tested against.
    pub variance: Variance,
    /// The rate of false discoveries that was allowed.
    pub alpha: f64,
    /// Distinct costs that were tested; functions that always appear together are one.
    pub tested: usize,
    /// The change that would have been found in 80 of 100 comparisons, in whichever function it is hardest to see.
    pub detectable: Option<f64>,
    /// Every function above the floor: those that changed first, then by the size of the difference.
    pub functions: Vec<Change>,
    /// What a reader has to know before believing any of it, in sentences.
    pub notes: Vec<String>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// What was recorded.
    pub target: String,
    /// Recordings.
    pub runs: usize,
    /// Samples of all of them; 0 where they are not counted.
    pub samples: u64,
    /// Average number of cores that were busy; `None` where CPU time or duration are not known.
    pub cores: Option<f64>,
}

/// Where the yardstick came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// From runs: each side has several.
    Runs,
    /// From time slices, at least on one side.
    Slices,
    /// It was not measured, so nothing is declared changed.
    NotMeasured,
}

/// What one function cost before and after. Costs are fractions of the whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Name, without what compilers add to it.
    pub function: String,
    /// File name of its module; empty where unknown.
    pub module: String,
    /// Own or total cost.
    pub cost: Cost,
    /// Cost before.
    pub before: f64,
    /// Cost after.
    pub after: f64,
    /// `after - before`.
    pub difference: f64,
    /// What the test says; `None` where no variance was measured.
    pub test: Option<Test>,
}

/// A difference against its variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Test {
    /// Ends of the 95 % confidence interval of the difference.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Probability of such a difference where nothing changed, for this function alone.
    pub p: f64,
    /// Whether the function changed, all other tests considered.
    pub changed: bool,
    /// The difference that would have been found in 80 of 100 comparisons.
    pub detectable: f64,
}

impl Change {
    /// Whether it is certain enough that the function changed.
    pub fn is_proven(&self) -> bool {
        self.test.is_some_and(|test| test.changed)
    }
}

impl Comparison {
    /// Functions that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Change> {
        self.functions.iter().filter(|change| change.is_proven())
    }

    /// Functions that changed and cost at least `points` of the whole (0.05: five percentage points) more than before.
    pub fn regressions(&self, points: f64) -> impl Iterator<Item = &Change> {
        self.changed()
            .filter(move |change| change.difference >= points)
    }
}

/// Functions that cost less than this on the average of both sides are not tested: each test makes the others harder.
const FLOOR: f64 = 0.005;

/// Compares the runs `before` with the runs `after`.
///
/// # Errors
/// Where they cannot be compared: a side without samples, different kinds of values, user CPU time against all of it.
pub fn compare(
    before: &[&Profile],
    after: &[&Profile],
    options: &Options,
) -> Result<Comparison, Error> {
    let mut notes = check::check(before, after, options.scale)?;
    let names = Names::of(before, after);
    check::note_names(&names, &mut notes);
    let mut runs = runs(before, after, &names);
    if options.scale == Scale::Absolute {
        let base: f64 = runs[..before.len()].iter().map(Run::per_ns).sum();
        runs.iter_mut()
            .for_each(|run| run.expose_to_time(base / before.len() as f64));
    }
    let rows = rows(&runs, before.len(), names.functions.len(), options);
    let changes = Changes::of(&runs, before.len(), names.functions.len(), &rows, options);
    let variance = match changes.tests.iter().any(Option::is_some) {
        false => Variance::NotMeasured,
        true if before.len().min(after.len()) > 1 => Variance::Runs,
        true => Variance::Slices,
    };
    check::note_variance(variance, &mut notes);
    let measure = Measure::of(before[0]);
    Ok(Comparison {
        hone_diff: 1,
        before: side(before[0], &runs[..before.len()]),
        after: side(after[0], &runs[before.len()..]),
        scale: options.scale,
        measure: (measure.kind, measure.unit),
        variance,
        alpha: options.alpha,
        tested: changes.tested,
        detectable: changes.detectable(),
        functions: changes.list(&rows, &names),
        notes,
    })
}

fn runs<'a>(before: &[&'a Profile], after: &[&'a Profile], names: &'a Names) -> Vec<Run<'a>> {
    let profiles = before.iter().chain(after);
    let of = |(profile, functions): (&&'a Profile, &'a Vec<_>)| Run::of(profile, functions);
    profiles.zip(&names.of_location).map(of).collect()
}

fn side(first: &Profile, runs: &[Run<'_>]) -> Side {
    let cores: Option<f64> = runs.iter().map(Run::cores).sum();
    Side {
        target: check::target(first),
        runs: runs.len(),
        samples: runs.iter().map(|run| run.samples).sum(),
        cores: cores.map(|cores| cores / runs.len() as f64),
    }
}

/// The functions and costs that are above the floor, in the order of their numbers.
fn rows(runs: &[Run<'_>], before: usize, functions: usize, options: &Options) -> Vec<(u32, Cost)> {
    let mut averages = vec![[0.0; 2]; functions];
    for (at, run) in runs.iter().enumerate() {
        let runs_of_side = if at < before {
            before
        } else {
            runs.len() - before
        };
        let scale = 0.5 / runs_of_side as f64 / run.exposure.iter().sum::<f64>();
        for (average, sum) in averages.iter_mut().zip(run.sums(functions)) {
            average[0] += scale * sum[0];
            average[1] += scale * sum[1];
        }
    }
    let wanted = [Cost::Own, Cost::Total]
        .into_iter()
        .filter(|cost| options.by.is_none_or(|by| by == *cost));
    let rows =
        (0..functions as u32).flat_map(|function| wanted.clone().map(move |cost| (function, cost)));
    rows.filter(|&(function, cost)| averages[function as usize][cost as usize] >= FLOOR)
        .collect()
}

/// Estimates and tests of all rows.
struct Changes {
    estimates: Vec<[Estimate; 2]>,
    tests: Vec<Option<Test>>,
    tested: usize,
}

impl Changes {
    fn of(
        runs: &[Run<'_>],
        before: usize,
        functions: usize,
        rows: &[(u32, Cost)],
        options: &Options,
    ) -> Changes {
        let ids: FxHashMap<_, _> = rows
            .iter()
            .enumerate()
            .map(|(at, &row)| (row, at))
            .collect();
        let series: Vec<Vec<Series>> = runs.iter().map(|run| run.series(functions, &ids)).collect();
        let shares = options.scale == Scale::Share;
        let mut hypotheses: FxHashMap<Vec<u64>, usize> = FxHashMap::default();
        let mut of_row = Vec::with_capacity(rows.len());
        let mut estimates = Vec::with_capacity(rows.len());
        for row in 0..rows.len() {
            let of_run: Vec<&[f64]> = series.iter().map(|run| &*run[row]).collect();
            // A leaf's own and total cost, and those of a chain of callers, are one figure and are tested once.
            let bits = of_run
                .iter()
                .copied()
                .flatten()
                .map(|cost| cost.to_bits())
                .collect();
            let next = hypotheses.len();
            of_row.push(*hypotheses.entry(bits).or_insert(next));
            estimates.push(estimate::estimate(runs, &of_run, before, shares));
        }
        let mut changes = Changes {
            estimates,
            tests: Vec::new(),
            tested: hypotheses.len(),
        };
        changes.test(&of_row, options.alpha);
        changes
    }

    /// Tests each hypothesis once; row `at` states hypothesis `of_row[at]`.
    fn test(&mut self, of_row: &[usize], alpha: f64) {
        let count = self.tested;
        let tests = self
            .estimates
            .iter()
            .map(|[before, after]| test(before, after, alpha / count as f64));
        self.tests = tests.collect();
        let mut p_values = vec![1.0; count];
        for (test, &hypothesis) in self.tests.iter().zip(of_row) {
            p_values[hypothesis] = test.map_or(1.0, |test| test.p);
        }
        let rejected = student::reject(&p_values, alpha);
        for (test, &hypothesis) in self.tests.iter_mut().zip(of_row) {
            if let Some(test) = test {
                test.changed = rejected[hypothesis];
            }
        }
    }

    fn detectable(&self) -> Option<f64> {
        let each = self.tests.iter().flatten().map(|test| test.detectable);
        each.max_by(f64::total_cmp)
    }

    fn list(&self, rows: &[(u32, Cost)], names: &Names) -> Vec<Change> {
        let rows = rows.iter().zip(&self.estimates).zip(&self.tests);
        let mut list: Vec<Change> = rows
            .map(|((&(function, cost), [before, after]), &test)| {
                let name = &names.functions[function as usize];
                Change {
                    function: name.name.clone(),
                    module: name.module.clone(),
                    cost,
                    before: before.mean,
                    after: after.mean,
                    difference: after.mean - before.mean,
                    test,
                }
            })
            .collect();
        list.sort_by(|a, b| {
            let proven = b.is_proven().cmp(&a.is_proven());
            let size = b.difference.abs().total_cmp(&a.difference.abs());
            let name =
                |change: &Change| (change.cost, change.module.clone(), change.function.clone());
            proven.then(size).then_with(|| name(a).cmp(&name(b)))
        });
        list
    }
}

/// Welch's test of two means; `None` where a variance is not known. `alpha` is what a single discovery has to meet.
fn test(before: &Estimate, after: &Estimate, alpha: f64) -> Option<Test> {
    let (before_variance, before_freedom) = before.variance?;
    let (after_variance, after_freedom) = after.variance?;
    let variance = before_variance + after_variance;
    let difference = after.mean - before.mean;
    if variance == 0.0 {
        let p = if difference == 0.0 { 1.0 } else { 0.0 };
        return Some(Test {
            low: difference,
            high: difference,
            p,
            changed: false,
            detectable: 0.0,
        });
    }
    let freedom = variance * variance
        / (before_variance * before_variance / before_freedom
            + after_variance * after_variance / after_freedom);
    let error = variance.sqrt();
    let half_width = student::critical(0.025, freedom) * error;
    Some(Test {
        low: difference - half_width,
        high: difference + half_width,
        p: 2.0 * student::cumulative(-difference.abs() / error, freedom),
        changed: false,
        detectable: (student::critical(alpha / 2.0, freedom) + student::critical(0.2, freedom))
            * error,
    })
}
