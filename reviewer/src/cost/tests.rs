//! Findings of a small program, and profiles that were made for it.

use std::io::Write;

use prost::Message;

use super::pprof::{Function, Line, Location, Profile, Sample, ValueType};
use super::*;
use crate::lang::Language;
use crate::plan::{Plan, Selection};
use crate::review::review_text;
use crate::source::SourceFile;

const CODE: &str = "\
def cold(x=[]):
    return x

def hot(x=[]):
    return x
";

fn review() -> Review {
    let plan = Plan::prepare(rules::builtin::review_rules(), false).plan;
    let file = SourceFile::on_disk("src/shop.py", "src/shop.py", Language::Python);
    let one = review_text(&file, CODE.into(), &plan, &Selection::all(&plan));
    Review {
        findings: one.findings,
        reviewed: vec!["src/shop.py".into()],
        ..Review::default()
    }
}

/// Three samples in `hot`, of which one on its first line, and one elsewhere.
fn profile(with_lines: bool) -> Profile {
    let strings = [
        "",
        "cpu",
        "hot",
        "/app/src/shop.py",
        "other",
        "/app/other.py",
    ];
    let line = |function, line| Location {
        id: function * 10 + line as u64,
        lines: vec![Line {
            function,
            line: if with_lines { line } else { 0 },
        }],
    };
    let sample = |location| Sample {
        locations: vec![location],
        values: vec![1, 1_000],
    };
    Profile {
        sample_types: vec![ValueType { name: 0 }, ValueType { name: 1 }],
        samples: vec![sample(14), sample(15), sample(15), sample(21)],
        locations: vec![line(1, 4), line(1, 5), line(2, 1)],
        functions: vec![
            Function {
                id: 1,
                name: 2,
                file: 3,
            },
            Function {
                id: 2,
                name: 4,
                file: 5,
            },
        ],
        strings: strings.map(|text| text.as_bytes().to_vec()).to_vec(),
        default_sample_type: 0,
    }
}

#[test]
fn the_dearest_finding_comes_first() {
    let mut review = review();
    let costs = Costs::parse(&profile(true).encode_to_vec(), &review.reviewed).unwrap();
    costs.rank(&mut review);
    let found: Vec<_> = review
        .findings
        .iter()
        .map(|f| (f.place.start.line, f.cost.unwrap()))
        .collect();
    let cost = |function, lines| Cost { function, lines };
    assert_eq!(found, [(4, cost(0.75, 0.25)), (1, cost(0.0, 0.0))]);
}

#[test]
fn without_lines_functions_are_told_by_name() {
    let mut review = review();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&profile(false).encode_to_vec()).unwrap();
    let costs = Costs::parse(&packed.finish().unwrap(), &review.reviewed).unwrap();
    costs.rank(&mut review);
    assert_eq!(review.findings[0].place.start.line, 4);
    assert_eq!(review.findings[0].cost.unwrap().function, 0.75);
}

#[test]
fn what_is_no_profile_is_an_error_at_every_length() {
    let whole = profile(true).encode_to_vec();
    for length in 0..whole.len() {
        // A shorter one may still be whole; it must not panic.
        let _ = Costs::parse(&whole[..length], &["src/shop.py".into()]);
    }
    assert!(Costs::parse(b"", &[]).is_err());
    assert!(Costs::parse(b"main;f 12\n", &[]).is_err());
    let nameless = Profile {
        functions: Vec::new(),
        ..profile(true)
    };
    assert!(matches!(
        Costs::parse(&nameless.encode_to_vec(), &[]),
        Err(ProfileError::NoSource)
    ));
}

#[test]
fn names_are_compared_by_their_last_part() {
    for name in [
        "price",
        "com.shop.Order.price(int)",
        "shop::Order::price",
        "Order$1.price",
        "(*Order).price",
        "void Order::price<int>(int)",
    ] {
        assert_eq!(last_part(name), "price", "{name}");
    }
}
