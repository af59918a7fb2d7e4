//! Attaches to running processes, samples their stacks, and makes flamegraphs, hotspots and
//! recommendations.
//!
//! ```text
//! pid ─► target ─► sample ─► unwind ─► profile ─(stop)─► symbol ─► analyze ─► recommend ─► output
//! ```
//!
//! While a target runs, only addresses are recorded; names come afterwards. See the README's code map.

pub mod profile;

pub mod target;

pub mod sample;

pub mod unwind;

pub mod record;

pub mod symbol;

pub mod import;

pub mod analyze;

pub mod compare;

pub mod recommend;

pub mod output;

pub mod agent;

pub mod tour;

pub mod cli;
