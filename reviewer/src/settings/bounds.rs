//! How far the paths in a settings file may lead.
//!
//! A settings file that was discovered comes with the repository under review, and says nothing about what lies
//! outside of it. One that was named on the command line may point anywhere.

use std::path::{Path, PathBuf};

/// How far the paths in a settings file may lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// Not out of this folder.
    Below(PathBuf),
    /// Anywhere.
    None,
}

impl Bounds {
    /// The bounds of discovered files: the repository, or without one the folder of the outermost settings file or
    /// the working folder, whichever is higher.
    pub(super) fn of(repository: Option<&Path>, outermost: &Path, base: &Path) -> Bounds {
        let higher = if outermost.starts_with(base) {
            base
        } else {
            outermost
        };
        Bounds::Below(repository.unwrap_or(higher).to_owned())
    }

    /// The real path of an existing file or folder, seen from `folder`.
    pub(super) fn existing(&self, folder: &Path, text: &str) -> Result<PathBuf, String> {
        let real = folder.join(text).canonicalize();
        let real = real.map_err(|error| format!("`{text}`: {error}"))?;
        self.check(&real, text)?;
        Ok(real)
    }

    /// The path of a file that may have to be made, seen from `folder`.
    pub(super) fn possible(&self, folder: &Path, text: &str) -> Result<PathBuf, String> {
        let path = folder.join(text);
        if path.symlink_metadata().is_ok() {
            let real = self.existing(folder, text)?;
            let regular = real.is_file();
            return regular
                .then_some(real)
                .ok_or(format!("`{text}` is no regular file"));
        }
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(format!("`{text}` is no file"));
        };
        let above = above.canonicalize();
        let above = above.map_err(|error| format!("the folder of `{text}`: {error}"))?;
        self.check(&above, text)?;
        Ok(above.join(name))
    }

    fn check(&self, real: &Path, text: &str) -> Result<(), String> {
        match self {
            Bounds::Below(root) if !real.starts_with(root) => Err(format!(
                "`{text}` leads out of {}; a settings file may do so only where it is named by --settings",
                root.display()
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_dots_nor_links_nor_absolute_paths_lead_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(dir.path().join("secret"), "").unwrap();
        std::fs::write(root.join("rules"), "").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("link")).unwrap();
        let bounds = Bounds::of(Some(&root), &root.join("sub"), &root);
        let folder = root.join("sub");
        assert_eq!(bounds.existing(&folder, "../rules"), Ok(root.join("rules")));
        for path in ["../../secret", "../link", "/etc/passwd"] {
            assert!(
                bounds
                    .existing(&folder, path)
                    .unwrap_err()
                    .contains("leads out")
            );
            assert!(Bounds::None.existing(&folder, path).is_ok());
        }
        assert_eq!(bounds.possible(&folder, "new"), Ok(folder.join("new")));
        assert!(bounds.possible(&folder, "../../new").is_err());
        assert!(bounds.possible(&folder, "../sub").is_err());
    }

    #[test]
    fn without_a_repository_the_higher_folder_counts() {
        let [high, low, other] = ["/a", "/a/b", "/c"].map(Path::new);
        assert_eq!(Bounds::of(None, low, high), Bounds::Below(high.into()));
        assert_eq!(Bounds::of(None, high, low), Bounds::Below(high.into()));
        assert_eq!(Bounds::of(None, other, low), Bounds::Below(other.into()));
    }
}
