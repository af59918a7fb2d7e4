//! Each promise of [`apply`], by rules and texts.

use rules::review::Safety;

use super::{Fixed, Job, Reason, apply};
use crate::lang::Language;
use crate::plan::{Plan, Selection};
use crate::review::review_text;
use crate::source::SourceFile;

/// Rules given as `pattern => fix`, each with a letter for an id.
fn fixed(language: Language, rules: &[&str], text: &str) -> Fixed {
    let rules = rules.iter().zip('a'..).map(|(rule, id)| {
        let (pattern, fix) = rule.split_once(" => ").unwrap_or((rule, ""));
        let fix = match fix {
            "" => String::new(),
            fix => format!("\n    fix: {fix:?}"),
        };
        let name = language.name();
        format!("  - id: {id}\n    severity: ERROR\n    message: m\n    languages: [{name}]\n    pattern: {pattern:?}{fix}\n")
    });
    let rules = format!("rules:\n{}", rules.collect::<String>());
    let planning = Plan::prepare(rules::review::load(&rules).rules, true);
    assert!(planning.problems.is_empty(), "{:?}", planning.problems);
    let plan = planning.plan;
    let file = SourceFile::on_disk("file", "file", language);
    let review = |text| review_text(&file, text, &plan, &Selection::all(&plan));
    let job = Job {
        language,
        safety: Safety::Unsafe,
        review: &review,
    };
    apply(&job, text, &review(text.to_owned()).findings).unwrap()
}

fn python(rules: &[&str], text: &str) -> Fixed {
    fixed(Language::Python, rules, text)
}

fn reasons(fixed: &Fixed) -> Vec<Reason> {
    let reasons = fixed.refused.iter().map(|refusal| refusal.reason.clone());
    reasons.collect()
}

#[test]
fn nested_fixes_are_applied_round_by_round() {
    let done = python(&["f($X) => g($X)"], "f(f(f(1)), f(2))\nf(f(3))\n");
    assert_eq!(done.text, "f(g(g(1)), g(2))\ng(g(3))\n");
    assert_eq!((done.fixes, done.left.len()), (5, 0));
    let done = python(&["f($...X) => g($...X)"], "f(f(f(1)), f(2))\n");
    assert_eq!((done.text.as_str(), done.fixes), ("g(g(g(1)), g(2))\n", 4));
    assert_eq!((done.left, done.refused), (vec![], vec![]));
}

#[test]
fn the_eleventh_round_is_left_to_the_next_run() {
    let nested = |name: &str, n| format!("{}1{}\n", format!("{name}(").repeat(n), ")".repeat(n));
    let done = python(&["f($X) => g($X)"], &nested("f", 10));
    assert_eq!(done.text, nested("g", 10));
    let done = python(&["f($X) => g($X)"], &nested("f", 11));
    assert_eq!(done.fixes, 10);
    assert_eq!(reasons(&done), [Reason::Rounds]);
}

#[test]
fn one_bad_fix_does_not_cost_the_others() {
    let text = "f(1)\nf(2)\nf(x=3)\nf(4)\nf(5)\n";
    let done = python(&["f($...X) => (g := [$...X])"], text);
    assert_eq!(
        done.text,
        "(g := [1])\n(g := [2])\nf(x=3)\n(g := [4])\n(g := [5])\n"
    );
    assert_eq!(reasons(&done), [Reason::Syntax]);
    assert_eq!(done.refused[0].place.start.line, 3);
    assert_eq!(done.left.len(), 1);
}

#[test]
fn a_fix_that_brings_a_finding_is_refused() {
    let rules = ["f($X) => g($X)", "g(1)"];
    let done = python(&rules, "f(1)\nf(2)\n");
    assert_eq!(done.text, "f(1)\ng(2)\n");
    assert_eq!(reasons(&done), [Reason::Finding("b".into())]);
    // What was there before may stay.
    let done = python(&rules, "g(1)\nf(g(1))\n");
    assert_eq!(
        (done.text.as_str(), done.left.len()),
        ("g(1)\ng(g(1))\n", 2)
    );
}

