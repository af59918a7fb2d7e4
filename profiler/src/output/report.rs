//! The report: everything that the terminal, JSON and HTML show of a profile, computed once.

use serde::Serialize;

use super::facts::{self, Fact, Figures};
use crate::analyze::{
    Frames, Hotspot, Hotspots, Measure, OwnLine, is_runtime, own_lines, readable, sampling_error,
    thread_costs,
};
use crate::profile::{Profile, Unseen};
use crate::recommend::{self, HOURS_PER_MONTH, Price, Recommendation};

/// A profile's figures, hottest functions and recommendations.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of this document's schema.
    pub hone_report: u32,
    /// What was recorded.
    pub target: String,
    /// What took the samples.
    pub source: String,
    /// What is weighed, and in which unit: `cpu`, `nanoseconds`.
    pub measure: (String, String),
    /// Weight of the whole profile.
    pub total: i64,
    /// Samples.
    pub samples: u64,
    /// Average number of cores that were busy; `None` where CPU time or duration are not known.
    pub cores: Option<f64>,
    /// Honesty figures, in words.
    pub facts: Vec<Fact>,
    /// The same as numbers.
    pub figures: Figures,
    /// What the CPU time costs; `None` where no price was named.
    pub cost: Option<Cost>,
    /// What the recording could not see.
    pub unseen: Vec<Unseen>,
    /// Functions with the most cost of their own.
    pub by_self: Vec<Row>,
    /// Functions of the program with the most cost, callees included; the runtime's scaffolding, which is at
    /// the root of every stack, is left out.
    pub by_total: Vec<Row>,
    /// Lines of the program with the most cost; empty where the profile knows no lines of it.
    pub by_line: Vec<LineRow>,
    /// Threads by cost.
    pub threads: Vec<ThreadRow>,
    /// What to change first.
    pub recommendations: Vec<Recommendation>,
}

/// A function in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Name.
    pub function: String,
    /// Module; empty where unknown.
    pub module: String,
    /// Source file; empty where unknown.
    pub file: String,
    /// Line of the declaration, else its hottest line; 0 where unknown.
    pub line: u32,
    /// Share of its own cost, with the sampling error.
    pub own: Share,
    /// Share with everything it calls.
    pub total: Share,
}

/// A source line in a list. No sample counts for two of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineRow {
    /// The function.
    pub function: String,
    /// Source file; empty where unknown.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Share of the line itself.
    pub own: Share,
    /// Share with what it calls of libraries and the kernel, up to the next line of the program.
    pub with_library: Share,
}

/// What the recorded CPU time costs in a month, if it goes on like this.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// What a core costs, and for how many instances.
    #[serde(flatten)]
    pub price: Price,
    /// Hours of a month.
    pub hours_per_month: f64,
    /// The cost; `None` where the cores are not known.
    pub per_month: Option<f64>,
    /// How it comes about, or why it is not known.
    pub explanation: String,
}

/// A share and its sampling error (2σ).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// Its error; `None` where samples are not counted.
    pub error: Option<f64>,
}

/// A thread in a list. Threads of one name count as one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadRow {
    /// Name.
    pub name: String,
    /// How many have it.
    pub threads: usize,
    /// Their share.
    pub share: f64,
}

impl Report {
    /// The report of `profile` with the built-in rules and lists of `top` functions.
    pub fn of(profile: &Profile, top: usize) -> Report {
        let frames = Frames::of(profile);
        let measure = Measure::of(profile);
        let hotspots = Hotspots::of(profile, &frames, &measure);
        let row = |hotspot: &Hotspot| row(profile, &frames, &hotspots, hotspot);
        let own_code = |hotspot: &&Hotspot| !is_runtime(profile, frames.get(hotspot.func));
        let mut by_total: Vec<&Hotspot> = hotspots.functions.iter().filter(own_code).collect();
        // The first list's order is by name in the end, and this sort is stable.
        by_total.sort_by_key(|hotspot| std::cmp::Reverse(hotspot.total));
        let lines = own_lines(profile, &frames, &measure);
        let line = |line: &OwnLine| line_row(profile, &frames, &hotspots, line);
        Report {
            hone_report: 1,
            target: readable(&profile.recording.target),
            source: readable(&profile.recording.source),
            measure: (measure.kind.clone(), measure.unit.clone()),
            total: hotspots.total,
            samples: hotspots.samples,
            cores: recommend::cores(profile, &measure),
            facts: facts::facts(profile),
            figures: Figures::of(profile),
            cost: None,
            unseen: profile.recording.unseen.clone(),
            by_self: hotspots
                .functions
                .iter()
                .filter(|h| h.own > 0)
                .take(top)
                .map(row)
                .collect(),
            by_total: by_total.into_iter().take(top).map(row).collect(),
            by_line: lines.iter().take(top).map(line).collect(),
            threads: threads(profile, &measure, hotspots.total),
            recommendations: recommend::recommend(profile, recommend::built_in()),
        }
    }

