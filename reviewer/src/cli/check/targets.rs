//! What is reviewed: paths, what is staged, what changed since a commit, standard input.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::selection::Scope;
use crate::plan::Plan;
use crate::review::{Cache, Project};
use crate::source::{self, Changes, Earlier, Found, Request, Search, SourceFile};

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Files")]
pub(super) struct Args {
    /// Files and folders to review [default: the working folder]
    ///
    /// Below folders, ignore files are honoured, and hidden and vendored folders are passed over. A file
    /// that is named here is reviewed even where it is hidden or ignored. With --staged and --base, the changed
    /// files to review [default: all of them].
    paths: Vec<PathBuf>,
    /// Review what is staged: the content of the index, and the findings that it brings in
    ///
    /// These are the findings on lines that are added, and those on other lines that the file did not have before.
    #[arg(long, conflicts_with_all = ["base", "stdin_filename"])]
    staged: bool,
    /// Review what changed since REF and HEAD parted, uncommitted and untracked files included
    #[arg(long, value_name = "REF", conflicts_with = "stdin_filename")]
    base: Option<String>,
    /// With --staged or --base: show all findings of the changed files
    #[arg(long)]
    whole_files: bool,
    /// Review standard input (give `-` as the path) as if it were the file NAME
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
}

/// What is reviewed.
pub(super) struct Targets {
    pub(super) found: Found,
    /// Whether this is standard input.
    pub(super) piped: bool,
    /// What the files were, where only the findings that their change brings in are shown.
    pub(super) earlier: Option<HashMap<String, Earlier>>,
    /// Files of the project that are not reviewed, and have other content than that of the disk.
    pub(super) beside: Vec<SourceFile>,
}

/// What counts without being reviewed.
#[derive(Default)]
pub(super) struct Rest {
    /// Where values may come from and get to, where a rule follows them.
    pub(super) project: Option<Project>,
    /// The configuration of all of the project, where what is reviewed is not all of it.
    pub(super) configuration: Option<Vec<SourceFile>>,
}

impl Args {
    /// Finds the files. Those of no language that is known wait for [`Found::take_texts`].
    pub(super) fn find(&self, search: Search<'_>) -> Result<Targets> {
        if self.whole_files && !self.staged && self.base.is_none() {
            bail!("--whole-files widens --staged or --base REF: give one of them");
        }
        if self.paths == [Path::new("-")] || self.stdin_filename.is_some() {
            return self.piped(search.base);
        }
        let paths: Vec<_> = self
            .paths
            .iter()
            .map(|path| absolute(path, search.base))
            .collect();
        if !self.staged && self.base.is_none() {
            let base = [search.base.to_owned()];
            let found = search.find(if paths.is_empty() { &base } else { &paths });
            return Ok(found.into());
        }
        let request = Request {
            search,
            paths: &paths,
        };
        let changes = match &self.base {
            Some(reference) => Changes::since(reference, request).context("--base")?,
            None => Changes::staged(request).context("--staged")?,
        };
        Ok(Targets {
            found: changes.found,
            piped: false,
            earlier: (!self.whole_files).then_some(changes.earlier),
            beside: changes.beside,
        })
    }

    /// What counts besides the files that are reviewed: of what a review of the whole repository would take, the
    /// configuration, and the source in languages that rules follow values in. Without a repository that is nothing:
    /// the working folder may be anybody's home.
    pub(super) fn rest(
        &self,
        scope: &Scope<'_>,
        (plan, cache): (&Plan, Option<&Cache>),
        reviewed: &[SourceFile],
        beside: Vec<SourceFile>,
    ) -> Rest {
        let (root, base) = scope.search(|search| (search.repository(), search.base.to_owned()));
        let Some(root) = root else {
            return Rest::default();
        };
        let paths: BTreeSet<_> = reviewed
            .iter()
            .map(|file| real(&base.join(&file.name)))
            .collect();
        if !paths.iter().any(|path| path.starts_with(&root)) {
            return Rest::default();
        }
        let is_all = self.takes_all(&base) && root == base;
        let mut found = match is_all {
            true => Found::default(),
            false => scope.below(&root, cache),
        };
        // What is staged counts as it will be committed. The others do as they lie there: few of them differ from the
        // index, and to ask git which would take a look at each.
        let beside: HashMap<_, _> = beside
            .into_iter()
            .map(|one| (one.path.clone(), one))
            .collect();
        for file in found.files.iter_mut().chain(&mut found.configuration) {
            if let Some(staged) = beside.get(&file.path) {
                file.text.clone_from(&staged.text);
            }
        }
        let languages: BTreeSet<_> = reviewed
            .iter()
            .map(|file| file.language)
            .filter(|&language| plan.follows_in(language))
            .collect();
        found.files.retain(|file| {
            let mut languages = languages.iter();
            languages.any(|language| language.is_linked_with(file.language))
                && !paths.contains(&file.path)
        });
        Rest {
            project: (!languages.is_empty()).then(|| Project::new(root, base, found.files)),
            configuration: (!is_all).then_some(found.configuration),
        }
    }

    /// Whether all below the working folder is reviewed.
    fn takes_all(&self, base: &Path) -> bool {
        let mut paths = self.paths.iter();
        let is_narrowed = self.base.is_some() || self.staged;
        !is_narrowed && paths.all(|path| absolute(path, base) == base)
    }

    fn piped(&self, base: &Path) -> Result<Targets> {
        let (Some(name), [path]) = (&self.stdin_filename, &self.paths[..]) else {
            bail!("to review standard input, say `reviewer check --stdin-filename NAME -`");
        };
        if path != Path::new("-") || self.staged || self.base.is_some() {
            bail!("--stdin-filename stands for the path `-` alone: `--stdin-filename NAME -`");
        }
        let found = source::piped(std::io::stdin().lock(), &base.join(name), base);
        Ok(Targets {
            piped: true,
            ..found.context("cannot read standard input")?.into()
        })
    }
}

impl From<Found> for Targets {
    fn from(found: Found) -> Targets {
        Targets {
            found,
            piped: false,
            earlier: None,
            beside: Vec::new(),
        }
    }
}

fn absolute(path: &Path, base: &Path) -> PathBuf {
    if path == Path::new(".") {
        base.to_owned()
    } else {
        base.join(path)
    }
}

/// The path with the links of its folder followed: two paths of a file are then the same, whether it exists or not.
fn real(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
