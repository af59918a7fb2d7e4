//! Reviews source code.
//!
//! ```text
//! paths or diff ─► source ─► lang ─► tree ─► pattern ─► matches ─► findings ─► review ─► report
//! ```
//!
//! See the README's code map.

pub mod lang;

mod checks;

pub mod configuration;

pub mod cost;

pub mod cli;

pub mod fix;

pub mod flow;

pub mod migrate;

pub mod pattern;

pub mod plan;

pub mod report;

pub mod review;

pub mod settings;

pub mod source;

pub mod tree;
