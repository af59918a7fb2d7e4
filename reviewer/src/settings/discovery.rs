//! Which settings hold for a file: one look a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::bounds::Bounds;
use super::resolve::resolve;
use super::{FileSettings, NAME, Settings};
use crate::review::Problem;
use crate::source::{Folder, Folders, SourceFile};

/// Finds the settings of files.
pub struct Discovery {
    /// The working folder.
    base: PathBuf,
    mode: Mode,
    folders: Folders<Held>,
    problems: Mutex<Vec<Problem>>,
    files: Mutex<Vec<PathBuf>>,
}

enum Mode {
    /// The nearest file holds.
    Nearest,
    /// These settings hold everywhere, or the defaults.
    Fixed(Option<Arc<Settings>>),
}

/// What holds in a folder.
struct Held {
    settings: Option<Arc<Settings>>,
    /// The outermost folder on the way up that has a settings file.
    outermost: Option<PathBuf>,
}

impl Discovery {
    /// For each file, the settings file that is nearest to it, up to the root of its repository.
    pub fn nearest(base: &Path) -> Discovery {
        Discovery::new(base, Mode::Nearest)
    }

    /// The defaults for every file.
    pub fn isolated(base: &Path) -> Discovery {
        Discovery::new(base, Mode::Fixed(None))
    }

    /// One settings file for every file. It is trusted, and globs in it are relative to the working folder.
    ///
    /// # Errors
    /// Where it cannot be read, or something in it is wrong.
    pub fn only(file: &Path, base: &Path) -> Result<Discovery, Vec<Problem>> {
        let absence = |error: std::io::Error| {
            vec![Problem {
                about: file.display().to_string(),
                message: format!("the settings cannot be read: {error}"),
                fatal: true,
            }]
        };
        let path = file.canonicalize().map_err(absence)?;
        let settings = resolve(&path, base, &Bounds::None, base)?;
        Ok(Discovery::new(base, Mode::Fixed(Some(Arc::new(settings)))))
    }

    fn new(base: &Path, mode: Mode) -> Discovery {
        Discovery {
            base: base.canonicalize().unwrap_or_else(|_| base.to_owned()),
            files: Mutex::new(match &mode {
                Mode::Fixed(Some(settings)) => settings.files.clone(),
                Mode::Fixed(None) | Mode::Nearest => Vec::new(),
            }),
            mode,
            folders: Folders::default(),
            problems: Mutex::default(),
        }
    }

    /// The settings for the files in a folder.
    pub fn settings(&self, folder: &Path) -> Option<Arc<Settings>> {
        match &self.mode {
            Mode::Fixed(settings) => settings.clone(),
            Mode::Nearest => self.folder(folder).holds.settings.clone(),
        }
    }

    /// The settings that hold for a file.
    pub fn of(&self, file: &Path) -> FileSettings {
        let Some(settings) = file.parent().and_then(|folder| self.settings(folder)) else {
            return FileSettings::default();
        };
        let overrides = match settings.overrides.is_empty() {
            true => Vec::new(),
            false => {
                let real = self.real(file);
                let overrides = settings.overrides.iter().enumerate();
                let applying = overrides.filter(|(_, other)| other.globs.hold_for(&real));
                applying.map(|(index, _)| index).collect()
            }
        };
        FileSettings {
            settings: Some(settings),
            overrides,
        }
    }

    /// Why a path is excluded by the settings that hold in its folder.
    pub fn excludes(&self, path: &Path, is_folder: bool) -> Option<String> {
        let settings = self.settings(path.parent()?)?;
        match settings.exclude.is_empty() {
            true => None,
            false => settings.excludes(&self.real(path), is_folder),
        }
    }

    /// The settings of files, those that are the same together. The settings of the working folder are among them
    /// where there is no file.
    pub fn groups<'a>(&self, files: impl Iterator<Item = &'a SourceFile>) -> Groups {
        let mut groups = Groups::default();
        self.group(files, &mut groups);
        if groups.all.is_empty() {
            groups.add(FileSettings {
                settings: self.settings(&self.base),
                overrides: Vec::new(),
            });
        }
        groups
    }

    /// Adds the settings of files to those of others.
    pub fn group<'a>(&self, files: impl Iterator<Item = &'a SourceFile>, groups: &mut Groups) {
        for file in files {
            let settings = self.of(&file.path);
            let group = groups.add(settings);
            groups.by_path.insert(file.path.clone(), group);
        }
    }

    /// What is wrong with the settings files that were found so far.
    pub fn problems(&self) -> Vec<Problem> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.clone()
    }

    /// The settings files that were read so far.
    pub fn files(&self) -> Vec<PathBuf> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.clone()
    }

    fn folder(&self, folder: &Path) -> Arc<Folder<Held>> {
        self.folders
            .get(folder, &|path, above| self.look(path, above))
    }

    /// The path with that of its folder made real.
    fn real(&self, path: &Path) -> PathBuf {
        match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => self.folder(folder).path.join(name),
            _ => path.to_owned(),
        }
    }

    fn look(&self, folder: &Path, above: Option<&Folder<Held>>) -> Held {
        let inherited = Held {
            settings: above.and_then(|above| above.holds.settings.clone()),
            outermost: above.and_then(|above| above.holds.outermost.clone()),
        };
        let file = folder.join(NAME);
        if file.symlink_metadata().is_err() || matches!(self.mode, Mode::Fixed(_)) {
            return inherited;
        }
        let outermost = inherited.outermost.unwrap_or_else(|| folder.to_owned());
        let repository = match above {
            Some(above) => above.repository(),
            // What has nothing above it is the root of a repository, or of the file system.
            None => Some(folder),
        };
        let bounds = Bounds::of(repository, &outermost, &self.base);
        let settings = resolve(&file, folder, &bounds, &self.base).map_err(|problems| {
            let mut all = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(problems);
        });
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        match &settings {
            Ok(settings) => files.extend(settings.files.iter().cloned()),
            Err(()) => files.push(file),
        }
        Held {
            settings: settings.ok().map(Arc::new),
            outermost: Some(outermost),
        }
    }
}

/// The settings of several files.
#[derive(Debug, Default)]
pub struct Groups {
    /// The settings, each once.
    pub all: Vec<FileSettings>,
    by_path: HashMap<PathBuf, usize>,
}

impl Groups {
    /// The settings that hold for a file, as an index of `all`.
    ///
    /// # Panics
    /// Where it is none of the files that were grouped.
    pub fn of(&self, file: &SourceFile) -> usize {
        self.by_path[&file.path]
    }

    fn add(&mut self, settings: FileSettings) -> usize {
        let known = self.all.iter().position(|known| known.same(&settings));
        known.unwrap_or_else(|| {
            self.all.push(settings);
            self.all.len() - 1
        })
    }
}
