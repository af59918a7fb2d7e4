//! Embeds the rule files: profile rules as text, review rules and models read, checked and serialized.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo hands a build script its folders by environment"
)]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the script uses the crate's loader, not all of it"
)]
#[path = "src/models/mod.rs"]
mod models;
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the script uses the crate's loader, not all of it"
)]
#[path = "src/review/mod.rs"]
mod review;
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the script uses the crate's loader, not all of it"
)]
#[path = "src/yaml.rs"]
mod yaml;

/// Folders beside the rules that hold none.
const NOT_RULES: [&str; 4] = ["src", "profile", "models", "target"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let profile = root.join("profile");
    let mut text = String::from("&[\n");
    for path in yaml_files(&profile)? {
        let name = path.strip_prefix(&root)?.display().to_string();
        text += &format!(
            "    ({name:?}, include_str!({:?})),\n",
            path.display().to_string()
        );
    }
    text += "]\n";
    fs::write(out.join("profile_files.rs"), text)?;
    let models = models(&root)?;
    let rules = review_rules(&root, &models)?;
    fs::write(out.join("models.postcard"), postcard::to_stdvec(&models)?)?;
    fs::write(
        out.join("review_rules.postcard"),
        postcard::to_stdvec(&rules)?,
    )?;
    Ok(())
}

/// Reads `models/<language>/<library>.yaml`.
fn models(root: &Path) -> Result<Vec<models::Model>, Box<dyn std::error::Error>> {
    let mut models = Vec::new();
    for path in yaml_files(&root.join("models"))? {
        let text = fs::read_to_string(&path)?;
        let model = models::load(&text).map_err(|error| format!("{}:{error}", path.display()))?;
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        if !model.languages.iter().any(|name| folder == name.as_str()) {
            return Err(format!(
                "{}: a model lies at models/<language>/<library>.yaml, and is for that language",
                path.display()
            )
            .into());
        }
        models.push(model);
    }
    Ok(models)
}

/// Reads `<language>/<category>/<name>.yaml`, and checks that each rule's id and category say the same, and that there
/// are models for what it uses.
fn review_rules(
    root: &Path,
    models: &[models::Model],
) -> Result<Vec<review::Rule>, Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", root.display());
    let mut rules = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let language = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_dir() || NOT_RULES.contains(&language.as_str()) {
            continue;
        }
        for path in yaml_files(&entry.path())? {
            let rule =
                built_in(&path).map_err(|problem| format!("{}:{problem}", path.display()))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let category = path
                .parent()
                .and_then(Path::file_name)
                .unwrap_or_default()
                .to_string_lossy();
            if rule.id != format!("{language}/{name}") || rule.metadata.category != category {
                return Err(format!(
                    "{}: a built-in rule lies at <language>/<category>/<name>.yaml; this one is `{}` in category `{}`",
                    path.display(), rule.id, rule.metadata.category
                ).into());
            }
            let shares = |model: &&models::Model| {
                let mut languages = model.languages.iter();
                languages.any(|name| rule.languages.contains(name))
            };
            let models: Vec<_> = models.iter().filter(shares).collect();
            models::resolve(&mut rule.clone(), &models)
                .map_err(|error| format!("{}:{error}", path.display()))?;
            rules.push(rule);
        }
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(rules)
}

/// The rule of one file. Built-in rules have examples, good ones included, and no warnings.
fn built_in(path: &Path) -> Result<review::Rule, String> {
    let text = fs::read_to_string(path).map_err(|error| format!(" {error}"))?;
    let mut loaded = review::load(&text);
    if let Some(problem) = loaded.problems.first() {
        return Err(problem.error.to_string());
    }
    let rule = loaded.rules.pop().ok_or("1:1: no rule")?;
    let has = |part: fn(&review::Example) -> bool| rule.examples.iter().any(part);
    if !has(review::Example::is_bad) || !has(review::Example::is_good) {
        return Err(format!(
            "{}: a built-in rule needs a bad and a good example",
            rule.at
        ));
    }
    Ok(rule)
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
