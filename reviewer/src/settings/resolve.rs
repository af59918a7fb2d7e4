//! From a settings file and what it extends to [`Settings`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rules::yaml::Position;

use super::bounds::Bounds;
use super::file::{self, At, File};
use super::globs::{PathGlobs, RuleGlob};
use super::read::{position, read};
use super::{Layer, Origin, Override, Settings, Sourced};
use crate::review::Problem;
use crate::source;

/// Longest chain of files that extend each other.
const MAX_DEPTH: usize = 10;
/// Most files that one file extends, directly or not, each time counted.
const MAX_FILES: usize = 100;

/// Reads a settings file and what it extends. `globs` is the folder that globs over paths are relative to, and
/// names are relative to `base`.
pub(super) fn resolve(
    path: &Path,
    globs: &Path,
    bounds: &Bounds,
    base: &Path,
) -> Result<Settings, Vec<Problem>> {
    let mut resolver = Resolver {
        globs,
        bounds,
        base,
        settings: Settings {
            name: name(path, base),
            files: Vec::new(),
            pack: None,
            rules: Vec::new(),
            layer: Layer::default(),
            fail_on: None,
            exclude: Vec::new(),
            excluded: PathGlobs::new(globs, []).0,
            baseline: None,
            overrides: Vec::new(),
        },
        problems: Vec::new(),
        open: Vec::new(),
        files: 0,
    };
    resolver.file(path, None);
    let Resolver {
        mut settings,
        mut problems,
        ..
    } = resolver;
    let (excluded, faults) = PathGlobs::new(globs, &settings.exclude);
    problems.extend(
        faults
            .iter()
            .map(|(line, fault)| problem(&line.origin, fault)),
    );
    settings.excluded = excluded;
    match problems.is_empty() {
        true => Ok(settings),
        false => Err(problems),
    }
}

struct Resolver<'a> {
    globs: &'a Path,
    bounds: &'a Bounds,
    base: &'a Path,
    settings: Settings,
    problems: Vec<Problem>,
    /// The files that are being read, each extended by the one before.
    open: Vec<PathBuf>,
    files: usize,
}

/// The file that a value comes from.
struct Source<'a> {
    folder: &'a Path,
    name: Arc<str>,
    extended_by: Option<Arc<str>>,
    text: &'a str,
}

impl Source<'_> {
    fn origin(&self, byte: usize) -> Origin {
        Origin {
            file: Arc::clone(&self.name),
            at: position(self.text, byte),
            extended_by: self.extended_by.clone(),
        }
    }

    fn sourced<T>(&self, at: At<T>) -> Sourced<T> {
        Sourced {
            origin: self.origin(at.span.start),
            value: at.value,
        }
    }
}