#[test]
fn a_fix_that_does_not_mend_is_refused() {
    let done = python(&["f($X) => f($X, 1)", "f($X, 1) => f($X, 1)"], "f(0)\n");
    assert_eq!(reasons(&done), [Reason::Finding("b".into())]);
    let done = python(&["f(...) => f(2)"], "f(1)\n");
    assert_eq!(
        (done.text.as_str(), reasons(&done)),
        ("f(1)\n", vec![Reason::Reported])
    );
    let done = python(&["f($X) => [f($X)]"], "f(1)\n");
    assert_eq!(
        (done.text.as_str(), reasons(&done)),
        ("f(1)\n", vec![Reason::Reported])
    );
}

#[test]
fn a_fix_that_changes_nothing_is_none() {
    let done = python(&["f($X) => f($X)"], "f(1)\n");
    assert_eq!((done.fixes, done.refused.len(), done.left.len()), (0, 0, 1));
}

#[test]
fn a_finding_around_a_fix_stays_who_it_is() {
    let rules = ["f($X) => g($X)", "while $C: ..."];
    let done = python(&rules, "while True:\n    f(1)\n");
    assert_eq!(
        (done.text.as_str(), done.fixes),
        ("while True:\n    g(1)\n", 1)
    );
    assert_eq!(done.left.len(), 1);
    assert_ne!(done.left[0].was, done.left[0].finding.fingerprint);
}

#[test]
fn findings_that_are_alike_for_many_characters_are_told_apart() {
    let text = format!("{}.f().f().f()\n", "long_".repeat(40));
    let done = python(&["$X.f() => $X.g()"], &text);
    assert_eq!(done.text, text.replace("f()", "g()"));
    assert_eq!(done.fixes, 3);
}

#[test]
fn comments_are_not_lost() {
    let rules = ["f($X, $Y) => g($X, $Y)"];
    let text = "f(1,  # one\n  2)\nf(1, 2)  # behind\n";
    let done = python(&rules, text);
    assert_eq!(done.text, "f(1,  # one\n  2)\ng(1, 2)  # behind\n");
    assert_eq!(reasons(&done), [Reason::Comment]);
    let kept = python(&["f($...X) => g($...X)"], "f(1,  # one\n  2)\n");
    assert_eq!(kept.text, "g(1,  # one\n  2)\n");
}

#[test]
fn parentheses_come_where_an_operator_would_take_a_part() {
    let rules = ["$X.equals(null) => $X == null"];
    let text = "class A { boolean f(Object o) { return !o.equals(null) || o.equals(null); } }\n";
    let done = fixed(Language::Java, &rules, text);
    let expected = "class A { boolean f(Object o) { return !(o == null) || o == null; } }\n";
    assert_eq!(done.text, expected);
}

#[test]
fn what_a_metavariable_stands_for_is_not_torn_apart() {
    let text = "class A { boolean f(Object o) { return (o == this ? null : o).equals(null); } }\n";
    let done = fixed(Language::Java, &["$X.equals(null) => $X == null"], text);
    assert_eq!(
        (done.text.as_str(), reasons(&done)),
        (text, vec![Reason::Structure])
    );
    let done = python(&["f($X) => $X in c"], "f(a or b)\nf(a)\n");
    assert_eq!(done.text, "f(a or b)\na in c\n");
    assert_eq!(reasons(&done), [Reason::Structure]);
    let done = python(
        &["not $X in $Y => $X not in $Y"],
        "not a in b in c\nnot a in b\n",
    );
    assert_eq!(done.text, "not a in b in c\na not in b\n");
}

#[test]
fn line_breaks_are_those_of_the_file() {
    let rules = ["f($X) => g($X)\nh($X)"];
    assert_eq!(
        python(&rules, "f(1)\r\nx\r\n").text,
        "g(1)\r\nh(1)\r\nx\r\n"
    );
    assert_eq!(python(&rules, "f(1)\nx").text, "g(1)\nh(1)\nx");
}
