//! Expressions of the languages, and what they come to.

use super::Constant::{self, Bool, Char, Float, Int, Null, Text};
use super::{binary, call, decided, index, literal, method, unary};
use crate::lang::Language;

const JAVA: Language = Language::Java;
const PYTHON: Language = Language::Python;
const JS: Language = Language::JavaScript;
const GO: Language = Language::Go;
const RUST: Language = Language::Rust;

fn text(text: &str) -> Constant {
    Constant::text(text)
}

fn int(number: i128) -> Constant {
    Int(Some(number))
}

fn is(value: bool) -> Option<Constant> {
    Some(Bool(Some(value)))
}

/// The constant of a literal of Java (`7`, `'a'`, `"a"`, `1.5`, `true`, `null`); `?` is a text that is not known,
/// `#` such a number.
fn read(source: &str) -> Constant {
    match source {
        "?" => return Text(None),
        "#" => return Int(None),
        _ => {}
    }
    let tree = JAVA
        .parse(format!("class A {{ Object a = {source}; }}"))
        .unwrap();
    let found = tree.ids().find_map(|id| literal(&tree, id));
    match source.strip_prefix('-') {
        Some(_) => unary(JAVA, "-", &found.unwrap()).unwrap(),
        None => found.unwrap(),
    }
}

#[test]
fn operators_of_every_language() {
    // Left operand, operator, right one, and the result; `!` for none.
    let cases = [
        (JAVA, "7", "*", "18", "126"),
        (JAVA, "7", "/", "2", "3"),
        (JAVA, "-7", "/", "2", "-3"),
        (JAVA, "-7", "%", "3", "-1"),
        (JAVA, "1", "/", "0", "#"),
        (JAVA, "2147483647", "+", "1", "#"),
        (JAVA, "2147483648L", "+", "1", "2147483649"),
        (JAVA, "1", "<<", "32", "#"),
        (JAVA, "1", "<<", "4", "16"),
        (JAVA, "-1", ">>>", "4", "#"),
        (JAVA, "6", "&", "3", "2"),
        (JAVA, "6", "^", "3", "5"),
        (JAVA, "'A'", "+", "1", "66"),
        (JAVA, "'A'", "==", "65", "true"),
        (JAVA, "\"a\"", "+", "'b'", "\"ab\""),
        (JAVA, "\"a\"", "+", "1", "\"a1\""),
        (JAVA, "1", "+", "\"a\"", "\"1a\""),
        (JAVA, "\"a\"", "+", "null", "\"anull\""),
        (JAVA, "\"a\"", "+", "1.5", "?"),
        (JAVA, "?", "+", "\"a\"", "?"),
        (JAVA, "#", "*", "2", "#"),
        (JAVA, "'b'", "==", "\"b\"", "true"),
        (JAVA, "\"a\"", "==", "\"b\"", "false"),
        (JAVA, "null", "==", "\"b\"", "false"),
        (JAVA, "null", "==", "null", "true"),
        (JAVA, "true", "&&", "false", "false"),
        (JAVA, "true", "^", "true", "false"),
        (JAVA, "\"a\"", "-", "1", "!"),
        (JAVA, "1", "/", "2.0", "0.5"),
        (GO, "7", "/", "2", "3"),
        (GO, "\"a\"", "+", "1", "!"),
        (RUST, "7", "/", "2", "3"),
        (PYTHON, "7", "/", "2", "3.5"),
        (PYTHON, "-7", "//", "2", "-4"),
        (PYTHON, "-7", "%", "3", "2"),
        (PYTHON, "7", "%", "-3", "-2"),
        (PYTHON, "2", "**", "10", "1024"),
        (PYTHON, "2", "**", "200", "#"),
        (PYTHON, "2", "**", "-1", "!"),
        (PYTHON, "\"ab\"", "*", "2", "\"abab\""),
        (PYTHON, "\"ab\"", "*", "-2", "\"\""),
        (PYTHON, "\"ab\"", "*", "9999999999", "?"),
        (PYTHON, "\"a\"", "+", "1", "!"),
        (PYTHON, "\"%s\"", "%", "1", "?"),
        (PYTHON, "\"b\"", "in", "\"abc\"", "true"),
        (PYTHON, "\"b\"", "not in", "\"abc\"", "false"),
        (PYTHON, "1", "==", "\"1\"", "false"),
        (PYTHON, "1", "==", "1.0", "true"),
        (PYTHON, "null", "is", "null", "true"),
        (PYTHON, "1", "is not", "null", "true"),
        (PYTHON, "\"\"", "or", "\"b\"", "\"b\""),
        (PYTHON, "\"a\"", "<", "\"b\"", "true"),
        (JS, "7", "/", "2", "3.5"),
        (JS, "8", "/", "2", "4"),
        (JS, "1", "==", "\"1\"", "!"),
        (JS, "1", "===", "\"1\"", "false"),
        (JS, "1", "!==", "2", "true"),
        (JS, "9007199254740993", "+", "1", "#"),
        (JS, "1", "<<", "31", "#"),
        (JS, "null", "??", "\"a\"", "\"a\""),
        (JS, "\"a\"", "??", "\"b\"", "\"a\""),
        (JS, "0", "||", "\"b\"", "\"b\""),
    ];
    for (language, left, operator, right, expected) in cases {
        let expected = (expected != "!").then(|| read(expected));
        let found = binary(language, operator, &read(left), &read(right));
        assert_eq!(found, expected, "{language:?}: {left} {operator} {right}");
    }
}

