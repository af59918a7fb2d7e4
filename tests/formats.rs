//! Formats: what is written can be read, by us and by the rules of others; what cannot be read is refused.
//!
//! `tests/formats/data` has files that other programs wrote: Go's runtime (pprof), perf (`perf script`). Everything
//! else is generated from seeds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "formats/canonical.rs"]
mod canonical;
#[path = "formats/generate.rs"]
mod generate;
#[path = "formats/pprof.rs"]
mod pprof;
#[path = "formats/schema.rs"]
mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use generate::Dice;
use profiler::import::{self, Problem};
use profiler::output::{Format, SourceView, json, pprof as writer, render};
use profiler::profile::Profile;
use serde_json::Value;

const SEEDS: std::ops::Range<u64> = 0..200;
const FORMATS: [Format; 9] = [
    Format::Svg,
    Format::Icicle,
    Format::Html,
    Format::Pprof,
    Format::Folded,
    Format::Speedscope,
    Format::Firefox,
    Format::Json,
    Format::Text,
];

fn bytes(format: Format, profile: &Profile) -> Vec<u8> {
    render(format, profile, &SourceView::default()).unwrap()
}

/// `profile`, written in `format` and read again.
fn through(format: Format, profile: &Profile) -> Profile {
    import::parse(&bytes(format, profile)).unwrap_or_else(|problem| panic!("{format:?}: {problem}"))
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("formats/data");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4);
    files
}

fn profiles() -> impl Iterator<Item = Profile> {
    let imported = files().into_iter().map(|file| import::read(&file).unwrap());
    SEEDS.map(generate::profile).chain(imported)
}

#[test]
fn json_and_pprof_keep_everything() {
    for profile in profiles() {
        let pprof = through(Format::Pprof, &profile);
        let json = through(Format::Json, &pprof);
        let expected = canonical::samples(&profile);
        assert_eq!(canonical::samples(&pprof), expected);
        assert_eq!(canonical::samples(&json), expected);
        assert_eq!(pprof.recording, profile.recording);
        assert_eq!(json.recording, profile.recording);
        assert_eq!(
            bytes(Format::Json, &through(Format::Json, &profile)),
            bytes(Format::Json, &profile)
        );
    }
}

#[test]
fn pprof_files_are_sound() {
    for profile in profiles() {
        assert_eq!(
            pprof::mistakes(&writer::message(&profile)),
            Vec::<String>::new()
        );
    }
}

#[test]
fn samples_of_other_pprof_files_are_kept() {
    for file in files()
        .iter()
        .filter(|file| file.to_string_lossy().ends_with(".pb.gz"))
    {
        let message = pprof::decode(&fs::read(file).unwrap());
        assert!(message.sample.len() > 5);
        let written = writer::message(&import::read(file).unwrap());
        assert_eq!(
            canonical::message(&written),
            canonical::message(&message),
            "{}",
            file.display()
        );
        assert_eq!(
            (written.time_nanos, written.duration_nanos),
            (message.time_nanos, message.duration_nanos)
        );
    }
}

#[test]
fn folded_stacks_are_written_as_they_were_read() {
    let names = [
        "main",
        "a b",
        "worker 3",
        "<[u8: 4]>::f",
        "read",
        "名前",
        "_[x]",
    ];
    let notes = ["", "", "", "_[k]", "_[i]", "_[j]"];
    for seed in SEEDS {
        let dice = &mut Dice::new(seed);
        let mut lines = Vec::new();
        for _ in 0..1 + dice.below(30) {
            let mut frames = Vec::new();
            for _ in 0..1 + dice.below(8) {
                frames.push(format!("{}{}", dice.pick(&names), dice.pick(&notes)));
            }
            frames.push("leaf".to_owned() + dice.pick::<&str>(&notes));
            lines.push(format!("{} {}\n", frames.join(";"), 1 + dice.below(1_000)));
        }
        lines.sort();
        lines.dedup_by_key(|line| line.rsplit_once(' ').unwrap().0.to_owned());
        let read = import::folded(&lines.concat()).unwrap();
        let mut written: Vec<String> = String::from_utf8(bytes(Format::Folded, &read))
            .unwrap()
            .split_inclusive('\n')
            .map(str::to_owned)
            .collect();
        written.sort();
        assert_eq!(written, lines);
    }
}

#[test]
fn our_schema_describes_our_json() {
    let schema: Value = serde_json::from_str(json::SCHEMA).unwrap();
    assert_eq!(schema::undescribed(&schema), Vec::<String>::new());
    let mistakes = |document: &Value| {
        let mut found = Vec::new();
        schema::mistakes(&schema, &schema, document, "document", &mut found);
        found
    };
    for profile in profiles() {
        let document: Value = serde_json::from_slice(&bytes(Format::Json, &profile)).unwrap();
        assert_eq!(mistakes(&document), Vec::<String>::new());
    }
    let mut document: Value =
        serde_json::from_slice(&bytes(Format::Json, &generate::profile(1))).unwrap();
    document["profile"]["locations"][0]["kind"] = "managed".into();
    document["profile"]["strings"][0] = "x".into();
    document["profile"]["recording"]["novel"] = 1.into();
    document["hone_profile"] = 2.into();
    assert_eq!(mistakes(&document).len(), 4);
}

