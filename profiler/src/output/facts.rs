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

/// What `profile` says about itself, most important first. Figures that it does not have are left out.
pub fn facts(profile: &Profile) -> Vec<Fact> {
    let recording = &profile.recording;
    let samples = Measure::of(profile).samples(profile);
    let mut facts = Vec::new();
    let mut fact = |name, value: String, warns| facts.push(Fact { name, value, warns });
    if let Some(coverage) = recording.coverage
        && let Some(share) = coverage.share()
    {
        let of = if coverage.user_only {
            "user CPU time charged"
        } else {
            "CPU time charged"
        };
        // Few samples scatter: only what sampling cannot explain is a warning.
        let tolerance = 0.02f64.max(2.0 / (samples.max(1) as f64).sqrt());
        fact(
            "coverage",
            format!("explains {} of the {of}", percent(share)),
            (share - 1.0).abs() > tolerance,
        );
    } else if recording.rate_hz > 0 {
        fact("coverage", "not known".into(), false);
    }
    let rate = match recording.rate_hz {
        0 => String::new(),
        rate => format!(" at {rate} Hz"),
    };
    let over = match recording.duration_ns {
        0 => String::new(),
        ns => format!(" over {}", seconds(ns)),
    };
    fact(
        "samples",
        format!("{}{rate}{over}", grouped(samples)),
        samples == 0,
    );
    if recording.lost > 0 || recording.rate_hz > 0 {
        let share = recording.lost as f64 / (recording.lost + samples).max(1) as f64;
        fact(
            "lost",
            format!("{} ({})", grouped(recording.lost), percent(share)),
            share > 0.01,
        );
    }
    if recording.stolen > 0 {
        let share = recording.stolen as f64 / (recording.stolen + samples).max(1) as f64;
        let value = format!("{} ({})", grouped(recording.stolen), percent(share));
        fact("left out, stolen time", value, share > 0.1);
    }
    if recording.truncated > 0 || recording.rate_hz > 0 {
        let share = recording.truncated as f64 / samples.max(1) as f64;
        fact("truncated stacks", percent(share), share > 0.05);
    }
    if recording.unnamed > 0 || recording.rate_hz > 0 {
        let share = recording.unnamed as f64 / samples.max(1) as f64;
        fact("stacks with unnamed frames", percent(share), share > 0.2);
    }
    if let Some(error) = sampling_error(0.5, samples) {
        fact(
            "sampling error",
            format!("at most ±{} of the total (2σ)", percent(error)),
            error > 0.1,
        );
    }
    if recording.own_cpu_ns > 0 && recording.duration_ns > 0 {
        let share = recording.own_cpu_ns as f64 / recording.duration_ns as f64;
        fact(
            "own cost",
            format!("{} of one core", percent(share)),
            share > 0.05,
        );
    }
    facts
}

/// The figures that a picture has room for, in one line: coverage, samples, and what warns.
pub(super) fn summary(profile: &Profile) -> String {
    let parts: Vec<String> = facts(profile)
        .into_iter()
        .filter(|fact| matches!(fact.name, "coverage" | "samples") || fact.warns)
        .filter(|fact| fact.value != "not known")
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
