//! Which settings hold, in folders that are made for the purpose.

use std::path::PathBuf;

use super::Discovery;
use crate::source::SourceFile;
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
