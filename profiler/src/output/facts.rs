//! The honesty figures of a recording, in words: every format shows them.

use std::time::Duration;

use serde::Serialize;

use crate::analyze::{Measure, sampling_error};
use crate::profile::Profile;

/// One figure for a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// The figure with its unit.
    pub value: String,
    /// Whether it says that the profile should be read with care.
    pub warns: bool,
}

/// The same figures as numbers. Shares are of 1; `None` where the profile does not say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Share of the CPU time that the kernel charged which the samples explain.
    pub coverage: Option<f64>,
    /// Whether that is about user code only.
    pub user_only: Option<bool>,
    /// Samples.
    pub samples: u64,
    /// Samples for each second of CPU time.
    pub rate_hz: Option<u32>,
    /// Length of the recording.
    pub duration_s: Option<f64>,
    /// Samples that the kernel dropped because a buffer was full.
    pub lost: Option<u64>,
    /// Their share of all that were taken.
    pub lost_share: Option<f64>,
    /// Samples that fell into time that a hypervisor gave to another guest.
    pub stolen: Option<u64>,
    /// Their share of all that were due.
    pub stolen_share: Option<f64>,
    /// Samples whose stack does not reach the start of its thread.
    pub truncated: Option<u64>,
    /// Their share.
    pub truncated_share: Option<f64>,
    /// Samples whose stack is complete and has a frame without a name.
    pub unnamed: Option<u64>,
    /// Their share.
    pub unnamed_share: Option<f64>,
    /// Largest sampling error (2σ) of any share in the profile.
    pub sampling_error: Option<f64>,
    /// CPU time of the profiler itself.
    pub own_cpu_s: Option<f64>,
    /// The same in cores, over the recording.
    pub own_cores: Option<f64>,
}

impl Figures {
    /// The figures of `profile`.
    pub fn of(profile: &Profile) -> Figures {
        let recording = &profile.recording;
        let samples = Measure::of(profile).samples(profile);
        // Whoever says a rate counts what it lost; a file that says neither knows nothing of it.
        let counted = |number: u64| (number > 0 || recording.rate_hz > 0).then_some(number);
        let share_of =
            |number: Option<u64>, all: u64| number.map(|number| number as f64 / all.max(1) as f64);
        let seconds = |ns: u64| (ns > 0).then(|| ns as f64 / 1e9);
        let (lost, stolen) = (counted(recording.lost), counted(recording.stolen));
        let (truncated, unnamed) = (counted(recording.truncated), counted(recording.unnamed));
        let (duration_s, own_cpu_s) = (
            seconds(recording.duration_ns),
            seconds(recording.own_cpu_ns),
        );
        Figures {
            coverage: recording.coverage.and_then(|coverage| coverage.share()),
            user_only: recording.coverage.map(|coverage| coverage.user_only),
            samples,
            rate_hz: (recording.rate_hz > 0).then_some(recording.rate_hz),
            duration_s,
            lost,
            lost_share: share_of(lost, samples.saturating_add(recording.lost)),
            stolen,
            stolen_share: share_of(stolen, samples.saturating_add(recording.stolen)),
            truncated,
            truncated_share: share_of(truncated, samples),
            unnamed,
            unnamed_share: share_of(unnamed, samples),
            // Shares near a half scatter most.
            sampling_error: sampling_error(0.5, samples),
            own_cpu_s,
            own_cores: own_cpu_s
                .zip(duration_s)
                .map(|(cpu, duration)| cpu / duration),
        }
    }
}