#[test]
fn samples_that_differ_only_in_labels_are_drawn_as_one() {
    for seed in SEEDS {
        let profile = generate::profile(seed);
        let mut plain = profile.clone();
        plain
            .samples
            .iter_mut()
            .for_each(|sample| sample.labels.clear());
        for format in [
            Format::Folded,
            Format::Svg,
            Format::Icicle,
            Format::Speedscope,
            Format::Text,
        ] {
            assert_eq!(
                bytes(format, &profile),
                bytes(format, &plain),
                "{format:?} {seed}"
            );
        }
        let folded = String::from_utf8(bytes(Format::Folded, &profile)).unwrap();
        let mut stacks: Vec<&str> = folded
            .lines()
            .map(|line| line.rsplit_once(' ').unwrap().0)
            .collect();
        let lines = stacks.len();
        stacks.dedup();
        assert_eq!(stacks.len(), lines);
    }
}

#[test]
fn tables_of_the_firefox_format_fit_together() {
    for profile in profiles() {
        let file: Value = serde_json::from_slice(&bytes(Format::Firefox, &profile)).unwrap();
        let shared = file["shared"].as_object().unwrap();
        for (name, table) in shared.iter().filter(|(_, table)| table.is_object()) {
            let length = table["length"].as_u64().unwrap() as usize;
            for (column, cells) in table
                .as_object()
                .unwrap()
                .iter()
                .filter(|(column, _)| *column != "length")
            {
                assert_eq!(cells.as_array().unwrap().len(), length, "{name}.{column}");
            }
        }
        let column = |table: &str, column: &str| -> Vec<i64> {
            let cells = shared[table][column].as_array().unwrap();
            cells
                .iter()
                .map(|cell| cell.as_i64().unwrap_or(-1))
                .collect()
        };
        let length = |table: &str| shared[table]["length"].as_i64().unwrap();
        let below = |cells: Vec<i64>, limit: i64| cells.into_iter().all(|cell| cell < limit);
        assert!(below(column("stackTable", "frame"), length("frameTable")));
        assert!(below(column("frameTable", "func"), length("funcTable")));
        assert!(below(
            column("frameTable", "lib"),
            file["libs"].as_array().unwrap().len() as i64
        ));
        assert!(below(
            column("funcTable", "resource"),
            length("resourceTable")
        ));
        assert!(below(column("funcTable", "source"), length("sources")));
        assert!(below(
            column("funcTable", "name"),
            shared["stringArray"].as_array().unwrap().len() as i64
        ));
        for (row, offset) in column("stackTable", "prefixOffset").into_iter().enumerate() {
            assert!((0..=row as i64).contains(&offset));
        }
        let threads = file["threads"].as_array().unwrap();
        let weights = threads
            .iter()
            .flat_map(|thread| thread["samples"]["weight"].as_array().unwrap());
        let total: f64 = weights.map(|weight| weight.as_f64().unwrap()).sum();
        let count = profile
            .value_types
            .iter()
            .position(|value| profile.text(value.kind) == "samples");
        if let Some(count) = count {
            assert_eq!(total, profile.total(count) as f64);
        }
    }
}

#[test]
fn truncated_files_are_no_panic() {
    let dice = &mut Dice::new(1);
    let mut inputs = vec![fs::read(files().pop().unwrap()).unwrap()];
    for format in [Format::Pprof, Format::Json, Format::Folded] {
        inputs.push(bytes(format, &generate::profile(3)));
    }
    inputs.push(writer::plain(&generate::profile(3)));
    for input in inputs {
        let step = 1 + input.len() / 6_000;
        for length in (0..input.len()).step_by(step) {
            // Shorter data may be a whole profile: then it can be shown.
            if let Ok(profile) = import::parse(&input[..length])
                && dice.below(20) == 0
            {
                let _ = FORMATS.map(|format| bytes(format, &profile));
            }
        }
    }
}

#[test]
fn what_is_made_to_exhaust_memory_is_refused() {
    let refused = |what: &str, bytes: &[u8], expected: &str| {
        let problem = import::parse(bytes).map(|_| ()).unwrap_err().to_string();
        assert!(problem.contains(expected), "{what}: {problem}");
    };
    refused(
        "samples without values",
        &[0x12, 0].repeat(1 << 20),
        "a sample without values",
    );
    let typed = [&[0x0a, 0][..], &[0x12, 0].repeat(1 << 20)].concat();
    refused("empty samples", &typed, "a sample without values");
    refused(
        "locations",
        &[0x22, 0].repeat(12 << 20),
        "more functions, stacks and samples than fit",
    );
    refused(
        "length",
        b"\x0a\x00\x12\xff\xff\xff\xff\x07",
        "a field of 2147483647 bytes, where 0 are left",
    );
    refused(
        "longer length",
        b"\x0a\x00\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        "where 0 are left",
    );
    let wide = format!("{} 1\n", "x".repeat(17 << 20));
    refused("a long line", wide.as_bytes(), "line 1: longer than 16 MB");
    let deep = format!("{} 1\n", "x;".repeat(1 << 20));
    refused(
        "a deep stack",
        deep.as_bytes(),
        "line 1: a stack of more than 65536 frames",
    );
    let script = format!("a 1 1.5: 1 x: \n{}", "\t 1 f (m)\n".repeat(1_000_000));
    refused(
        "a deep stack of perf",
        script.as_bytes(),
        "line 65538: a stack of more than 65536 frames",
    );
    let nested = format!("{{\"x\":{}", "[".repeat(1 << 20));
    refused(
        "nested JSON",
        nested.as_bytes(),
        "cannot read the JSON profile: EOF",
    );
    assert!(matches!(
        import::parse(b"\x1f\x8b\x08"),
        Err(Problem::Gzip(_))
    ));
}
