//! In-process sampling for Rust services, where the kernel forbids perf events to ordinary users.
//!
//! One line in `main` profiles the service until the guard is dropped and writes the same outputs as
//! `profiler record`:
//!
//! ```no_run
//! use profiler::agent::{self, Options};
//! use profiler::output::Output;
//!
//! # fn main() -> Result<(), agent::Error> {
//! let _agent = agent::start(Options { outputs: vec![Output::parse("cpu.pb.gz").0], ..Options::default() })?;
//! // ... the service runs ...
//! # Ok(())
//! # }
//! ```
//!
//! It is the one part of the crate that lives inside a target, by its owner's choice. Samples come from a
//! CPU timer's signal (`SIGPROF`, through pprof-rs), and stacks are unwound by call frame information, so
//! ordinary release builds work. Its limits: user code only; the kernel's tick caps the rate at some 250 Hz;
//! stacks are cut at 128 frames; samples of one function share the line that was seen first; a sample that
//! comes while another is taken is dropped without being counted, which shows in the coverage.

mod convert;
mod modules;

use std::sync::Mutex;
use std::time::Duration;

use crate::output::Output;
use crate::profile::Profile;

/// Fastest rate that may be asked for.
pub const MAX_RATE_HZ: u32 = 1_000;

/// How to sample.
#[derive(Clone, Debug)]
pub struct Options {
    /// Samples per second of CPU time.
    pub rate_hz: u32,
    /// Name of the service in reports.
    pub target: String,
    /// Files that are written when the agent stops.
    pub outputs: Vec<Output>,
}

impl Default for Options {
    /// 99 samples per second of CPU time, named by the executable, no files.
    fn default() -> Self {
        let executable = std::env::current_exe().ok();
        let name = executable.as_deref().and_then(|path| path.file_name());
        let target = name.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Options {
            rate_hz: 99,
            target,
            outputs: Vec::new(),
        }
    }
}

/// Why the agent could not start, or not deliver.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One agent samples the whole process.
    #[error("an agent is already running in this process")]
    Running,
    /// No such rate.
    #[error("a rate of {0} Hz: ask for 1 to {MAX_RATE_HZ}")]
    Rate(u32),
    /// The sampler refused.
    #[error("cannot sample this process: {0}")]
    Sampler(#[from] pprof::Error),
    /// A file could not be written.
    #[error(transparent)]
    Output(#[from] crate::output::Error),
}

/// A running sampler. Dropping it stops it and writes its outputs; [`Agent::stop`] does the same and says
/// what went wrong.
pub struct Agent {
    guard: Option<pprof::ProfilerGuard<'static>>,
    options: Options,
    cpu_at_start: Option<Duration>,
}

/// Whether an agent runs. A lock rather than a flag: starting takes a while, and two threads may try.
static RUNNING: Mutex<bool> = Mutex::new(false);

/// Starts sampling this process.
///
/// # Errors
/// Where an agent is running, the rate is out of range, or the signal handler cannot be installed.
pub fn start(options: Options) -> Result<Agent, Error> {
    if !(1..=MAX_RATE_HZ).contains(&options.rate_hz) {
        return Err(Error::Rate(options.rate_hz));
    }
    let mut running = RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if *running {
        return Err(Error::Running);
    }
    warm_up()?;
    let guard = sampler(options.rate_hz)?;
    *running = true;
    Ok(Agent {
        guard: Some(guard),
        options,
        cpu_at_start: process_cpu(),
    })
}

/// Takes one sample here and now, and throws it away.
///
/// The sampler reads the unwind tables of all modules at its first sample, and allocates for it. In a
/// signal handler that interrupted `malloc`, this would wait for ever for the lock that its own thread
/// holds. A signal that is raised here interrupts nothing, and the slow timer sends none meanwhile.
fn warm_up() -> Result<(), Error> {
    let _guard = sampler(1)?;
    nix::sys::signal::raise(nix::sys::signal::Signal::SIGPROF)
        .map_err(|error| Error::Sampler(error.into()))
}

fn sampler(rate_hz: u32) -> Result<pprof::ProfilerGuard<'static>, Error> {
    match pprof::ProfilerGuard::new(rate_hz as i32) {
        Err(pprof::Error::Running) => Err(Error::Running),
        other => Ok(other?),
    }
}

impl Agent {
    /// What was sampled so far. Sampling goes on, but for the moment in which samples are copied.
    ///
    /// # Errors
    /// Where the sampler's store cannot be read.
    pub fn profile(&self) -> Result<Profile, Error> {
        let Some(guard) = &self.guard else {
            return Ok(Profile::default());
        };
        let report = guard.report().build_unresolved()?;
        let used = process_cpu()
            .zip(self.cpu_at_start)
            .map(|(now, start)| now.saturating_sub(start));
        Ok(convert::profile(report, &self.options, used))
    }

    /// Stops sampling, writes the outputs, and returns what was sampled.
    ///
    /// # Errors
    /// Where an output cannot be written; the others are.
    pub fn stop(mut self) -> Result<Profile, Error> {
        self.finish()
    }

    fn finish(&mut self) -> Result<Profile, Error> {
        let profile = self.profile();
        self.guard = None;
        *RUNNING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner()) = false;
        let profile = profile?;
        let failed = self
            .options
            .outputs
            .iter()
            .filter_map(|output| output.write(&profile).err())
            .next();
        failed.map_or(Ok(profile), |error| Err(error.into()))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        if self.guard.is_some() {
            // A destructor has nobody to tell; `stop` does.
            let _ = self.finish();
        }
    }
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// CPU time of this process, exited threads included; `None` where `/proc` is not mounted.
fn process_cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the command, in parentheses, may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // The kernel shows user space 100 ticks a second on every architecture.
    Some(Duration::from_millis(ticks * 10))
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;
    use crate::analyze::{Frames, Hotspots, Measure};

    #[inline(never)]
    fn burn(until: Instant) -> u64 {
        let mut sum = 0u64;
        while Instant::now() < until {
            for i in 0..10_000 {
                sum = black_box(sum.wrapping_mul(31).wrapping_add(i));
            }
        }
        sum
    }

    // One test: the sampler belongs to the whole process.
    #[test]
    fn one_agent_samples_the_process_and_a_second_is_an_error() {
        assert!(matches!(
            start(Options {
                rate_hz: 0,
                ..Options::default()
            }),
            Err(Error::Rate(0))
        ));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("agent.folded");
        let output = Output::parse(file.to_str().unwrap()).0;
        let agent = start(Options {
            outputs: vec![output],
            ..Options::default()
        })
        .unwrap();
        assert!(matches!(start(Options::default()), Err(Error::Running)));
        black_box(burn(Instant::now() + Duration::from_millis(700)));
        let profile = agent.stop().unwrap();
        let frames = Frames::of(&profile);
        let hotspots = Hotspots::of(&profile, &frames, &Measure::of(&profile));
        let burn = hotspots
            .functions
            .iter()
            .find(|h| frames.get(h.func).name.ends_with("tests::burn"))
            .unwrap_or_else(|| panic!("{}", crate::output::folded::render(&profile)));
        assert!(
            hotspots.share(burn.total) > 0.3,
            "{}",
            crate::output::folded::render(&profile)
        );
        assert_eq!(profile.recording.period_ns, 1_000_000_000 / 99);
        assert!(
            std::fs::read_to_string(file)
                .unwrap()
                .contains("tests::burn")
        );
        drop(start(Options::default()).unwrap());
    }
}
