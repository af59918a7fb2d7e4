//! `options`: how patterns match, and what taint passes through.

use super::unknown;
use crate::review::Options;
use crate::yaml::{Error, Node};

/// Options that are about other things: they are accepted, and change nothing here.
const ELSEWHERE: [&str; 12] = [
    "interfile",
    "implicit_return",
    "cpp_parsing_pref",
    "generic_engine",
    "generic_multiline",
    "generic_braces",
    "generic_extra_braces",
    "generic_extra_word_characters",
    "generic_caseless",
    "generic_ellipsis_max_span",
    "taint_match_on",
    "taint_focus_on",
];

pub(super) fn options(
    node: &Node,
    strict: bool,
    warnings: &mut Vec<Error>,
) -> Result<Options, Error> {
    let mut fields = node.fields("options")?;
    let mut options = Options::default();
    for (key, option) in [
        ("constant_propagation", &mut options.constant_propagation),
        ("symbolic_propagation", &mut options.symbolic_propagation),
        ("ac_matching", &mut options.ac_matching),
        ("commutative_boolop", &mut options.commutative_boolop),
        ("symmetric_eq", &mut options.symmetric_eq),
        ("vardef_assign", &mut options.vardef_assign),
        ("arrow_is_function", &mut options.arrow_is_function),
        (
            "implicit_deep_exprstmt",
            &mut options.implicit_deep_exprstmt,
        ),
        (
            "xml_attrs_implicit_ellipsis",
            &mut options.xml_attrs_implicit_ellipsis,
        ),
        (
            "decorators_order_matters",
            &mut options.decorators_order_matters,
        ),
        ("taint_unify_mvars", &mut options.taint_unify_mvars),
        (
            "taint_assume_safe_functions",
            &mut options.taint_assume_safe_functions,
        ),
        (
            "taint_assume_safe_indexes",
            &mut options.taint_assume_safe_indexes,
        ),
        (
            "taint_assume_safe_comparisons",
            &mut options.taint_assume_safe_comparisons,
        ),
        (
            "taint_assume_safe_booleans",
            &mut options.taint_assume_safe_booleans,
        ),
        (
            "taint_assume_safe_numbers",
            &mut options.taint_assume_safe_numbers,
        ),
    ] {
        if let Some(node) = fields.get(key) {
            *option = node.boolean(key)?;
        }
    }
    for ignored in ELSEWHERE {
        fields.get(ignored);
    }
    unknown(fields, "options", strict, warnings)?;
    Ok(options)
}
