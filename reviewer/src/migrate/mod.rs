//! From other reviewers to this one.

pub mod codeguru;
