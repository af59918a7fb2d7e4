//! Folders, each looked at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What was found in folders, by the path under which they were asked for.
pub(crate) struct Folders<T> {
    known: Mutex<HashMap<PathBuf, Arc<Folder<T>>>>,
}

/// A folder, and what was found in it.
pub(crate) struct Folder<T> {
    /// Without links.
    pub(crate) path: PathBuf,
    /// The folder above. A repository has none: what lies around it is no part of it.
    pub(crate) parent: Option<Arc<Folder<T>>>,
    /// Whether it is the root of a repository.
    pub(crate) is_repository: bool,
    /// What was found in it.
    pub(crate) holds: T,
}

impl<T> Default for Folders<T> {
    fn default() -> Self {
        Folders {
            known: Mutex::default(),
        }
    }
}

impl<T> Folders<T> {
    /// The folder, and those above it. `look` is called once for each, outer ones first.
    pub(crate) fn get(
        &self,
        folder: &Path,
        look: &dyn Fn(&Path, Option<&Folder<T>>) -> T,
    ) -> Arc<Folder<T>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(folder) {
            return Arc::clone(folder);
        }
        let real = real(folder, &known);
        let mut missing = Vec::new();
        let mut found = known.get(&real).cloned();
        let mut next = Some(real.as_path());
        while let (None, Some(path)) = (&found, next) {
            let is_repository = path.join(".git").symlink_metadata().is_ok();
            missing.push((path, is_repository));
            next = path.parent().filter(|_| !is_repository);
            found = next.and_then(|above| known.get(above)).cloned();
        }
        for (path, is_repository) in missing.into_iter().rev() {
            let parent = found.take();
            let holds = look(path, parent.as_deref());
            let this = Arc::new(Folder {
                path: path.to_owned(),
                parent,
                is_repository,
                holds,
            });
            known.insert(path.to_owned(), Arc::clone(&this));
            found = Some(this);
        }
        let found = found.expect("the folder itself was missing, or was found");
        known.insert(folder.to_owned(), Arc::clone(&found));
        found
    }
}

impl<T> Folder<T> {
    /// This folder and those above it, up to the root of the repository.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Folder<T>> {
        std::iter::successors(Some(self), |folder| folder.parent.as_deref())
    }

    /// The root of the repository that it lies in.
    pub(crate) fn repository(&self) -> Option<&Path> {
        let outermost = self.chain().last()?;
        outermost.is_repository.then_some(&*outermost.path)
    }
}

/// The path without links. Below a folder that is known, one look is enough.
fn real<T>(folder: &Path, known: &HashMap<PathBuf, Arc<Folder<T>>>) -> PathBuf {
    let above = folder.parent().and_then(|parent| known.get(parent));
    if let (Some(above), Some(name)) = (above, folder.file_name())
        && folder.symlink_metadata().is_ok_and(|kind| kind.is_dir())
    {
        return above.path.join(name);
    }
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_is_looked_at_once_and_a_repository_ends_the_way_up() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("repo/.git")).unwrap();
        std::fs::create_dir_all(root.join("repo/a/b")).unwrap();
        std::os::unix::fs::symlink("a/b", root.join("repo/link")).unwrap();
        let folders = Folders::default();
        let looks = Mutex::new(Vec::new());
        let look = |path: &Path, _: Option<&Folder<()>>| {
            looks
                .lock()
                .unwrap()
                .push(path.strip_prefix(&root).unwrap().to_owned());
        };
        for folder in [
            "repo/a/b",
            "repo/a",
            "repo/link",
            "repo/a/../a/b",
            "repo/a/b",
        ] {
            let found = folders.get(&root.join(folder), &look);
            assert_eq!(found.repository(), Some(&*root.join("repo")));
            assert_eq!(found.path.ends_with("b"), folder != "repo/a");
        }
        let looks = looks.lock().unwrap();
        assert_eq!(*looks, ["repo", "repo/a", "repo/a/b"].map(PathBuf::from));
    }
}
