//! Which of a profile's numbers an analysis adds up.

use crate::profile::{Profile, Sample, ValueType};

/// The number by which functions are weighed, and the number that counts samples.
///
/// CPU time where the profile has it; else the last value that is not a count of samples (allocated bytes
/// in a heap profile), as pprof's own readers choose; else the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    weight: Option<usize>,
    count: Option<usize>,
    /// What is weighed: `cpu`, `samples`, `alloc_space`.
    pub kind: String,
    /// Its unit in pprof's words: `nanoseconds`, `count`, `bytes`.
    pub unit: String,
}

impl Measure {
    /// The measure of `profile`.
    pub fn of(profile: &Profile) -> Measure {
        let texts = |value: &ValueType| (profile.text(value.kind), profile.text(value.unit));
        let position = |wanted: &dyn Fn((&str, &str)) -> bool| {
            profile
                .value_types
                .iter()
                .rposition(|value| wanted(texts(value)))
        };
        let count = position(&|value| value == ("samples", "count"));
        let weight = position(&|value| value == ("cpu", "nanoseconds"))
            .or_else(|| position(&|value| value != ("samples", "count")))
            .or(count);
        let (kind, unit) =
            weight.map_or(("samples", "count"), |at| texts(&profile.value_types[at]));
        Measure {
            weight,
            count,
            kind: kind.to_owned(),
            unit: unit.to_owned(),
        }
    }

    /// What `sample` weighs.
    pub fn weight(&self, sample: &Sample) -> i64 {
        self.weight
            .and_then(|at| sample.values.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// How many samples were taken with this stack; 0 in profiles that do not count them.
    pub fn count(&self, sample: &Sample) -> i64 {
        self.count
            .and_then(|at| sample.values.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// What a flamegraph or a folded line shows: the count of samples, else the weight.
    pub fn shown(&self, sample: &Sample) -> i64 {
        self.count
            .or(self.weight)
            .and_then(|at| sample.values.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// What [`Measure::shown`] counts, in a word for a reader.
    pub fn shown_name(&self) -> &str {
        if self.count.is_some() {
            "samples"
        } else {
            &self.unit
        }
    }

    /// Samples of the whole profile, before aggregation; 0 where the profile does not say.
    pub fn samples(&self, profile: &Profile) -> u64 {
        let counted: i64 = profile
            .samples
            .iter()
            .map(|sample| self.count(sample))
            .sum();
        if counted > 0 {
            counted as u64
        } else {
            profile.recording.samples
        }
    }

    /// Weight of the whole profile.
    pub fn total(&self, profile: &Profile) -> i64 {
        profile
            .samples
            .iter()
            .map(|sample| self.weight(sample))
            .sum()
    }

    /// Whether weights are CPU time.
    pub fn is_cpu_time(&self) -> bool {
        self.unit == "nanoseconds"
    }
}