/// What `profile` says about itself, most important first. What it does not say is named in the last fact.
pub fn facts(profile: &Profile) -> Vec<Fact> {
    let figures = Figures::of(profile);
    let samples = figures.samples;
    let mut facts = Vec::new();
    let mut unknown = Vec::new();
    let mut fact = |name, known: Option<(String, bool)>| match known {
        Some((value, warns)) => facts.push(Fact { name, value, warns }),
        None => unknown.push(name),
    };
    let coverage = figures.coverage.map(|share| {
        let of = if figures.user_only == Some(true) {
            "user CPU time charged"
        } else {
            "CPU time charged"
        };
        // Few samples scatter: only what sampling cannot explain is a warning.
        let tolerance = 0.02f64.max(2.0 / (samples.max(1) as f64).sqrt());
        (
            format!("explains {} of the {of}", percent(share)),
            (share - 1.0).abs() > tolerance,
        )
    });
    fact("coverage", coverage);
    let rate = figures
        .rate_hz
        .map_or_else(String::new, |rate| format!(" at {rate} Hz"));
    let over = match profile.recording.duration_ns {
        0 => String::new(),
        ns => format!(" over {}", seconds(ns)),
    };
    let taken = format!("{}{rate}{over}", grouped(samples));
    fact("samples", Some((taken, samples == 0)));
    let lost = figures.lost.zip(figures.lost_share);
    fact(
        "lost samples",
        lost.map(|(lost, share)| {
            let why = if lost > 0 { ": a buffer was full" } else { "" };
            let value = format!("{} ({}){why}", grouped(lost), percent(share));
            (value, share > 0.01)
        }),
    );
    let stolen = figures.stolen.zip(figures.stolen_share);
    if let Some((stolen, share)) = stolen.filter(|(stolen, _)| *stolen > 0) {
        let value = format!("{} ({})", grouped(stolen), percent(share));
        fact("left out, stolen time", Some((value, share > 0.1)));
    }
    let truncated = |share| {
        let why = ": outer callers are missing";
        (
            format!("{}{}", percent(share), if share > 0.0 { why } else { "" }),
            share > 0.05,
        )
    };
    fact("truncated stacks", figures.truncated_share.map(truncated));
    let unnamed = |share| {
        let why = ": complete, but code without symbols";
        (
            format!("{}{}", percent(share), if share > 0.0 { why } else { "" }),
            share > 0.2,
        )
    };
    fact(
        "stacks with unnamed frames",
        figures.unnamed_share.map(unnamed),
    );
    let error = |error| {
        (
            format!("at most ±{} of the total (2σ)", percent(error)),
            error > 0.1,
        )
    };
    fact("sampling error", figures.sampling_error.map(error));
    let own = |cores| {
        (
            format!("{} of one core, by the profiler itself", percent(cores)),
            cores > 0.05,
        )
    };
    fact("own cost", figures.own_cores.map(own));
    if !unknown.is_empty() {
        facts.push(Fact {
            name: "not in the profile",
            value: unknown.join(", "),
            warns: false,
        });
    }
    facts
}

/// The figures that a picture has room for, in one line: coverage, samples, and what warns.
pub(super) fn summary(profile: &Profile) -> String {
    let parts: Vec<String> = facts(profile)
        .into_iter()
        .filter(|fact| matches!(fact.name, "coverage" | "samples") || fact.warns)
        .map(|fact| match fact.name {
            "coverage" => fact.value,
            "samples" => {
                fact.value
                    .replacen(' ', " samples ", usize::from(fact.value.contains(' ')))
            }
            name => format!("{name} {}", fact.value),
        })
        .collect();
    parts.join(" · ")
}

/// A share for a reader: one decimal, two below 1 %.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent != 0.0 && percent.abs() < 0.995 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// Nanoseconds as seconds.
pub(crate) fn seconds(ns: u64) -> String {
    let seconds = Duration::from_nanos(ns).as_secs_f64();
    if seconds < 0.95 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{seconds:.1} s")
    }
}

/// A number with thousands grouped.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Coverage, Recording};

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(0.004_2), "0.42 %");
        assert_eq!(percent(0.123_4), "12.3 %");
        assert_eq!(seconds(20_000_000), "20 ms");
        assert_eq!(seconds(10_040_000_000), "10.0 s");
    }

    #[test]
    fn what_a_file_does_not_say_is_named() {
        let facts = facts(&crate::import::folded("main 100\n").unwrap());
        let last = facts.last().unwrap();
        assert_eq!(last.name, "not in the profile");
        assert_eq!(
            last.value,
            "coverage, lost samples, truncated stacks, stacks with unnamed frames, own cost"
        );
    }

    #[test]
    fn a_recording_that_misses_cpu_time_warns() {
        let mut profile = crate::import::folded("main 10000\n").unwrap();
        profile.recording = Recording {
            rate_hz: 99,
            duration_ns: 10_000_000_000,
            samples: 10_000,
            lost: 3,
            coverage: Some(Coverage {
                sampled_ns: 90,
                charged_ns: 100,
                user_only: true,
            }),
            ..Recording::default()
        };
        let figures = Figures::of(&profile);
        assert_eq!((figures.coverage, figures.lost), (Some(0.9), Some(3)));
        assert_eq!(
            (figures.own_cores, figures.sampling_error),
            (None, Some(0.01))
        );
        let facts = facts(&profile);
        assert_eq!(
            facts[0].value,
            "explains 90.0 % of the user CPU time charged"
        );
        assert!(facts[0].warns);
        assert_eq!(
            summary(&profile),
            "explains 90.0 % of the user CPU time charged · 10,000 samples at 99 Hz over 10.0 s"
        );
    }
}
