//! Source files of a program, found by the paths that its debug information has.
//!
//! A program is often built elsewhere than where its source lies now, so `/build/app/src/main.rs` has to
//! become `DIR/src/main.rs`. Taking the longest path suffix that exists file by file would also match
//! `/rustc/…/core/src/lib.rs` with `DIR/src/lib.rs`; therefore one build folder is chosen for the whole
//! profile, the one that explains most files, and files outside of it have no source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Larger files are not shown.
const LARGEST: u64 = 4 << 20;

/// A folder of source, and the folder in which the program was built from it.
#[derive(Clone, Debug)]
pub struct SourceTree {
    root: PathBuf,
    /// The build folder with a closing slash, or nothing for relative paths.
    built_in: String,
}

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Path relative to the folder, with forward slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl SourceTree {
    /// The source in `root` of the files that a profile names.
    pub fn open<'a>(
        root: &Path,
        files: impl IntoIterator<Item = &'a str>,
    ) -> std::io::Result<SourceTree> {
        let root = fs::canonicalize(root)?;
        let here = format!("{}/", root.display());
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for file in files {
            if file.starts_with(&here) {
                return Ok(SourceTree {
                    root,
                    built_in: here,
                });
            }
            for (at, _) in file.match_indices('/').chain([(usize::MAX, "")]) {
                let (folder, rest) = if at == usize::MAX {
                    ("", file)
                } else {
                    file.split_at(at + 1)
                };
                if is_inside(rest) && root.join(rest).is_file() {
                    *votes.entry(folder).or_default() += 1;
                }
            }
        }
        // The most votes, then the shortest folder: it maps the most.
        let best = votes
            .iter()
            .max_by_key(|(folder, votes)| (**votes, std::cmp::Reverse(folder.len())));
        let built_in = best.map_or_else(|| here.clone(), |(folder, _)| (*folder).to_owned());
        Ok(SourceTree { root, built_in })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path in the folder that `file` of the debug information stands for; `None` outside of it.
    pub fn relative<'a>(&self, file: &'a str) -> Option<&'a str> {
        file.strip_prefix(&self.built_in)
            .filter(|rest| is_inside(rest))
    }

    /// The text of `file`; `None` where it is outside of the folder (symbolic links count), not a regular
    /// file, too large, or not text.
    pub fn read(&self, file: &str) -> Option<SourceText> {
        let relative = self.relative(file)?;
        let path = fs::canonicalize(self.root.join(relative)).ok()?;
        let kind = fs::metadata(&path).ok()?;
        if !path.starts_with(&self.root) || !kind.is_file() || kind.len() > LARGEST {
            return None;
        }
        Some(SourceText {
            path: relative.to_owned(),
            text: fs::read_to_string(path).ok()?,
        })
    }
}

fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_build_folder_is_chosen_for_all_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(dir.path().join("src/main.rs"), "fn main() {}\n").unwrap();
        fs::write(dir.path().join("src/lib.rs"), "").unwrap();
        let files = [
            "/rustc/1/library/core/src/lib.rs",
            "/build/app/src/main.rs",
            "/build/app/src/lib.rs",
        ];
        let tree = SourceTree::open(dir.path(), files).unwrap();
        assert_eq!(tree.relative(files[0]), None);
        assert_eq!(tree.read(files[1]).unwrap().text, "fn main() {}\n");
        assert_eq!(tree.read("/build/app/../../etc/passwd"), None);
    }

    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("main.rs")).unwrap();
        let tree = SourceTree::open(dir.path(), ["/build/main.rs"]).unwrap();
        assert_eq!(tree.relative("/build/main.rs"), Some("main.rs"));
        assert_eq!(tree.read("/build/main.rs"), None);
    }
}
