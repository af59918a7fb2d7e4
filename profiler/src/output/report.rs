//! The report: everything that the terminal, JSON and HTML show of a profile, computed once.

use serde::Serialize;

use super::facts::{self, Fact};
use crate::analyze::{
    Frames, Hotspot, Hotspots, Measure, is_runtime, readable, sampling_error, thread_costs,
};
use crate::profile::{Profile, Unseen};
use crate::recommend::{self, Recommendation};

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
    /// Honesty figures.
    pub facts: Vec<Fact>,
    /// What the recording could not see.
    pub unseen: Vec<Unseen>,
    /// Functions with the most cost of their own.
    pub by_self: Vec<Row>,
    /// Functions of the program with the most cost, callees included; the runtime's scaffolding, which is at
    /// the root of every stack, is left out.
    pub by_total: Vec<Row>,
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
        let duration = profile.recording.duration_ns;
        Report {
            hone_report: 1,
            target: readable(&profile.recording.target),
            source: readable(&profile.recording.source),
            measure: (measure.kind.clone(), measure.unit.clone()),
            total: hotspots.total,
            samples: hotspots.samples,
            cores: (measure.is_cpu_time() && duration > 0)
                .then(|| hotspots.total as f64 / duration as f64),
            facts: facts::facts(profile),
            unseen: profile.recording.unseen.clone(),
            by_self: hotspots
                .functions
                .iter()
                .filter(|h| h.own > 0)
                .take(top)
                .map(row)
                .collect(),
            by_total: by_total.into_iter().take(top).map(row).collect(),
            threads: threads(profile, &measure, hotspots.total),
            recommendations: recommend::recommend(profile, recommend::built_in()),
        }
    }

    /// The report as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is plain data with text keys")
    }
}

fn row(profile: &Profile, frames: &Frames, hotspots: &Hotspots, hotspot: &Hotspot) -> Row {
    let func = frames.get(hotspot.func);
    let share = |weight| {
        let share = hotspots.share(weight);
        Share {
            share,
            error: sampling_error(share, hotspots.samples),
        }
    };
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
        own: share(hotspot.own),
        total: share(hotspot.total),
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
