//! The rules that ship with the programs.

use std::sync::LazyLock;

use crate::models::Model;
use crate::review::Rule;

/// The files of `rules/profile/`: path below `rules/`, and text.
pub fn profile_files() -> &'static [(&'static str, &'static str)] {
    include!(concat!(env!("OUT_DIR"), "/profile_files.rs"))
}

/// Every built-in review rule, sorted by id. They were read and checked when this crate was built, so
/// this costs about a microsecond a rule.
pub fn review_rules() -> Vec<Rule> {
    const SERIALIZED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/review_rules.postcard"));
    postcard::from_bytes(SERIALIZED).expect("the build script wrote this with the same types")
}

/// Every built-in model, which rules name lists of.
pub fn models() -> &'static [Model] {
    static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
        const SERIALIZED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/models.postcard"));
        postcard::from_bytes(SERIALIZED).expect("the build script wrote this with the same types")
    });
    &MODELS
}
