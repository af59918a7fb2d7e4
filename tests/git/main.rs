//! The reviewer in repositories of git: what is staged, what changed since a branch started, hooks.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed; one that cannot be run says so; hooks need a PATH"
)]

mod base;
mod configuration;
mod hook;
mod hostile;
mod kept;
mod project;
mod repository;
mod staged;
mod stdin;
