//! What the file system says of a file, by which one that has not changed is known without reading it.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The coarsest clock of a file system: what changes twice within a tick may look the same after both.
const TICK: Duration = Duration::from_secs(2);

/// A point in time, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Time(i128);

/// What the file system says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    inode: u64,
    modified: Time,
    /// Anybody may set the other time; this one the system alone.
    changed: Time,
}

impl Time {
    /// By the clock of this machine.
    pub(super) fn now() -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Time(since.map_or(0, |since| since.as_nanos() as i128))
    }

    fn new(seconds: i64, nanoseconds: i64) -> Time {
        Time(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
    }
}

impl Stamp {
    /// That of the file at `path`. A link is not followed.
    pub(super) fn of(path: &Path) -> io::Result<Stamp> {
        let metadata = path.symlink_metadata()?;
        Ok(Stamp {
            size: metadata.len(),
            inode: metadata.ino(),
            modified: Time::new(metadata.mtime(), metadata.mtime_nsec()),
            changed: Time::new(metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Whether a file that had this stamp at `seen` has another one when it has changed since.
    pub(super) fn is_settled(&self, seen: Time) -> bool {
        let last = self.modified.max(self.changed);
        last.0 + (TICK.as_nanos() as i128) < seen.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_settled_when_it_is_older_than_a_tick() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of(file.path()).unwrap();
        let later = |seconds: i128| Time(stamp.changed.0 + seconds * 1_000_000_000);
        assert!(!stamp.is_settled(later(0)) && !stamp.is_settled(later(2)));
        assert!(stamp.is_settled(later(3)));
    }

    #[test]
    fn a_time_that_was_set_back_does_not_hide_a_change() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let set = || file.as_file().set_modified(UNIX_EPOCH).unwrap();
        set();
        let before = Stamp::of(file.path()).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        set();
        let after = Stamp::of(file.path()).unwrap();
        assert_eq!(before.modified, after.modified);
        assert_ne!(before, after);
    }
}
