//! Where the way of a value is in each format, and that nobody obeys its text.

use clap::ValueEnum;
use rules::review::Severity;
use serde_json::{Value, json};

use super::super::inert::inert;
use super::super::tests::{finding, place};
use super::super::{Format, Report, TextStyle};
use crate::review::{Finding, Review, Step};

/// What a terminal, a forge, a page or a log could take for more than text.
const HOSTILE: &str =
    "x\n::error::forged\r\u{1b}[31m\u{202e}`</code></details><img src=x> ]]> @team [a](1) | -->";

fn step(path: &str, line: usize, note: &str, code: &str) -> Step {
    Step {
        place: place(path, line),
        line: code.into(),
        note: note.into(),
    }
}

fn came_by(path: Vec<Step>) -> Finding {
    Finding {
        path,
        ..finding(Severity::Error, 7)
    }
}

/// From `b.py` to a call in line 7 of `a.py`.
fn over_two_files() -> Finding {
    came_by(vec![
        step("b.py", 3, "source", "name = request.args['name']"),
        step("b.py", 14, "passed to find", "find(\tname)"),
        step("a.py", 7, "sink", "execute(query)"),
    ])
}

fn in_a_long_way() -> Finding {
    let steps = (1..=7).map(|line| step("a.py", line, "on", "on(x)"));
    let steps = steps.chain((1..=5).map(|line| step("b.py", line, "on", "on(x)")));
    came_by(steps.collect())
}

fn render(finding: &Finding, format: Format) -> String {
    let review = Review {
        findings: vec![finding.clone()],
        ..Review::default()
    };
    let style = TextStyle {
        color: false,
        width: 60,
    };
    Report::new(&review, &[]).render(format, style)
}

fn parsed(finding: &Finding, format: Format) -> Value {
    serde_json::from_str(&render(finding, format)).unwrap()
}

#[test]
fn people_see_files_notes_and_code_in_columns() {
    let text = render(&over_two_files(), Format::Text);
    let table = "
  = note: how the value gets here:
          b.py
            3:1   source          name = request.args['na...
            14:1  passed to find  find( name)
          a.py
            7:1   sink            execute(query)
";
    assert!(text.contains(table), "{text}");
    let table = table
        .replace("\n          ", "\n")
        .replace("  = note: ", "");
    let whole = table.replace("['na...", "['name']");
    let text = render(&over_two_files(), Format::Junit);
    assert!(text.replace("&apos;", "'").contains(&whole), "{text}");
}

#[test]
fn a_long_way_is_short_for_people_and_whole_for_programs() {
    let finding = in_a_long_way();
    let table = "
            4:1  on  on(x)
            ... 5 more steps
          b.py
            3:1  on  on(x)
";
    let text = render(&finding, Format::Text);
    assert!(text.contains(table), "{text}");
    let text = render(&finding, Format::Markdown);
    let list = "- `4:1` on: `on(x)`\n- … 5 more steps\n- `b.py:3:1` on: `on(x)`\n";
    assert!(text.contains(list), "{text}");
    let steps = &parsed(&finding, Format::Json)["findings"][0]["steps"];
    assert_eq!(steps.as_array().unwrap().len(), 12);
    assert_eq!(render(&finding, Format::Html).matches("<li>").count(), 12);
}

#[test]
fn programs_get_places_in_their_own_form() {
    let finding = over_two_files();
    let json = parsed(&finding, Format::Json);
    let first = json!({
        "path": "b.py", "start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 2}, "bytes": [0, 1],
        "lines": "name = request.args['name']", "note": "source",
    });
    assert_eq!(json["findings"][0]["steps"][0], first);

    let sarif = parsed(&finding, Format::Sarif);
    let result = &sarif["runs"][0]["results"][0];
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array();
    let importance = |step: &Value| step["importance"].as_str().unwrap().to_owned();
    let importance: Vec<_> = steps.unwrap().iter().map(importance).collect();
    assert_eq!(importance, ["essential", "important", "essential"]);
    let text = &result["message"]["text"];
    assert_eq!(text, "m. See [where the value comes from](1).");
    let source = &result["relatedLocations"][0];
    let file = &source["physicalLocation"]["artifactLocation"];
    assert_eq!((&source["id"], &file["uri"]), (&json!(1), &json!("b.py")));

    let related = &parsed(&finding, Format::Rdjson)["diagnostics"][0]["related_locations"];
    let related = related.as_array().unwrap();
    let notes: Vec<_> = related.iter().map(|step| &step["message"]).collect();
    assert_eq!(notes, ["source", "passed to find"]);
    let text = render(&finding, Format::Github);
    assert!(
        text.contains("::m. The value comes from b.py:3:1.\n"),
        "{text}"
    );
}

#[test]
fn a_source_in_the_reported_line_is_not_linked() {
    let finding = came_by(vec![
        step("a.py", 7, "source", "f(x)"),
        step("a.py", 7, "sink", "f(x)"),
    ]);
    let result = &parsed(&finding, Format::Sarif)["runs"][0]["results"][0];
    assert_eq!(result["message"]["text"], "m");
    assert!(result["relatedLocations"].is_null() && !result["codeFlows"].is_null());
    assert!(!render(&finding, Format::Github).contains("comes from"));
}

#[test]
fn text_of_a_step_is_only_text() {
    let both = |path, text| came_by(vec![step(path, 1, text, text), step(path, 2, text, text)]);
    let (hostile, harmless) = (both(HOSTILE, HOSTILE), both("b.py", "x"));
    for format in Format::value_variants() {
        let text = render(&hostile, *format);
        assert_eq!(inert(&text), text, "{format:?}");
        let expected = render(&harmless, *format).lines().count();
        // A page has no lines.
        let same = *format == Format::Html || text.lines().count() == expected;
        assert!(same, "{format:?}:\n{text}");
    }
    for format in [Format::Html, Format::Junit, Format::Checkstyle] {
        let text = render(&hostile, format);
        assert!(!text.contains("<img") && !text.contains("]]>"), "{text}");
    }
}
