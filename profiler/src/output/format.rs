//! Which formats there are, and how a user names them.

use super::Output;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Flamegraph, drawn by inferno.
    Svg,
    /// The same upside down: callers at the top.
    Icicle,
    /// Self-contained report.
    Html,
    /// pprof protocol buffer, gzip.
    Pprof,
    /// Folded stacks: `root;leaf count`.
    Folded,
    /// For speedscope.app.
    Speedscope,
    /// For profiler.firefox.com.
    Firefox,
    /// Our own: the model itself.
    Json,
    /// The report as the terminal shows it, without colour.
    Text,
}

struct Entry {
    format: Format,
    /// In `FORMAT:FILE`.
    name: &'static str,
    /// File name endings. Where several fit a name, the longest decides.
    extensions: &'static [&'static str],
    about: &'static str,
}

/// Every format, in the order in which help lists them.
const ENTRIES: &[Entry] = &[
    Entry {
        format: Format::Svg,
        name: "svg",
        extensions: &[".svg"],
        about: "flamegraph",
    },
    Entry {
        format: Format::Icicle,
        name: "icicle",
        extensions: &[".icicle.svg"],
        about: "flamegraph with the callers at the top",
    },
    Entry {
        format: Format::Html,
        name: "html",
        extensions: &[".html"],
        about: "report with a flamegraph to zoom into, hottest functions, recommendations",
    },
    Entry {
        format: Format::Pprof,
        name: "pprof",
        extensions: &[".pb.gz", ".pprof"],
        about: "pprof, for `profiler report`, `go tool pprof` and others",
    },
    Entry {
        format: Format::Folded,
        name: "folded",
        extensions: &[".folded"],
        about: "one line for each stack",
    },
    Entry {
        format: Format::Speedscope,
        name: "speedscope",
        extensions: &[".speedscope.json"],
        about: "for speedscope.app",
    },
    Entry {
        format: Format::Firefox,
        name: "firefox",
        extensions: &[".firefox.json"],
        about: "for profiler.firefox.com",
    },
    Entry {
        format: Format::Json,
        name: "json",
        extensions: &[".json"],
        about: "everything that was recorded; `profiler schema` describes it",
    },
    Entry {
        format: Format::Text,
        name: "text",
        extensions: &[".txt"],
        about: "the report as the terminal shows it",
    },
];

/// The formats for `--help`: extension and meaning, a line each.
pub fn formats_help() -> String {
    let mut text = String::from("Formats, by the extension of the file:\n");
    for entry in ENTRIES {
        let extensions = entry.extensions.join(", ");
        text += &format!("  {extensions:<17}  {}\n", entry.about);
    }
    text += "  FORMAT:FILE        whatever the file is called:\n                     ";
    text += &names();
    text += "\nA further .gz compresses: cpu.folded.gz, cpu.firefox.json.gz.";
    text
}

fn names() -> String {
    let names: Vec<&str> = ENTRIES.iter().map(|entry| entry.name).collect();
    let (last, others) = names.split_last().expect("there are formats");
    format!("{} or {last}", others.join(", "))
}

impl Output {
    /// Reads `FILE` (the extension decides) or `FORMAT:FILE`. An unknown extension means pprof; the second
    /// value says so in a sentence for standard error.
    ///
    /// ```
    /// use profiler::output::{Format, Output};
    ///
    /// assert_eq!(Output::parse("cpu.svg").0.format, Format::Svg);
    /// assert_eq!(Output::parse("cpu.firefox.json.gz").0.format, Format::Firefox);
    /// assert_eq!(Output::parse("folded:-").0.format, Format::Folded);
    /// assert!(Output::parse("cpu.dat").1.is_some());
    /// ```
    pub fn parse(text: &str) -> (Output, Option<String>) {
        let named = text.split_once(':').and_then(|(name, path)| {
            let entry = ENTRIES.iter().find(|entry| entry.name == name)?;
            (!path.is_empty()).then_some((entry.format, path))
        });
        let (format, path, hint) = match (named, by_extension(text)) {
            (Some((format, path)), _) => (format, path, None),
            (None, Some(format)) => (format, text, None),
            (None, None) => (Format::Pprof, text, Some(unknown(text))),
        };
        let path = path.into();
        (Output { format, path }, hint)
    }

    /// Whether the file is compressed because its name ends in `.gz`. A pprof file always is, by its own format.
    pub(super) fn is_compressed(&self) -> bool {
        let gz = self
            .path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        gz && self.format != Format::Pprof
    }
}

fn by_extension(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    let uncompressed = name.strip_suffix(".gz").unwrap_or(&name);
    let fits = |extension: &&str| name.ends_with(extension) || uncompressed.ends_with(extension);
    ENTRIES
        .iter()
        .flat_map(|entry| {
            let fitting = entry.extensions.iter().copied().filter(|e| fits(e));
            fitting.map(|extension| (extension.len(), entry.format))
        })
        .max_by_key(|(length, _)| *length)
        .map(|(_, format)| format)
}

fn unknown(name: &str) -> String {
    let extensions = ENTRIES.iter().map(|entry| entry.extensions[0]);
    let extensions: Vec<&str> = extensions.collect();
    format!(
        "{name}: unknown extension, written as pprof; name it {}, or say FORMAT:FILE with {}",
        extensions.join(", "),
        names()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_unless_a_format_is_named() {
        let format = |text: &str| Output::parse(text).0.format;
        for (name, expected) in [
            ("a.PB.GZ", Format::Pprof),
            ("a.pprof", Format::Pprof),
            ("dir/a.html", Format::Html),
            ("a.json", Format::Json),
            ("a.speedscope.json", Format::Speedscope),
            ("a.firefox.json.gz", Format::Firefox),
            ("a.icicle.svg", Format::Icicle),
            ("a.txt", Format::Text),
            ("svg:a.json", Format::Svg),
        ] {
            assert_eq!(
                (format(name), Output::parse(name).1),
                (expected, None),
                "{name}"
            );
        }
        for odd in ["c:odd.name", "svg:", "a.gz", ".folde"] {
            let (output, hint) = Output::parse(odd);
            assert_eq!(
                (output.format, output.path.to_str()),
                (Format::Pprof, Some(odd))
            );
            assert!(
                hint.unwrap()
                    .starts_with(&format!("{odd}: unknown extension"))
            );
        }
    }

    #[test]
    fn every_format_is_named_once_and_listed() {
        let help = formats_help();
        for entry in ENTRIES {
            assert_eq!(
                Output::parse(&format!("{}:x", entry.name)).0.format,
                entry.format
            );
            assert!(help.contains(entry.extensions[0]) && help.contains(entry.name));
        }
    }
}
