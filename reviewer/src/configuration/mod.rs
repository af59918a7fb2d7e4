//! What the configuration files of a project say: values that code reads by their keys.
//!
//! ```text
//! benchmark.properties   hashAlg1=MD5              settings     hashAlg1     = "MD5"
//! application.yml        db: {user: app}           settings     db.user      = "app"
//! .env                   DEBUG=1                   environment  DEBUG        = "1"
//! ```
//!
//! A key to which two files give different values has none that is known, nor has one whose value holds a placeholder.
//! Files are hostile until they are read: how many, how large and how deep they may be is bounded, and what is passed
//! over is said.

mod lines;
mod nested;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::review::Problem;
use crate::source::{ReadError, SkipReason, Skipped, SourceFile};
use crate::tree::Constant;

/// Most files that are read.
const MOST_FILES: usize = 1_000;
/// Most bytes that are read, of all files together.
const MOST_BYTES: usize = 16 << 20;
/// How the names of nested files start that are configuration and no other data.
const STARTS: [&str; 5] = [
    "application",
    "appsettings",
    "config",
    "default",
    "settings",
];
/// Folders in which nested files are.
const FOLDERS: [&str; 3] = ["conf", "config", "settings"];
/// What stands for a value that something else puts in.
const PLACEHOLDERS: [&str; 3] = ["${", "{{", "<%"];

/// Where code asks for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Files of settings.
    Settings,
    /// The environment of the process.
    Environment,
}

/// The values of a project's configuration, by their keys.
#[derive(Debug, Default)]
pub struct Configuration {
    settings: Table,
    environment: Table,
}

/// By key; `None` where the value is not known.
type Table = BTreeMap<String, Option<Constant>>;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Properties,
    Environment,
    Sections,
    Json,
    Yaml,
    Toml,
}

/// What became of files of configuration.
#[derive(Debug, Default)]
pub struct Reading {
    /// What they say.
    pub configuration: Configuration,
    /// Those that are none, after all.
    pub skipped: Vec<Skipped>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// Whether a file is configuration, by its name.
pub(crate) fn is_configuration(path: &Path) -> bool {
    Format::of(path).is_some()
}

impl Reading {
    /// Reads files, in their order.
    pub fn of(files: &[SourceFile]) -> Reading {
        let mut reading = Reading::default();
        let mut left = MOST_BYTES;
        for (at, file) in files.iter().enumerate() {
            if at == MOST_FILES || left == 0 {
                reading.problem(
                    &file.name,
                    format!(
                        "{} files of configuration from here on are not read, beyond {MOST_FILES} files or \
                         {} MiB: what they say is no constant; exclude those that are data",
                        files.len() - at,
                        MOST_BYTES >> 20
                    ),
                );
                break;
            }
            left = left.saturating_sub(reading.file(file));
        }
        reading
    }

    /// Keeps what is to be said of some files alone: that of others is said when they are reviewed.
    pub fn tell_of(&mut self, files: &[SourceFile]) {
        let names: BTreeSet<_> = files.iter().map(|file| file.name.as_str()).collect();
        self.skipped.retain(|one| names.contains(&*one.name));
        self.problems.retain(|one| names.contains(&*one.about));
    }

    /// Reads one file. Returns the bytes of its text.
    fn file(&mut self, file: &SourceFile) -> usize {
        let text = match file.read() {
            Ok(text) => text,
            Err(ReadError::Skip(reason)) => {
                self.skip(file, reason);
                return 0;
            }
            Err(ReadError::Io(error)) => {
                self.problem(&file.name, format!("cannot be read: {error}"));
                return 0;
            }
        };
        let format = Format::of(&file.path);
        match format.and_then(|format| Some((format, format.entries(&text)?))) {
            Some((format, entries)) => self.configuration.take(format.domain(), entries),
            None => self.skip(file, SkipReason::Configuration),
        }
        text.len()
    }

    fn skip(&mut self, file: &SourceFile, reason: SkipReason) {
        let name = file.name.clone();
        self.skipped.push(Skipped { name, reason });
    }

    fn problem(&mut self, about: &str, message: String) {
        self.problems.push(Problem {
            about: about.to_owned(),
            message,
            fatal: false,
        });
    }
}

impl Configuration {
    /// The value of a key, where it is known.
    pub fn get(&self, domain: Domain, key: &str) -> Option<Constant> {
        self.table(domain).get(key)?.clone()
    }

    /// Whether there is no value in it.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.environment.is_empty()
    }