#[test]
fn equal_texts_may_be_different_objects() {
    let (a, b) = (text("a"), text("a"));
    assert_eq!(binary(JAVA, "==", &a, &b), Some(Bool(None)));
    assert_eq!(binary(JAVA, "!=", &a, &b), Some(Bool(None)));
    assert_eq!(binary(PYTHON, "is", &a, &b), Some(Bool(None)));
    assert_eq!(binary(PYTHON, "==", &a, &b), is(true));
}

#[test]
fn a_left_operand_may_decide() {
    assert_eq!(decided("&&", &Bool(Some(false))), is(false));
    assert_eq!(decided("or", &text("a")), Some(text("a")));
    assert_eq!(decided("or", &text("")), None);
    assert_eq!(decided("or", &Text(None)), None);
    assert_eq!(decided("??", &Text(None)), Some(Text(None)));
    assert_eq!(decided("+", &text("a")), None);
}

#[test]
fn operators_with_one_operand() {
    assert_eq!(unary(JAVA, "!", &Bool(Some(true))), is(false));
    assert_eq!(unary(JS, "!", &text("")), is(true));
    assert_eq!(unary(RUST, "!", &int(1)), None);
    assert_eq!(unary(PYTHON, "not", &Null), is(true));
    assert_eq!(unary(PYTHON, "-", &int(i128::MIN)), Some(Int(None)));
    assert_eq!(unary(GO, "~", &int(0)), Some(int(-1)));
    assert_eq!(unary(GO, "-", &Float(Some(1.5))), Some(Float(Some(-1.5))));
}

#[test]
fn methods_by_their_names() {
    let cases = [
        (JAVA, "\"ABC\"", "charAt", vec!["1"], "'B'"),
        (JS, "\"ABC\"", "charAt", vec!["1"], "\"B\""),
        (JAVA, "\"ABC\"", "charAt", vec!["9"], "character"),
        (JAVA, "\"abc\"", "substring", vec!["1"], "\"bc\""),
        (JAVA, "\"abc\"", "substring", vec!["0", "1"], "\"a\""),
        (JAVA, "\"abc\"", "substring", vec!["2", "1"], "?"),
        (JS, "\"abcd\"", "substr", vec!["1", "2"], "\"bc\""),
        (JAVA, "\"abc\"", "length", vec![], "3"),
        (JAVA, "\"äbc\"", "length", vec![], "#"),
        (JAVA, "?", "toUpperCase", vec![], "?"),
        (JAVA, "\"Md5\"", "toUpperCase", vec![], "\"MD5\""),
        (PYTHON, "\"Md5\"", "lower", vec![], "\"md5\""),
        (PYTHON, "\" a \"", "strip", vec![], "\"a\""),
        (JAVA, "\"a\"", "equals", vec!["\"a\""], "true"),
        (JAVA, "\"a\"", "equals", vec!["?"], "truth"),
        (JAVA, "\"a\"", "equalsIgnoreCase", vec!["\"A\""], "true"),
        (PYTHON, "\"abc\"", "startswith", vec!["\"ab\""], "true"),
        (JAVA, "\"abc\"", "endsWith", vec!["\"ab\""], "false"),
        (JS, "\"abc\"", "includes", vec!["\"b\""], "true"),
        (JAVA, "\"abc\"", "indexOf", vec!["'c'"], "2"),
        (JAVA, "\"abc\"", "indexOf", vec!["\"x\""], "-1"),
        (JAVA, "\"a\"", "concat", vec!["\"b\""], "\"ab\""),
        (JAVA, "\"aa\"", "replace", vec!["'a'", "'b'"], "\"bb\""),
        (JS, "\"aa\"", "replace", vec!["\"a\"", "\"b\""], "\"ba\""),
        (JAVA, "\"aa\"", "replaceAll", vec!["\".\"", "\"b\""], "?"),
        (JAVA, "\"\"", "isEmpty", vec![], "true"),
        (JAVA, "7", "toString", vec![], "\"7\""),
    ];
    for (language, receiver, name, args, expected) in cases {
        let expected = match expected {
            "character" => Char(None),
            "truth" => Bool(None),
            expected => read(expected),
        };
        let args: Vec<_> = args.into_iter().map(read).collect();
        let found = method(language, name, &read(receiver), &args);
        assert_eq!(found, Some(expected), "{receiver}.{name}({args:?})");
    }
    assert_eq!(method(JAVA, "charAt", &int(1), &[int(0)]), None);
    assert_eq!(method(JAVA, "hashCode", &text("a"), &[]), None);
}

