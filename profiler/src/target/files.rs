//! Opening what a process maps, even when it was deleted or lies in another mount namespace.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use super::Mapping;

/// The file behind a mapping of `pid`; `None` where it cannot be had any more.
///
/// Tried in this order: the kernel's own link to the mapped file, which deletion and mount namespaces
/// do not affect but which needs privilege; the program's link; the path within the process's root, and
/// within `root`, the root of a relative that is still held open when `pid` itself is gone.
pub fn open_mapped(pid: u32, mapping: &Mapping, root: Option<&File>) -> Option<File> {
    let range = &mapping.range;
    let linked = File::open(format!(
        "/proc/{pid}/map_files/{:x}-{:x}",
        range.start, range.end
    ));
    if let Ok(file) = linked {
        return Some(file);
    }
    let is_mapped = |file: &File| may_be(file, mapping);
    let program = File::open(format!("/proc/{pid}/exe")).ok();
    if let Some(program) = program.filter(|file| is(file, mapping)) {
        return Some(program);
    }
    let own_root = super::root(pid);
    [own_root.as_ref(), root]
        .into_iter()
        .flatten()
        .filter_map(|root| open_within(root, Path::new(&mapping.path)).ok())
        .find(is_mapped)
}

/// The perf map of a process that knows itself as `own_pid`: a text that names the code it generates. `root` is the root
/// that it sees; `owner` is whose process it is. A file that somebody else wrote, or that is no regular file, is not opened.
pub fn open_perf_map(root: &File, own_pid: u32, owner: u32) -> Option<File> {
    const ROOT: u32 = 0;
    let file = open_within(root, Path::new(&format!("/tmp/perf-{own_pid}.map"))).ok()?;
    let found = file.metadata().ok()?;
    (found.is_file() && [owner, ROOT].contains(&found.uid())).then_some(file)
}

/// The bytes of the `vdso` at `mapping`. Every process of a kernel has the same one, so our own serves where
/// the target's memory may not be read.
pub fn read_vdso(pid: u32, mapping: &Mapping) -> Option<Vec<u8>> {
    read_memory(pid, mapping).or_else(|| {
        let own = std::process::id();
        let mapping = super::maps(own)
            .into_iter()
            .find(|mapping| mapping.path == "[vdso]")?;
        read_memory(own, &mapping)
    })
}

fn read_memory(pid: u32, mapping: &Mapping) -> Option<Vec<u8>> {
    let range = &mapping.range;
    let mut bytes = vec![0; (range.end - range.start) as usize];
    let memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    memory.read_exact_at(&mut bytes, range.start).ok()?;
    Some(bytes)
}

/// Whether `file` is certainly what is mapped.
fn is(file: &File, mapping: &Mapping) -> bool {
    file.metadata()
        .is_ok_and(|found| found.ino() == mapping.inode)
}

/// Whether `file` can be what is mapped: the same inode, or a file system such as overlayfs that shows
/// other numbers in `maps` than to `stat`. The same device with another inode is a file that was replaced.
fn may_be(file: &File, mapping: &Mapping) -> bool {
    let Ok(found) = file.metadata() else {
        return false;
    };
    let device = (libc::major(found.dev()), libc::minor(found.dev()));
    found.is_file() && (found.ino() == mapping.inode || device != mapping.device)
}

/// Opens `path` in `folder` for reading, without following any symbolic link on the way and without waiting for the
/// other end of a pipe.
pub fn open_beneath(folder: &Path, path: &Path) -> io::Result<File> {
    let resolve = libc::RESOLVE_BENEATH | libc::RESOLVE_NO_SYMLINKS;
    open_resolved(&File::open(folder)?, path, resolve)
}

/// Opens `path` for reading as a process with root directory `root` would, whatever its links say.
fn open_within(root: &File, path: &Path) -> io::Result<File> {
    open_resolved(root, path, libc::RESOLVE_IN_ROOT)
}

fn open_resolved(folder: &File, path: &Path, resolve: u64) -> io::Result<File> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: `open_how` is plain data for which all-zero is valid.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = (libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NONBLOCK | libc::O_NOCTTY) as u64;
    how.resolve = resolve;
    // SAFETY: `path` ends in NUL, `how` has the size given, and both outlive the call.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_openat2,
            folder.as_raw_fd(),
            path.as_ptr(),
            &how,
            size_of_val(&how),
        )
    };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
    Ok(unsafe { File::from_raw_fd(fd as i32) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_the_host_stays_within_the_root() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        std::fs::write(folder.path().join("file"), "mapped").unwrap();
        let root = File::open(folder.path()).unwrap();
        assert!(open_within(&root, Path::new("/link")).is_err());
        assert!(open_within(&root, Path::new("/../../file")).is_ok());
    }

    #[test]
    fn a_perf_map_must_be_a_file_of_the_process_s_user() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        std::fs::write(folder.path().join("tmp/perf-7.map"), "10 10 f\n").unwrap();
        std::fs::create_dir(folder.path().join("tmp/perf-8.map")).unwrap();
        let root = File::open(folder.path()).unwrap();
        let owner = root.metadata().unwrap().uid();
        assert!(open_perf_map(&root, 7, owner).is_some());
        assert!(open_perf_map(&root, 8, owner).is_none());
        assert!(open_perf_map(&root, 9, owner).is_none());
        if owner != 0 {
            assert!(open_perf_map(&root, 7, owner + 1).is_none());
        }
    }

    #[test]
    fn links_and_pipes_beside_a_file_lead_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc", folder.path().join(".debug")).unwrap();
        std::fs::write(folder.path().join("file"), "beside").unwrap();
        let opened = |path| open_beneath(folder.path(), Path::new(path)).is_ok();
        assert!(opened("file"));
        assert!(!opened(".debug/passwd") && !opened("../../etc/passwd"));
    }

    #[test]
    fn the_vdso_is_an_elf_file() {
        let pid = std::process::id();
        let mapping = crate::target::maps(pid)
            .into_iter()
            .find(|m| m.path == "[vdso]")
            .unwrap();
        assert_eq!(&read_vdso(pid, &mapping).unwrap()[..4], b"\x7fELF");
    }
}