impl Resolver<'_> {
    fn file(&mut self, path: &Path, extended_by: Option<Arc<str>>) {
        let name = name(path, self.base);
        self.settings.files.push(path.to_owned());
        let text = match source::read(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("the settings cannot be read: {error}");
                return self.problems.push(fatal(name.to_string(), message));
            }
        };
        let file = match read(&text) {
            Ok(file) => file,
            Err(errors) => {
                let problems = errors
                    .into_iter()
                    .map(|error| fatal(format!("{name}:{}", error.at), error.message));
                return self.problems.extend(problems);
            }
        };
        let source = Source {
            folder: path.parent().unwrap_or(path),
            name,
            extended_by,
            text: &text,
        };
        self.open.push(path.to_owned());
        self.take(file, &source);
        self.open.pop();
    }

    /// Puts what a file says over what it extends.
    fn take(&mut self, file: File, source: &Source<'_>) {
        for base in file.extends {
            self.extend(source.sourced(base), source);
        }
        let settings = &mut self.settings;
        if let Some(pack) = file.pack {
            let origin = source.origin(pack.span.start);
            let value = pack.value.into();
            settings.pack = Some(Sourced { value, origin });
        }
        if let Some(level) = file.fail_on {
            settings.fail_on = Some(source.sourced(level));
        }
        let exclude = file.exclude.into_iter().map(|glob| source.sourced(glob));
        settings.exclude.extend(exclude);
        if let Some(rules) = file.rules {
            settings.rules.clear();
            for path in rules {
                let path = self.locate(source.sourced(path), source, Bounds::existing);
                self.settings.rules.extend(path);
            }
        }
        if let Some(path) = file.baseline {
            self.settings.baseline = self.locate(source.sourced(path), source, Bounds::possible);
        }
        let layer = Layer {
            select: self.rule_globs(file.select, source),
            ignore: self.rule_globs(file.ignore, source),
            severity: file.severity.map(|level| source.sourced(level)),
            confidence: file.confidence.map(|level| source.sourced(level)),
        };
        self.settings.layer.put(layer);
        for other in file.overrides {
            let other = self.override_of(other, source);
            self.settings.overrides.extend(other);
        }
    }

    fn extend(&mut self, base: Sourced<String>, source: &Source<'_>) {
        let origin = base.origin.clone();
        let Some(Sourced { value: path, .. }) = self.locate(base, source, Bounds::existing) else {
            return;
        };
        self.files += 1;
        let shown = name(&path, self.base);
        let refusal = if self.open.contains(&path) {
            format!("`extends` leads in a circle, back to {shown}")
        } else if self.open.len() >= MAX_DEPTH {
            format!("`extends` leads through more than {MAX_DEPTH} files")
        } else if self.files > MAX_FILES {
            format!("`extends` asks for more than {MAX_FILES} files")
        } else {
            return self.file(&path, Some(Arc::clone(&source.name)));
        };
        self.problems.push(problem(&origin, &refusal));
    }

    fn locate(
        &mut self,
        path: Sourced<String>,
        source: &Source<'_>,
        locate: fn(&Bounds, &Path, &str) -> Result<PathBuf, String>,
    ) -> Option<Sourced<PathBuf>> {
        match locate(self.bounds, source.folder, &path.value) {
            Ok(value) => Some(Sourced {
                value,
                origin: path.origin,
            }),
            Err(message) => {
                self.problems.push(problem(&path.origin, &message));
                None
            }
        }
    }

    fn rule_globs(
        &mut self,
        globs: Vec<At<String>>,
        source: &Source<'_>,
    ) -> Vec<Sourced<RuleGlob>> {
        let mut read = Vec::new();
        for glob in globs {
            let origin = source.origin(glob.span.start);
            match RuleGlob::new(glob.value) {
                Ok(value) => read.push(Sourced { value, origin }),
                Err(message) => self.problems.push(problem(&origin, &message)),
            }
        }
        read
    }

    fn override_of(&mut self, other: file::Override, source: &Source<'_>) -> Option<Override> {
        let paths: Vec<_> = other
            .paths
            .into_iter()
            .map(|path| source.sourced(path))
            .collect();
        let origin = paths.first().map(|path| path.origin.clone())?;
        let (globs, faults) = PathGlobs::new(self.globs, &paths);
        self.problems.extend(
            faults
                .iter()
                .map(|(line, fault)| problem(&line.origin, fault)),
        );
        Some(Override {
            origin,
            globs,
            paths: paths.into_iter().map(|path| path.value).collect(),
            layer: Layer {
                select: self.rule_globs(other.select, source),
                ignore: self.rule_globs(other.ignore, source),
                severity: other.severity.map(|level| source.sourced(level)),
                confidence: other.confidence.map(|level| source.sourced(level)),
            },
        })
    }
}

impl Layer {
    /// Puts another layer over this one.
    fn put(&mut self, above: Layer) {
        self.select.extend(above.select);
        self.ignore.extend(above.ignore);
        self.severity = above.severity.or(self.severity.take());
        self.confidence = above.confidence.or(self.confidence.take());
    }
}

fn problem(origin: &Origin, message: &str) -> Problem {
    let Position { line, column } = origin.at;
    fatal(
        format!("{}:{line}:{column}", origin.file),
        message.to_owned(),
    )
}

fn fatal(about: String, message: String) -> Problem {
    Problem {
        about,
        message,
        fatal: true,
    }
}

fn name(path: &Path, base: &Path) -> Arc<str> {
    path.strip_prefix(base)
        .unwrap_or(path)
        .to_string_lossy()
        .into()
}
