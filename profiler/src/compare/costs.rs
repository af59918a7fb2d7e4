//! What each function cost in each run, by time slice.

use rustc_hash::FxHashMap;

use super::Cost;
use crate::analyze::Measure;
use crate::profile::{LabelValue, LocationId, Profile, SLICE, Sample, StringId};

/// A recording that counts more slices than this is taken as a whole: the profiler's own have 32 at most.
const MOST_SLICES: usize = 64;

/// Fewer slices with samples than this tell nothing about variance.
const FEWEST_SLICES: usize = 8;

/// One recording.
pub(super) struct Run<'a> {
    profile: &'a Profile,
    measure: Measure,
    functions: &'a [Box<[u32]>],
    slice_key: Option<StringId>,
    /// What costs are divided by, for each slice: its weight, or its length.
    pub(super) exposure: Vec<f64>,
    /// Samples, before aggregation; 0 where they are not counted.
    pub(super) samples: u64,
    /// Weight of all samples.
    pub(super) total: f64,
}

/// A function's cost in each slice of a run, own or total.
pub(super) type Series = Vec<f64>;

impl<'a> Run<'a> {
    /// Reads the slices of `profile`, whose locations are in `functions`.
    pub(super) fn of(profile: &'a Profile, functions: &'a [Box<[u32]>]) -> Run<'a> {
        let measure = Measure::of(profile);
        let slice_key = profile
            .strings
            .iter()
            .position(|text| text == SLICE)
            .map(|at| StringId(at as u32));
        let mut run = Run {
            samples: measure.samples(profile),
            total: measure.total(profile) as f64,
            profile,
            measure,
            functions,
            slice_key,
            exposure: Vec::new(),
        };
        let slices: Option<Vec<usize>> = profile
            .samples
            .iter()
            .map(|sample| run.labelled(sample))
            .collect();
        let count = slices
            .and_then(|slices| slices.into_iter().max())
            .map_or(1, |last| last + 1);
        run.exposure = vec![0.0; count];
        if count == 1 {
            run.slice_key = None;
        }
        for sample in &profile.samples {
            let slice = run.slice(sample);
            run.exposure[slice] += run.measure.weight(sample) as f64;
        }
        run
    }

    /// Divides costs by time, in units of `per_ns` a nanosecond, rather than by the cost of everything.
    pub(super) fn expose_to_time(&mut self, per_ns: f64) {
        let recording = &self.profile.recording;
        let mut left = recording.duration_ns as f64;
        let (last, length) = (self.exposure.len() - 1, recording.slice_ns as f64);
        for (slice, exposure) in self.exposure.iter_mut().enumerate() {
            let time = if slice < last { length.min(left) } else { left };
            left -= time;
            *exposure = time.max(1.0) * per_ns;
        }
    }

    /// Slices with samples.
    pub(super) fn slices(&self) -> usize {
        self.exposure
            .iter()
            .filter(|&&exposure| exposure > 0.0)
            .count()
    }

    /// Whether there are enough slices to measure variance by.
    pub(super) fn is_sliced(&self) -> bool {
        self.slices() >= FEWEST_SLICES
    }

    /// Weight for each nanosecond of the recording.
    pub(super) fn per_ns(&self) -> f64 {
        self.total / self.profile.recording.duration_ns.max(1) as f64
    }

    /// Average number of cores that were busy; `None` where CPU time or duration are not known.
    pub(super) fn cores(&self) -> Option<f64> {
        let duration = self.profile.recording.duration_ns;
        (self.measure.is_cpu_time() && duration > 0).then(|| self.total / duration as f64)
    }

    /// Calls `visit` with each function of each sample: the function, how it took part, the slice, the weight.
    /// A function that recurs on a stack takes part once.
    fn each(&self, functions: usize, mut visit: impl FnMut(u32, Cost, usize, f64)) {
        let mut seen_by = vec![usize::MAX; functions];
        for (at, sample) in self.profile.samples.iter().enumerate() {
            let (slice, weight) = (self.slice(sample), self.measure.weight(sample) as f64);
            let mut leaf = true;
            let locations = self.profile.stacks.leaf_first(sample.stack);
            for &function in locations.flat_map(|id: LocationId| &self.functions[id.index()]) {
                if leaf {
                    visit(function, Cost::Own, slice, weight);
                    leaf = false;
                }
                if std::mem::replace(&mut seen_by[function as usize], at) != at {
                    visit(function, Cost::Total, slice, weight);
                }
            }
        }
    }

    /// Own and total cost of each of `functions` functions, over the whole run.
    pub(super) fn sums(&self, functions: usize) -> Vec<[f64; 2]> {
        let mut sums = vec![[0.0; 2]; functions];
        self.each(functions, |function, cost, _, weight| {
            sums[function as usize][cost as usize] += weight
        });
        sums
    }

    /// The costs that `rows` numbers, by slice.
    pub(super) fn series(
        &self,
        functions: usize,
        rows: &FxHashMap<(u32, Cost), usize>,
    ) -> Vec<Series> {
        let mut series = vec![vec![0.0; self.exposure.len()]; rows.len()];
        self.each(functions, |function, cost, slice, weight| {
            if let Some(&row) = rows.get(&(function, cost)) {
                series[row][slice] += weight;
            }
        });
        series
    }

    fn slice(&self, sample: &Sample) -> usize {
        self.labelled(sample)
            .filter(|&slice| slice < self.exposure.len())
            .unwrap_or(0)
    }

    /// The slice that the sample's label names; `None` where it names none, or one that cannot be.
    fn labelled(&self, sample: &Sample) -> Option<usize> {
        let label = sample
            .labels
            .iter()
            .find(|label| Some(label.key) == self.slice_key)?;
        match label.value {
            LabelValue::Number(slice, _) => usize::try_from(slice)
                .ok()
                .filter(|&slice| slice < MOST_SLICES),
            LabelValue::Text(_) => None,
        }
    }
}
