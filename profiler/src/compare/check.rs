//! Whether profiles can be compared at all, and what to know before believing it.

use super::names::Names;
use super::{Scale, Variance};
use crate::analyze::{Measure, readable};
use crate::profile::Profile;

/// Why profiles cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// One profile holds nothing.
    #[error("run {run} {side} has no samples")]
    Empty {
        /// `before` or `after`.
        side: &'static str,
        /// Which of its runs, from 1.
        run: usize,
    },
    /// One profile is a difference already.
    #[error("run {run} {side} holds negative values: it is the difference of two profiles")]
    Negative {
        /// `before` or `after`.
        side: &'static str,
        /// Which of its runs, from 1.
        run: usize,
    },
    /// Different things were counted.
    #[error("one profile counts {one} and another {other}: record both with the same event")]
    Values {
        /// Kind and unit in one of them.
        one: String,
        /// Kind and unit in another.
        other: String,
    },
    /// Kernel code is in one and not in the other.
    #[error(
        "some profiles have user CPU time only and others the kernel's too: record all as the same user, \
         with the same permissions"
    )]
    Kernel,
    /// Costs by time were asked for, and a profile does not say how long it took.
    #[error("run {run} {side} does not say how long it took: compare shares instead")]
    Duration {
        /// `before` or `after`.
        side: &'static str,
        /// Which of its runs, from 1.
        run: usize,
    },
}

/// A side with fewer samples is warned of.
const FEW_SAMPLES: u64 = 1_000;

/// Share of lost samples that is warned of.
const MANY_LOST: f64 = 0.05;

/// What is to be noted about profiles that can be compared.
pub(super) fn check(
    before: &[&Profile],
    after: &[&Profile],
    scale: Scale,
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    let sides = [("before", before), ("after", after)];
    for (side, profiles) in sides {
        if profiles.is_empty() {
            return Err(Error::Empty { side, run: 1 });
        }
        for (at, profile) in profiles.iter().enumerate() {
            check_one(side, at + 1, profile, scale)?;
        }
        note_quality(side, profiles, &mut notes);
    }
    let all = || before.iter().chain(after);
    check_values(all(), scale)?;
    // An imported file does not say; one of our own does.
    let kernel = |kernel| {
        all().any(|profile| profile.recording.rate_hz > 0 && profile.recording.kernel == kernel)
    };
    if kernel(true) && kernel(false) {
        return Err(Error::Kernel);
    }
    let targets: Vec<String> = [before[0], after[0]]
        .iter()
        .map(|profile| target(profile))
        .collect();
    if targets[0] != targets[1] && targets.iter().all(|target| !target.is_empty()) {
        notes.push(format!(
            "The targets have different names: {} and {}.",
            targets[0], targets[1]
        ));
    }
    Ok(notes)
}

fn check_one(side: &'static str, run: usize, profile: &Profile, scale: Scale) -> Result<(), Error> {
    let measure = Measure::of(profile);
    if profile
        .samples
        .iter()
        .any(|sample| measure.weight(sample) < 0)
    {
        return Err(Error::Negative { side, run });
    }
    if measure.total(profile) == 0 {
        return Err(Error::Empty { side, run });
    }
    if scale == Scale::Absolute && profile.recording.duration_ns == 0 {
        return Err(Error::Duration { side, run });
    }
    Ok(())
}

/// Shares of samples and of CPU time are the same; nothing else is.
fn check_values<'a>(all: impl Iterator<Item = &'a &'a Profile>, scale: Scale) -> Result<(), Error> {
    let mut first: Option<(String, String)> = None;
    for profile in all {
        let measure = Measure::of(profile);
        let named = format!("{} ({})", readable(&measure.kind), readable(&measure.unit));
        let is_clock = matches!(
            (&*measure.kind, &*measure.unit),
            ("cpu", "nanoseconds") | ("samples", "count")
        );
        let class = if is_clock && scale == Scale::Share {
            String::new()
        } else {
            named.clone()
        };
        let (first_class, first_named) =
            first.get_or_insert_with(|| (class.clone(), named.clone()));
        if *first_class != class {
            return Err(Error::Values {
                one: first_named.clone(),
                other: named,
            });
        }
    }
    Ok(())
}

/// The target without its process id, which differs from run to run.
pub(super) fn target(profile: &Profile) -> String {
    let target = readable(&profile.recording.target);
    target.split(" (pid ").next().unwrap_or_default().to_owned()
}

fn note_quality(side: &str, profiles: &[&Profile], notes: &mut Vec<String>) {
    let samples: u64 = profiles
        .iter()
        .map(|profile| Measure::of(profile).samples(profile))
        .sum();
    if samples == 0 {
        notes.push(format!(
            "The profile {side} does not count samples, so nobody knows how few they are."
        ));
    } else if samples < FEW_SAMPLES {
        notes.push(format!(
            "Only {samples} samples {side}: small changes cannot be seen. Record for longer or at a higher --rate."
        ));
    }
    let lost: u64 = profiles.iter().map(|profile| profile.recording.lost).sum();
    let share = lost as f64 / (lost + samples).max(1) as f64;
    if share > MANY_LOST {
        notes.push(format!(
            "{:.0} % of the samples {side} were lost.",
            100.0 * share
        ));
    }
}

/// How functions were matched, where it was not by module and name.
pub(super) fn note_names(names: &Names, notes: &mut Vec<String>) {
    if names.without_modules {
        notes.push(
            "Functions are matched by name alone, since one side does not name modules.".to_owned(),
        );
    }
    for (old, new) in &names.renamed {
        notes.push(format!("{new} is taken for the new name of {old}."));
    }
}

/// What the yardstick does not cover.
pub(super) fn note_variance(variance: Variance, notes: &mut Vec<String>) {
    match variance {
        Variance::NotMeasured => notes.push(
            "No variance was measured: one run a side, and no time slices in it. Differences are shown without a \
             verdict; record several runs a side, or with this profiler, which keeps slices."
                .to_owned(),
        ),
        Variance::Slices => notes.push(
            "A side is one run: what differs between runs is allowed for, not measured. Several runs a side see \
             smaller changes and miss no surprise."
                .to_owned(),
        ),
        Variance::Runs => {}
    }
}
