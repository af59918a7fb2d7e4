//! Control groups: found by name, asked for the CPU time that was charged to them.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Error;

/// A control group of the hierarchy that perf events know, held by its folder.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
    folder: File,
}

impl Cgroup {
    /// Finds the group `name`: a folder, or a path below the place where the hierarchy is mounted, as
    /// `/proc/PID/cgroup` and `systemd-cgls` show it.
    pub fn open(name: &Path) -> Result<Cgroup, Error> {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let below = name.strip_prefix("/").unwrap_or(name);
        let candidates = std::iter::once(name.to_owned())
            .chain(hierarchies(&mounts).map(|mount| mount.join(below)));
        let is_group = |path: &PathBuf| path.is_absolute() && path.join("cgroup.procs").exists();
        let path = candidates.into_iter().find(is_group);
        let path = path.ok_or_else(|| Error::NoSuchCgroup { name: name.into() })?;
        match File::open(&path) {
            Ok(folder) => Ok(Cgroup { path, folder }),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    /// The folder, by which the kernel is told of the group.
    pub fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// CPU time that was charged to the group and those below it; the parts in user mode and in the kernel come
    /// after the whole. `None` where the hierarchy does not account for it.
    pub fn cpu_times(&self) -> Option<[Duration; 3]> {
        parse(&fs::read_to_string(self.path.join("cpu.stat")).ok()?)
    }
}

/// Where the hierarchy is mounted whose groups perf events know: that of the controller `perf_event`, else version 2's.
fn hierarchies(mounts: &str) -> impl Iterator<Item = PathBuf> {
    let mut places: Vec<(bool, PathBuf)> = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            let (place, kind, options) = (fields.next()?, fields.next()?, fields.next()?);
            let is_perf =
                kind == "cgroup" && options.split(',').any(|option| option == "perf_event");
            (is_perf || kind == "cgroup2").then(|| (!is_perf, place.into()))
        })
        .collect();
    places.sort();
    places.into_iter().map(|(_, place)| place)
}

/// `usage_usec`, `user_usec` and `system_usec` of a `cpu.stat` file.
fn parse(stat: &str) -> Option<[Duration; 3]> {
    let micros = |name: &str| {
        let value = stat
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        value.parse().ok().map(Duration::from_micros)
    };
    Some([
        micros("usage_usec")?,
        micros("user_usec")?,
        micros("system_usec")?,
    ])
}

/// CPU time that all tasks of the machine were charged: as a whole, in user mode, in the kernel. Interrupts and
/// stolen time are not in it.
pub fn machine_cpu_times() -> io::Result<[Duration; 3]> {
    /// `USER_HZ` is 100 on every architecture that has perf events.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u32> = line
        .split_ascii_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    let [user, nice, system, ..] = ticks[..] else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let (user, system) = (TICK * (user + nice), TICK * system);
    Ok([user + system, user, system])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hierarchy_of_perf_events_comes_first() {
        let mounts = "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n\
                      cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n\
                      cgroup /sys/fs/cgroup/perf cgroup rw,relatime,perf_event 0 0\n";
        let places: Vec<PathBuf> = hierarchies(mounts).collect();
        assert_eq!(
            places,
            [
                Path::new("/sys/fs/cgroup/perf"),
                Path::new("/sys/fs/cgroup/unified")
            ]
        );
    }

    #[test]
    fn cpu_time_is_read_by_name() {
        let stat = "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnice_usec 0\n";
        assert_eq!(parse(stat), Some([30, 20, 10].map(Duration::from_micros)));
        assert_eq!(parse("user_usec 20\n"), None);
    }
}
