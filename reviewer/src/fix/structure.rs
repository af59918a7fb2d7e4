//! Whether a replacement leaves the code around it as it was.
//!
//! `order.equals(null)` may become `order == null`, but not behind a `!`, which would take `order` for itself. That
//! parses, so the trees are compared: in the new one no node may lie across a bound of the replacement, and the node
//! around it must be of the same kind as before. Nor may the replacement tear apart what it takes over from the old code.

use crate::tree::{Kind, NodeId, TextRange, Tree};

/// Whether `to` is to the new tree what `from` was to the old one.
pub(super) fn is_kept(old: &Tree, from: TextRange, new: &Tree, to: TextRange) -> bool {
    // What is deleted has no surroundings of its own, and what lay across nodes before may do so again.
    match surroundings(old, from) {
        Some(before) if from.start < from.end && to.start < to.end => {
            surroundings(new, to) == Some(before)
        }
        _ => true,
    }
}

/// Whether the code `part` stands as a whole somewhere in `range`: `a or b` does in `f(a or b)`, and not in `a or b in c`.
pub(super) fn holds(tree: &Tree, range: TextRange, part: &str) -> bool {
    let text = &tree.text[range.indices()];
    let mut found = text.match_indices(part).map(|(at, _)| {
        let start = range.start as usize + at;
        TextRange::new(start, start + part.len())
    });
    found.any(|place| surroundings(tree, place).is_some())
}

/// The kind of the innermost node that holds more than `range`; `None` where a node lies across one of its bounds.
fn surroundings(tree: &Tree, range: TextRange) -> Option<Kind> {
    let mut at = NodeId::ROOT;
    loop {
        let mut inner = None;
        for child in tree.children(at) {
            let child_range = tree.range(child);
            let apart = child_range.end <= range.start || range.end <= child_range.start;
            if apart || range.contains(child_range) {
                continue;
            }
            if !child_range.contains(range) {
                return None;
            }
            inner = Some(child);
        }
        match inner {
            Some(child) => at = child,
            None => return Some(tree.kind(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn is_kept(language: Language, before: &str, after: &str) -> bool {
        let (old, from) = marked(language, before);
        let (new, to) = marked(language, after);
        super::is_kept(&old, from, &new, to)
    }

    /// The tree of a text, and the range between its `«»`.
    fn marked(language: Language, text: &str) -> (Tree, TextRange) {
        let (start, end) = (text.find('«').unwrap(), text.find('»').unwrap());
        let tree = language.parse(text.replace(['«', '»'], "")).unwrap();
        (tree, TextRange::new(start, end - '«'.len_utf8()))
    }

    #[test]
    fn an_operator_beside_it_must_not_take_a_part_of_a_replacement() {
        let before = "class A { boolean b = !«a.equals(null)»; }";
        for (after, kept) in [
            ("class A { boolean b = !«a == null»; }", false),
            ("class A { boolean b = !«(a == null)»; }", true),
            ("class A { boolean b = !«isNull(a)»; }", true),
        ] {
            assert_eq!(is_kept(Language::Java, before, after), kept, "{after}");
        }
        assert!(!is_kept(
            Language::Python,
            "x = a * «f(b, c)»",
            "x = a * «b + c»"
        ));
        assert!(!is_kept(Language::Python, "«f(b)».c", "«b + 1».c"));
    }

    #[test]
    fn what_is_taken_over_stays_whole() {
        for (code, held) in [
            ("«f(a or b)»", true),
            ("«(a or b) in c»", true),
            ("«a or b in c»", false),
        ] {
            let (tree, range) = marked(Language::Python, code);
            assert_eq!(holds(&tree, range, "a or b"), held, "{code}");
        }
    }

    #[test]
    fn words_must_not_run_together() {
        assert!(!is_kept(
            Language::Python,
            "def f():\n    return«(x)»",
            "def f():\n    return«x»"
        ));
    }

    #[test]
    fn one_statement_may_become_two() {
        assert!(is_kept(
            Language::Python,
            "def f():\n    «a()»\n    b()",
            "def f():\n    «c(); d()»\n    b()"
        ));
    }
}