    /// A hash of everything in it.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for table in [&self.settings, &self.environment] {
            hash.update((table.len() as u64).to_le_bytes());
            for (key, value) in table {
                let value = format!("{value:?}");
                for part in [key, &value] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part);
                }
            }
        }
        hash.finalize().into()
    }

    fn table(&self, domain: Domain) -> &Table {
        match domain {
            Domain::Settings => &self.settings,
            Domain::Environment => &self.environment,
        }
    }

    /// Takes the entries of one file, in which the last value of a key counts.
    fn take(&mut self, domain: Domain, entries: Vec<(String, Constant)>) {
        let table = match domain {
            Domain::Settings => &mut self.settings,
            Domain::Environment => &mut self.environment,
        };
        let entries: BTreeMap<_, _> = entries.into_iter().collect();
        for (key, value) in entries {
            let value = Some(value).filter(is_final);
            let known = table.entry(key).or_insert_with(|| value.clone());
            if *known != value {
                *known = None;
            }
        }
    }
}

/// Whether a value is used as it is.
fn is_final(value: &Constant) -> bool {
    match value {
        Constant::Text(Some(text)) => !PLACEHOLDERS.iter().any(|mark| text.contains(mark)),
        value => value.is_known(),
    }
}

impl Format {
    fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_str()?;
        if name == ".env" || name.starts_with(".env.") {
            return Some(Format::Environment);
        }
        let (stem, extension) = name.rsplit_once('.')?;
        let folder = path.parent().and_then(Path::file_name);
        let is_nested = || {
            STARTS.iter().any(|start| stem.starts_with(start))
                || FOLDERS
                    .iter()
                    .any(|known| folder.is_some_and(|folder| folder == *known))
        };
        match extension {
            "properties" => Some(Format::Properties),
            "env" => Some(Format::Environment),
            "ini" | "cfg" => Some(Format::Sections),
            "json" if is_nested() => Some(Format::Json),
            "yaml" | "yml" if is_nested() => Some(Format::Yaml),
            "toml" if is_nested() => Some(Format::Toml),
            _ => None,
        }
    }

    fn domain(self) -> Domain {
        match self {
            Format::Environment => Domain::Environment,
            _ => Domain::Settings,
        }
    }

    /// The keys and values of a text, unless it is not written like this.
    fn entries(self, text: &str) -> Option<Vec<(String, Constant)>> {
        match self {
            Format::Properties => Some(properties::entries(text)),
            Format::Environment => Some(lines::environment(text)),
            Format::Sections => Some(lines::sections(text)),
            Format::Json => nested::json(text),
            Format::Yaml => nested::yaml(text),
            Format::Toml => nested::toml(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn reading(files: &[(&str, &str)]) -> Reading {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| SourceFile {
                text: Some((*text).into()),
                ..SourceFile::on_disk(*name, *name, Language::Regex)
            })
            .collect();
        Reading::of(&files)
    }

    #[test]
    fn a_key_with_two_values_has_none() {
        let found = reading(&[
            (
                "a.properties",
                "same=1\nother=1\nthere=${here}\nagain=1\nagain=2\n",
            ),
            ("b.ini", "[x]\nsame=1\n"),
            ("c.properties", "same=1\nother=2\n"),
            (".env", "same=3\n"),
        ]);
        let get = |key| found.configuration.get(Domain::Settings, key);
        assert_eq!(get("same"), Some(Constant::text("1")));
        assert_eq!(get("x.same"), Some(Constant::text("1")));
        assert_eq!(get("again"), Some(Constant::text("2")));
        assert_eq!(
            (get("other"), get("there"), get("absent")),
            (None, None, None)
        );
        let environment = found.configuration.get(Domain::Environment, "same");
        assert_eq!(environment, Some(Constant::text("3")));
    }

    #[test]
    fn files_of_data_are_no_configuration() {
        for (path, expected) in [
            ("a/b.properties", true),
            (".env", true),
            (".env.production", true),
            ("setup.cfg", true),
            ("config.json", true),
            ("config/local.yaml", true),
            ("application-prod.yml", true),
            ("package.json", false),
            ("data/fixture.yaml", false),
            ("tsconfig.json", false),
            ("properties", false),
        ] {
            assert_eq!(is_configuration(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn what_is_not_read_is_said() {
        let found = reading(&[("config.json", "{"), ("config.yaml", "a: [")]);
        let reasons: Vec<_> = found.skipped.iter().map(|file| file.reason).collect();
        assert_eq!(reasons, [SkipReason::Configuration; 2]);
        let names: Vec<_> = (0..=MOST_FILES).map(|at| format!("{at}.env")).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(reading(&files[..MOST_FILES]).problems, []);
        let found = reading(&files);
        assert!(
            found.problems[0].message.starts_with("1 files"),
            "{:?}",
            found.problems
        );
    }

    #[test]
    fn a_digest_is_of_keys_and_values() {
        let digest = |text| reading(&[("a.properties", text)]).configuration.digest();
        assert_eq!(digest("a=1\nb=2"), digest("b=2\na=1"));
        assert_ne!(digest("a=1"), digest("a=2"));
        assert_ne!(digest("a=1"), digest("b=1"));
        assert_ne!(
            digest("a=1"),
            reading(&[("a.env", "a=1")]).configuration.digest()
        );
    }
}
