//! Embeds the rule files: profile rules as text, review rules read, checked and serialized.

#![allow(clippy::disallowed_methods, reason = "cargo hands a build script its folders by environment")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let profile = root.join("profile");
    let mut text = String::from("&[\n");
    for path in yaml_files(&profile)? {
        let name = path.strip_prefix(&root)?.display().to_string();
        text += &format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string());
    }
    text += "]\n";
    fs::write(out.join("profile_files.rs"), text)?;
    Ok(())
}

/// Every rule file below `dir`, sorted. Cargo watches each folder, so a new file is noticed.
fn yaml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={}", dir.display());
    let mut files = Vec::new();
    let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            files.extend(yaml_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(files)
}
