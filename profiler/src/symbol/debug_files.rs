//! Separate debug information, on this machine or from a server.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::target;
use crate::unwind::Object;

/// Where distributions install debug information.
const INSTALLED: &str = "/usr/lib/debug";

/// Where separate debug information is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugSources {
    /// Folders as gdb's `debug-file-directory`: with `.build-id/ab/cdef.debug`, and files by the paths of their programs.
    pub folders: Vec<PathBuf>,
    /// Whether the servers in `DEBUGINFOD_URLS` are asked for what no folder has, through elfutils' `debuginfod-find`,
    /// which keeps what it fetched. Servers learn which build ids run here.
    pub debuginfod: bool,
}

impl Default for DebugSources {
    /// What distributions install on this machine.
    fn default() -> DebugSources {
        DebugSources {
            folders: vec![INSTALLED.into()],
            debuginfod: false,
        }
    }
}

impl DebugSources {
    /// The file with the debug information of `object`: by its build id, else by the name and checksum in its debug
    /// link, in the places where gdb looks, else from a server.
    pub(super) fn find(&self, object: &Object, debug_link: Option<(&str, u32)>) -> Option<Object> {
        let id = object.build_id();
        let in_folders = id.and_then(|id| self.by_build_id(id));
        in_folders
            .or_else(|| self.by_link(object, debug_link?))
            .or_else(|| self.by_server(id?))
    }

    /// The file that `object` shares debug information with, as `dwz` makes it: by its build id, else by the path in the
    /// link, which lies below the folder of `object` or in one of the folders.
    pub(super) fn find_supplementary(
        &self,
        object: &Object,
        path: &str,
        build_id: &[u8],
    ) -> Option<Object> {
        let id: String = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
        self.by_build_id(&id).or_else(|| {
            let (object_path, path) = (Path::new(object.path()), Path::new(path));
            let of_folder =
                |folder: &PathBuf| Some((folder.clone(), path.strip_prefix(folder).ok()?));
            let (folder, below) = match self.folders.iter().find_map(of_folder) {
                Some(found) => found,
                None if object.is_at(object_path) => (object_path.parent()?.to_owned(), path),
                None => return None,
            };
            let file = target::open_beneath(&folder, below).ok()?;
            let found = Object::from_file(&path.to_string_lossy(), file);
            (found.build_id() == Some(&id)).then_some(found)
        })
    }

    fn by_build_id(&self, id: &str) -> Option<Object> {
        let (first, rest) = id.split_at_checked(2)?;
        self.folders.iter().find_map(|folder| {
            let path = folder.join(format!(".build-id/{first}/{rest}.debug"));
            open(&path).filter(|found| found.build_id() == Some(id))
        })
    }

    fn by_link(&self, object: &Object, (name, checksum): (&str, u32)) -> Option<Object> {
        self.linked(object, name).find_map(|file| {
            let is_it = object.build_id().is_some() || checksum_of(&file) == Some(checksum);
            let found = is_it.then(|| Object::from_file(name, file))?;
            (object.build_id().is_none() || found.build_id() == object.build_id()).then_some(found)
        })
    }

    /// Build ids are hexadecimal digits: nothing else can reach the command line.
    fn by_server(&self, id: &str) -> Option<Object> {
        let mut find = Command::new("debuginfod-find");
        find.args(["debuginfo", id])
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let output = self.debuginfod.then(|| find.output().ok())??;
        let path = String::from_utf8(output.stdout).ok()?;
        open(Path::new(path.trim_end())).filter(|found| found.build_id() == Some(id))
    }

    /// The files that a debug link may mean; it names a file, not a path. Where another root shows the object under its
    /// path, what lies beside that path here is not its neighbour; and symbolic links beside it are its owner's to choose.
    fn linked(&self, object: &Object, name: &str) -> impl Iterator<Item = File> {
        let path = Path::new(object.path());
        let folder = path
            .parent()
            .filter(|_| !name.contains('/') && object.is_at(path));
        let beside = [name.to_owned(), format!(".debug/{name}")];
        let below = folder.map(|folder| folder.strip_prefix("/").unwrap_or(folder));
        let installed = self
            .folders
            .iter()
            .filter_map(move |place| Some(place.join(below?).join(name)));
        let beside = beside
            .into_iter()
            .filter_map(move |file| target::open_beneath(folder?, Path::new(&file)).ok());
        beside
            .chain(installed.filter_map(|path| File::open(path).ok()))
            .filter(|file| file.metadata().is_ok_and(|found| found.is_file()))
    }
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
