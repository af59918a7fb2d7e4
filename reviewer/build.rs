//! Finds the checks, so that adding one adds a file and nothing else: `src/checks/rust/lock_across_await.rs`
//! is the check of the rule `rust/lock-across-await`.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo hands a build script its folders by environment"
)]

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let checks = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("src/checks");
    let mut modules = String::new();
    let mut table = String::from("&[\n");
    for language in sorted(&checks)? {
        if !language.is_dir() {
            continue;
        }
        for file in sorted(&language)? {
            let (Some(name), Some(language)) = (
                file.file_stem().and_then(|n| n.to_str()),
                language.file_name().and_then(|n| n.to_str()),
            ) else {
                continue;
            };
            if name == "mod" {
                continue;
            }
            modules += &format!(
                "#[path = {:?}]\nmod {language}_{name};\n",
                file.display().to_string()
            );
            table += &format!(
                "    ({:?}, {language}_{name}::WORDS, {language}_{name}::check),\n",
                format!("{language}/{}", name.replace('_', "-"))
            );
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("checks.rs");
    fs::write(
        out,
        format!("{modules}\nconst CHECKS: &[(&str, Words, Check)] = {table}];\n"),
    )?;
    Ok(())
}

fn sorted(dir: &std::path::Path) -> std::io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={}", dir.display());
    let mut paths = fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}
