//! Recording the service from outside.

use std::time::Duration;

use crate::profile::Profile;
use crate::record::{self, Options, Subject};
use crate::sample::EventKind;
use crate::symbol::{self, DebugSources};
use crate::target::Stop;

/// Samples per second of CPU; the default of `profiler record`.
const RATE_HZ: u32 = 99;

/// Records process `pid`. The error is a sentence for the user: what forbids it, and the one grant that
/// would change that.
pub(super) fn record(pid: u32, duration: Duration) -> Result<Profile, String> {
    let options = Options {
        subject: Subject::Processes(vec![pid]),
        duration: Some(duration),
        event: EventKind::CpuClock,
        rate_hz: RATE_HZ,
    };
    let stop = Stop::new().map_err(|error| error.to_string())?;
    let recorded = record::record(&options, &stop).map_err(|error| error.to_string())?;
    let mut profile = recorded.profile;
    symbol::symbolize(&mut profile, &recorded.objects, &DebugSources::default());
    Ok(profile)
}