#[test]
fn texts_do_not_grow_without_end() {
    let long = text(&"a".repeat(Constant::LONGEST));
    assert_eq!(
        long.written().map(|text| text.len()),
        Some(Constant::LONGEST)
    );
    assert_eq!(binary(JS, "+", &long, &text("a")), Some(Text(None)));
    assert_eq!(
        method(JAVA, "replace", &long, &[text("a"), text("bb")]),
        Some(Text(None))
    );
    assert_eq!(
        method(JAVA, "replace", &long, &[text(""), long.clone()]),
        Some(Text(None))
    );
    assert_eq!(
        method(JS, "repeat", &text(""), &[int(i128::MAX)]),
        Some(text(""))
    );
}

#[test]
fn indices_count_from_the_end_in_python() {
    assert_eq!(index(PYTHON, &text("abc"), &int(-1)), Some(text("c")));
    assert_eq!(
        index(PYTHON, &text("abc"), &int(i128::MIN)),
        Some(Text(None))
    );
    assert_eq!(index(JS, &text("abc"), &int(-1)), Some(Text(None)));
    assert_eq!(index(GO, &text("abc"), &int(0)), Some(Char(Some('a'))));
    assert_eq!(index(GO, &int(1), &int(0)), None);
}

#[test]
fn functions_that_are_no_methods() {
    assert_eq!(call(GO, "strings.ToUpper", &[text("a")]), Some(text("A")));
    assert_eq!(
        call(GO, "strings.Contains", &[text("ab"), text("b")]),
        is(true)
    );
    assert_eq!(call(PYTHON, "len", &[text("abc")]), Some(int(3)));
    assert_eq!(call(JAVA, "Integer.parseInt", &[text("12")]), Some(int(12)));
    assert_eq!(call(JAVA, "Integer.valueOf", &[int(12)]), Some(int(12)));
    assert_eq!(
        call(JAVA, "Integer.parseInt", &[text("x")]),
        Some(Int(None))
    );
    assert_eq!(call(JAVA, "Boolean.valueOf", &[text("True")]), is(true));
    assert_eq!(call(RUST, "String::from", &[text("a")]), Some(text("a")));
    assert_eq!(call(PYTHON, "open", &[text("a")]), None);
}

#[test]
fn literals_of_every_language() {
    let cases = [
        (PYTHON, r#"r"\d\n""#, text(r"\d\n")),
        (PYTHON, r#""a\n\x41\u0042\101\d""#, text("a\nABA\\d")),
        (PYTHON, r#""a" r'\n' "\t""#, text("a\\n\t")),
        (PYTHON, "None", Null),
        (PYTHON, "0x1F", int(31)),
        (JAVA, r"'\''", Char(Some('\''))),
        (JAVA, "0", int(0)),
        (JAVA, "10L", int(10)),
        (JAVA, "017", int(15)),
        (JAVA, "1.5f", Float(Some(1.5))),
        (JS, "'\\u{1F600}'", text("😀")),
        (JS, "`a`", text("a")),
        (GO, "`a\\n`", text("a\\n")),
        (RUST, "7_000u32", int(7000)),
        (RUST, r##"r#"\n"#"##, text("\\n")),
    ];
    for (language, source, expected) in cases {
        let file = match language {
            JAVA => format!("class A {{ Object a = {source}; }}"),
            GO => format!("package p\nvar a = {source}\n"),
            RUST => format!("const A: T = {source};"),
            _ => format!("a = {source}"),
        };
        let tree = language.parse(file).unwrap();
        let found = tree.ids().find_map(|id| literal(&tree, id));
        assert_eq!(found, Some(expected), "{language:?}: {source}");
    }
}