    /// The same report with what CPU time costs and what each recommendation saves.
    #[must_use]
    pub fn priced(mut self, price: Price) -> Report {
        let per_month = self.cores.map(|cores| price.month(cores));
        let explanation = match self.cores {
            Some(cores) => format!(
                "{cores:.2} cores busy × {} an hour × {HOURS_PER_MONTH} h × {}",
                price.per_core_hour(),
                instances(price.instances())
            ),
            None if self.measure.1 != "nanoseconds" => format!(
                "the profile counts {} ({}), not CPU time",
                readable(&self.measure.0),
                readable(&self.measure.1)
            ),
            None => "the profile does not say how long was recorded".to_owned(),
        };
        self.cost = Some(Cost {
            price,
            hours_per_month: HOURS_PER_MONTH,
            per_month,
            explanation,
        });
        for found in &mut self.recommendations {
            found.saving_per_month = found.saving_cores.map(|cores| price.month(cores));
        }
        self
    }

    /// The report as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is plain data with text keys")
    }
}

fn instances(number: u32) -> String {
    match number {
        1 => "1 instance".to_owned(),
        _ => format!("{} instances", facts::grouped(number.into())),
    }
}

fn share(hotspots: &Hotspots, weight: i64) -> Share {
    let share = hotspots.share(weight);
    Share {
        share,
        error: sampling_error(share, hotspots.samples),
    }
}

fn line_row(profile: &Profile, frames: &Frames, hotspots: &Hotspots, line: &OwnLine) -> LineRow {
    let func = frames.get(line.func);
    LineRow {
        function: func.name.clone(),
        file: readable(profile.text(func.file)),
        line: line.line,
        own: share(hotspots, line.own),
        with_library: share(hotspots, line.with_library),
    }
}

fn row(profile: &Profile, frames: &Frames, hotspots: &Hotspots, hotspot: &Hotspot) -> Row {
    let func = frames.get(hotspot.func);
    let hottest = hotspot
        .lines
        .iter()
        .max_by_key(|line| (line.own, line.total))
        .map_or(0, |line| line.line);
    Row {
        function: func.name.clone(),
        module: func.module.map_or_else(String::new, |id| {
            readable(profile.text(profile.modules[id.index()].path))
        }),
        file: readable(profile.text(func.file)),
        line: if func.start_line > 0 {
            func.start_line
        } else {
            hottest
        },
        own: share(hotspots, hotspot.own),
        total: share(hotspots, hotspot.total),
    }
}

fn threads(profile: &Profile, measure: &Measure, total: i64) -> Vec<ThreadRow> {
    let mut rows: Vec<ThreadRow> = Vec::new();
    for cost in thread_costs(profile, measure) {
        let Some(thread) = cost.thread else { continue };
        let name = readable(profile.text(profile.threads[thread.index()].name));
        let share = if total > 0 {
            cost.weight as f64 / total as f64
        } else {
            0.0
        };
        match rows.iter_mut().find(|row| row.name == name) {
            Some(row) => {
                row.threads += 1;
                row.share += share;
            }
            None => rows.push(ThreadRow {
                name,
                threads: 1,
                share,
            }),
        }
    }
    rows.sort_by(|a, b| b.share.total_cmp(&a.share));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Label, LabelValue, StringId};

    #[test]
    fn samples_that_differ_in_labels_only_are_added_up() {
        let whole = crate::import::folded("main;f;malloc 40\nmain;g 60\n").unwrap();
        let key = StringId(0);
        let mut cut = whole.clone();
        cut.samples = (0..4)
            .flat_map(|slice| whole.samples.iter().map(move |sample| (slice, sample)))
            .map(|(slice, sample)| {
                let mut sample = sample.clone();
                let value = LabelValue::Number(slice, StringId(0));
                sample.labels.push(Label { key, value });
                sample.values[0] /= 4;
                sample
            })
            .collect();
        assert_eq!(Report::of(&cut, 10).json(), Report::of(&whole, 10).json());
    }

    #[test]
    fn savings_are_cores_times_share_times_price() {
        let mut profile = crate::import::folded("main;f;malloc 500\nmain;g 500\n").unwrap();
        let price = Price::new(0.04, 20).unwrap();
        let missing = Report::of(&profile, 10).priced(price);
        assert_eq!(missing.recommendations[0].saving_per_month, None);
        let cost = missing.cost.unwrap();
        assert_eq!(cost.per_month, None);
        assert_eq!(
            cost.explanation,
            "the profile counts samples (count), not CPU time"
        );
        // A thousand samples of 10 ms in 5 s: two cores.
        let unit = profile.strings.intern("nanoseconds");
        let kind = profile.strings.intern("cpu");
        profile
            .value_types
            .push(crate::profile::ValueType { kind, unit });
        for sample in &mut profile.samples {
            sample.values.push(sample.values[0] * 10_000_000);
        }
        let unsaid = Report::of(&profile, 10).priced(price).cost.unwrap();
        assert_eq!(
            unsaid.explanation,
            "the profile does not say how long was recorded"
        );
        profile.recording.duration_ns = 5_000_000_000;
        let report = Report::of(&profile, 10).priced(price);
        let cost = report.cost.unwrap();
        assert_eq!(
            cost.explanation,
            "2.00 cores busy × 0.04 an hour × 730 h × 20 instances"
        );
        assert!((cost.per_month.unwrap() - 1168.0).abs() < 1e-9);
        let found = &report.recommendations[0];
        let month = 2.0 * found.saving * 0.04 * 730.0 * 20.0;
        assert!((found.saving_per_month.unwrap() - month).abs() < 1e-9);
    }
}
