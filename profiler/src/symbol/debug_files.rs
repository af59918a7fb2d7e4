//! Separate debug information on this machine.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::unwind::Object;

/// Where distributions install debug information.
const DEBUG_FOLDER: &str = "/usr/lib/debug";

/// The file with the debug information of `object`: by its build id, else by the name and checksum in its debug
/// link, in the places where gdb looks.
pub(super) fn find(object: &Object, debug_link: Option<(&str, u32)>) -> Option<Object> {
    object.build_id().and_then(by_build_id).or_else(|| {
        let (name, checksum) = debug_link?;
        let is_it = |path: &PathBuf| match object.build_id() {
            Some(id) => open(path).is_some_and(|found| found.build_id() == Some(id)),
            None => checksum_of(path) == Some(checksum),
        };
        open(
            &candidates(Path::new(object.path()), name)
                .into_iter()
                .find(is_it)?,
        )
    })
}

/// The file that `object` shares debug information with, as `dwz` makes it: by its build id, else by the path in the link,
/// which may count from the folder of `object`.
pub(super) fn find_supplementary(object: &Object, path: &str, build_id: &[u8]) -> Option<Object> {
    let id: String = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
    by_build_id(&id).or_else(|| {
        let folder = Path::new(object.path()).parent()?;
        open(&folder.join(path)).filter(|found| found.build_id() == Some(&id))
    })
}

fn by_build_id(id: &str) -> Option<Object> {
    let (first, rest) = id.split_at_checked(2)?;
    let path = format!("{DEBUG_FOLDER}/.build-id/{first}/{rest}.debug");
    open(Path::new(&path)).filter(|found| found.build_id() == Some(id))
}

/// A link names a file, not a path.
fn candidates(object: &Path, name: &str) -> Vec<PathBuf> {
    let Some(folder) = object.parent().filter(|_| !name.contains('/')) else {
        return Vec::new();
    };
    let below = folder.strip_prefix("/").unwrap_or(folder);
    vec![
        folder.join(name),
        folder.join(".debug").join(name),
        Path::new(DEBUG_FOLDER).join(below).join(name),
    ]
}

fn open(path: &Path) -> Option<Object> {
    // Whoever wrote the link may have put a pipe there, which must not hold us.
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
        .ok()
        .filter(|file| file.metadata().is_ok_and(|found| found.is_file()))?;
    Some(Object::from_file(&path.to_string_lossy(), file))
}

fn checksum_of(path: &Path) -> Option<u32> {
    let mut file = File::open(path).ok()?;
    let mut checksum = flate2::Crc::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(checksum.sum()),
            count => checksum.update(&buffer[..count]),
        }
    }
}
