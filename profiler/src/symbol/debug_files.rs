//! Separate debug information on this machine.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::target;
use crate::unwind::Object;

/// Where distributions install debug information.
const DEBUG_FOLDER: &str = "/usr/lib/debug";

/// The file with the debug information of `object`: by its build id, else by the name and checksum in its debug
/// link, in the places where gdb looks.
pub(super) fn find(object: &Object, debug_link: Option<(&str, u32)>) -> Option<Object> {
    object.build_id().and_then(by_build_id).or_else(|| {
        let (name, checksum) = debug_link?;
        linked(object, name).find_map(|file| {
            let is_it = object.build_id().is_some() || checksum_of(&file) == Some(checksum);
            let found = is_it.then(|| Object::from_file(name, file))?;
            (object.build_id().is_none() || found.build_id() == object.build_id()).then_some(found)
        })
    })
}

/// The file that `object` shares debug information with, as `dwz` makes it: by its build id, else by the path in the link,
/// which lies below the folder of `object` or where distributions install them.
pub(super) fn find_supplementary(object: &Object, path: &str, build_id: &[u8]) -> Option<Object> {
    let id: String = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
    by_build_id(&id).or_else(|| {
        let object_path = Path::new(object.path());
        let (folder, below) = match Path::new(path).strip_prefix(DEBUG_FOLDER) {
            Ok(below) => (Path::new(DEBUG_FOLDER), below),
            Err(_) if object.is_at(object_path) => (object_path.parent()?, Path::new(path)),
            Err(_) => return None,
        };
        let file = target::open_beneath(folder, below).ok()?;
        Some(Object::from_file(path, file)).filter(|found| found.build_id() == Some(&id))
    })
}

fn by_build_id(id: &str) -> Option<Object> {
    let (first, rest) = id.split_at_checked(2)?;
    let path = format!("{DEBUG_FOLDER}/.build-id/{first}/{rest}.debug");
    open(Path::new(&path)).filter(|found| found.build_id() == Some(id))
}

/// The files that a debug link may mean; it names a file, not a path. Where another root shows the object under its
/// path, what lies beside that path here is not its neighbour; and symbolic links beside it are its owner's to choose.
fn linked(object: &Object, name: &str) -> impl Iterator<Item = File> {
    let path = Path::new(object.path());
    let folder = path
        .parent()
        .filter(|_| !name.contains('/') && object.is_at(path));
    let beside = [name.to_owned(), format!(".debug/{name}")];
    let installed = folder.map(|folder| {
        let below = folder.strip_prefix("/").unwrap_or(folder);
        Path::new(DEBUG_FOLDER).join(below).join(name)
    });
    let beside = beside
        .into_iter()
        .filter_map(move |file| target::open_beneath(folder?, Path::new(&file)).ok());
    beside
        .chain(installed.and_then(|path| File::open(path).ok()))
        .filter(|file| file.metadata().is_ok_and(|found| found.is_file()))
}

fn open(path: &Path) -> Option<Object> {
    let file = File::open(path)
        .ok()
        .filter(|file| file.metadata().is_ok_and(|found| found.is_file()))?;
    Some(Object::from_file(&path.to_string_lossy(), file))
}

fn checksum_of(file: &File) -> Option<u32> {
    let mut checksum = flate2::Crc::new();
    let mut buffer = vec![0; 1 << 16];
    let mut at = 0;
    loop {
        match file.read_at(&mut buffer, at).ok()? {
            0 => return Some(checksum.sum()),
            count => {
                checksum.update(&buffer[..count]);
                at += count as u64;
            }
        }
    }
}
