//! Proves that the profiler harms nothing: not the targets, not what they keep secret, not this machine.
//!
//! The real command line runs against programs that notice when they are disturbed (`programs/harm/`). This file is also the
//! profiler: linked under that name, it is its `main`.
//!
//! A short run is part of `cargo test`. `HONE_HARM=full` makes 1,000 attachments and 200 kills and prints their counts;
//! `HONE_FUZZ_SECONDS=600` mutates files of targets for that long. What this machine does not permit is said and skipped.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, one that is skipped says so, and options come from the environment"
)]

mod cycles;
mod hostile;
mod lab;
mod limits;
mod permissions;
mod privacy;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    if lab::is_profiler() {
        return profiler::cli::main();
    }
    let mut arguments = Arguments::from_args();
    // One at a time: they would take the CPU from each other.
    arguments.test_threads = Some(1);
    let trials = [
        cycles::trials(),
        limits::trials(),
        hostile::trials(),
        privacy::trials(),
        permissions::trials(),
    ];
    let trials = trials.into_iter().flatten().collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
