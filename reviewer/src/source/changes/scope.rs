//! Which paths somebody asked for.

use std::path::{Component, Path, PathBuf};

/// Files and folders; none stands for everything.
pub(super) struct Scope {
    /// Each with whether anything was found there.
    paths: Vec<(PathBuf, bool)>,
}

impl Scope {
    /// The absolute `paths`, which need not exist.
    pub(super) fn new(paths: &[PathBuf]) -> Scope {
        Scope {
            paths: paths.iter().map(|path| (resolved(path), false)).collect(),
        }
    }

    /// Whether a path is asked for.
    pub(super) fn takes(&mut self, path: &Path) -> bool {
        let mut takes = self.paths.is_empty();
        for (wanted, met) in &mut self.paths {
            if path.starts_with(wanted) {
                (takes, *met) = (true, true);
            }
        }
        takes
    }

    /// Whether it is asked for by its own name.
    pub(super) fn names(&self, path: &Path) -> bool {
        self.paths.iter().any(|(wanted, _)| wanted == path)
    }

    /// The paths below which nothing was asked about.
    pub(super) fn unmet(&self) -> impl Iterator<Item = &Path> {
        let unmet = self.paths.iter().filter(|(_, met)| !met);
        unmet.map(|(path, _)| path.as_path())
    }
}

/// Without `.` and `..`. Links are not looked up: what is staged need not be on disk.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_below_what_is_asked_for() {
        let mut scope = Scope::new(&["/r/sub/../src".into(), "/r/./a.py".into(), "/r/b.py".into()]);
        assert!(scope.takes(Path::new("/r/src/x.py")) && scope.takes(Path::new("/r/a.py")));
        assert!(!scope.takes(Path::new("/r/srcs/x.py")));
        assert!(scope.names(Path::new("/r/a.py")) && !scope.names(Path::new("/r/src/x.py")));
        assert_eq!(scope.unmet().collect::<Vec<_>>(), [Path::new("/r/b.py")]);
        assert!(Scope::new(&[]).takes(Path::new("/anything")));
    }
}
