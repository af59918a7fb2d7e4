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
        for file in files {
            let settings = self.of(&file.path);
            let group = groups.add(settings);
            groups.by_path.insert(file.path.clone(), group);
        }
        if groups.all.is_empty() {
            groups.add(FileSettings {
                settings: self.settings(&self.base),
                overrides: Vec::new(),
            });
        }
        groups
    }

    /// What is wrong with the settings files that were found so far.
    pub fn problems(&self) -> Vec<Problem> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.clone()
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

#[cfg(test)]
mod tests {
    use super::*;
    use rules::review::Pack;

    /// A folder that holds these files.
    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for (file, text) in files {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        (dir, root)
    }

    fn problems(files: &[(&str, &str)], base: &str) -> Vec<String> {
        let (_dir, root) = folder(files);
        let discovery = Discovery::nearest(&root.join(base));
        discovery.settings(&root.join(base));
        let problems = discovery.problems();
        problems
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    }

    #[test]
    fn the_nearest_file_holds_up_to_the_root_of_the_repository() {
        let (_dir, root) = folder(&[
            ("reviewer.toml", "pack = 'pedantic'"),
            ("repo/.git/HEAD", ""),
            ("repo/a/b/c.py", ""),
            ("repo/near/reviewer.toml", "pack = 'none'"),
            ("repo/near/below/c.py", ""),
            ("free/c.py", ""),
        ]);
        let discovery = Discovery::nearest(&root);
        let pack = |file: &str| discovery.of(&root.join(file)).pack();
        assert_eq!(pack("repo/a/b/c.py"), Some(Pack::Recommended));
        assert_eq!(pack("repo/near/below/c.py"), None);
        assert_eq!(pack("free/c.py"), Some(Pack::Pedantic));
        let isolated = Discovery::isolated(&root);
        assert!(isolated.of(&root.join("free/c.py")).settings.is_none());
    }

    #[test]
    fn what_is_nearer_replaces_and_lists_grow() {
        let (_dir, root) = folder(&[
            (
                "base/base.toml",
                "pack = 'thorough'\nseverity = 'info'\nignore = ['a']\nexclude = ['/gen']",
            ),
            (
                "reviewer.toml",
                "extends = 'base/base.toml'\nseverity = 'error'\nignore = ['b']",
            ),
        ]);
        let discovery = Discovery::nearest(&root);
        let settings = discovery.settings(&root).unwrap();
        let ignored: Vec<_> = settings
            .layer
            .ignore
            .iter()
            .map(|glob| &*glob.value.text)
            .collect();
        assert_eq!(ignored, ["a", "b"]);
        let file = discovery.of(&root.join("x.py"));
        assert_eq!(file.pack(), Some(Pack::Thorough));
        let severity = file.severity().unwrap();
        assert_eq!(
            (severity.value.name(), severity.origin.to_string()),
            ("error", "reviewer.toml:2".into())
        );
        let pack = settings.pack.as_ref().unwrap().origin.to_string();
        assert_eq!(pack, "base/base.toml:1 (extended by reviewer.toml)");
        // Globs are about the files that the nearest file governs, wherever they were written.
        assert!(discovery.excludes(&root.join("gen"), true).is_some());
        assert!(discovery.excludes(&root.join("base/gen"), true).is_none());
    }

    #[test]
    fn files_with_the_same_overrides_are_one_group() {
        let text = "[[overrides]]\npaths = ['tests/', '*_test.py']\nignore = ['a']\n";
        let (_dir, root) = folder(&[
            ("reviewer.toml", text),
            ("tests/deep/x.py", ""),
            ("src/x.py", ""),
        ]);
        let files = ["tests/deep/x.py", "src/x_test.py", "src/x.py"]
            .map(|name| SourceFile::on_disk(name, root.join(name), crate::lang::Language::Python));
        let groups = Discovery::nearest(&root).groups(files.iter());
        assert_eq!(files.each_ref().map(|file| groups.of(file)), [0, 0, 1]);
        assert_eq!(groups.all[0].overrides, [0]);
    }

    #[test]
    fn circles_chains_and_fans_of_files_end() {
        let circle = [
            ("reviewer.toml", "extends = 'a.toml'"),
            ("a.toml", "extends = ['reviewer.toml']"),
        ];
        assert_eq!(
            problems(&circle, ""),
            ["`extends` leads in a circle, back to reviewer.toml"]
        );
        let chain: Vec<_> = (0..20)
            .map(|i| (format!("{i}.toml"), format!("extends = '{}.toml'", i + 1)))
            .collect();
        let mut files: Vec<_> = chain
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        files.push(("reviewer.toml", "extends = '0.toml'"));
        assert_eq!(
            problems(&files, ""),
            ["`extends` leads through more than 10 files"]
        );
        let fan: Vec<_> = (0..8)
            .map(|i| {
                (
                    format!("{i}.toml"),
                    format!("extends = [{}]", format!("'{}.toml',", i + 1).repeat(9)),
                )
            })
            .collect();
        let mut files: Vec<_> = fan.iter().map(|(name, text)| (&**name, &**text)).collect();
        files.extend([("reviewer.toml", "extends = '0.toml'"), ("8.toml", "")]);
        assert!(problems(&files, "")[0].contains("more than 100 files"));
    }

    #[test]
    fn a_settings_file_that_is_a_link_is_refused_and_one_that_was_named_may_lead_out() {
        let (_dir, root) = folder(&[
            ("repo/.git/HEAD", ""),
            ("base.toml", "pack = 'none'"),
            ("own.toml", "extends = 'base.toml'"),
        ]);
        std::os::unix::fs::symlink("../base.toml", root.join("repo/reviewer.toml")).unwrap();
        let discovery = Discovery::nearest(&root.join("repo"));
        assert!(discovery.settings(&root.join("repo")).is_none());
        assert!(discovery.problems()[0].message.ends_with("symbolic link"));
        let named = Discovery::only(&root.join("own.toml"), &root.join("repo")).unwrap();
        assert_eq!(named.of(&root.join("repo/x.py")).pack(), None);
    }
}
