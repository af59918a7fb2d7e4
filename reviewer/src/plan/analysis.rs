//! `metavariable-analysis`: properties of a text.

use fancy_regex::Expr;

/// Least information, in bits, of a text that looks random.
const MIN_BITS: f64 = 64.0;
/// Least share of the eight bits of a byte.
const MIN_DENSITY: f64 = 0.6;
/// Bits of a character that is no letter: one of 62 letters and digits.
const OTHER_BITS: f64 = 5.954;

/// Whether a text looks random, as keys do: it holds more than 64 bits, and more than 4.8 of them in a
/// character, when English text is what is expected.
pub(super) fn is_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else {
        return false;
    };
    if bytes.iter().all(|byte| byte == first) {
        return false;
    }
    let bits: f64 = (0..bytes.len()).map(|at| bits_at(bytes, at)).sum();
    bits > MIN_BITS && bits / (8.0 * bytes.len() as f64) > MIN_DENSITY
}

/// Bits of the character at `at`: half of those of the pair that starts there.
fn bits_at(bytes: &[u8], at: usize) -> f64 {
    let letter = |byte: &u8| {
        let lower = byte.to_ascii_lowercase();
        lower
            .is_ascii_lowercase()
            .then(|| usize::from(lower - b'a'))
    };
    let single =
        |byte: &u8| letter(byte).map_or(OTHER_BITS, |letter| f64::from(LETTERS[letter]) / 10.0);
    match (&bytes[at], bytes.get(at + 1)) {
        (a, Some(b)) => match (letter(a), letter(b)) {
            (Some(a), Some(b)) => f64::from(PAIRS[a][b]) / 20.0,
            _ => (single(a) + single(b)) / 2.0,
        },
        (a, None) => single(a),
    }
}

/// Tenths of bits of each letter in English prose: `-log2` of its frequency.
const LETTERS: [u8; 26] = [
    37, 57, 46, 48, 32, 53, 54, 50, 40, 89, 66, 42, 49, 42, 39, 50, 83, 41, 37, 33, 47, 69, 66, 74,
    63, 98,
];
/// Tenths of bits of each pair of letters in English prose, by the first and the second.
const PAIRS: [[u8; 26]; 26] = [
    [
        117, 89, 67, 80, 113, 110, 87, 131, 88, 143, 105, 56, 82, 66, 145, 92, 153, 72, 73, 64, 92,
        100, 115, 125, 98, 128,
    ],
    [
        89, 114, 115, 117, 81, 120, 147, 132, 105, 128, 154, 85, 131, 148, 95, 117, 184, 99, 112,
        146, 96, 149, 166, 178, 103, 176,
    ],
    [
        79, 119, 104, 118, 78, 119, 151, 75, 101, 186, 70, 87, 117, 154, 63, 122, 160, 97, 107, 81,
        94, 137, 156, 187, 127, 157,
    ],
    [
        87, 113, 116, 87, 69, 117, 137, 136, 83, 142, 153, 109, 122, 125, 82, 141, 171, 110, 103,
        129, 86, 143, 122, 183, 128, 213,
    ],
    [
        80, 102, 78, 69, 89, 81, 104, 127, 109, 140, 133, 86, 84, 67, 122, 90, 83, 58, 60, 77, 131,
        94, 103, 85, 100, 140,
    ],
    [
        90, 120, 119, 120, 100, 106, 156, 172, 69, 176, 187, 116, 151, 163, 77, 168, 156, 80, 92,
        113, 95, 181, 176, 170, 114, 187,
    ],
    [
        107, 113, 140, 157, 71, 129, 120, 107, 72, 164, 173, 114, 146, 112, 118, 126, 171, 91, 107,
        118, 98, 178, 156, 187, 142, 157,
    ],
    [
        80, 158, 151, 137, 62, 178, 123, 137, 84, 163, 139, 145, 150, 145, 88, 153, 186, 118, 123,
        75, 76, 158, 152, 213, 130, 183,
    ],
    [
        97, 101, 82, 91, 95, 89, 89, 159, 147, 171, 116, 73, 85, 56, 69, 96, 152, 88, 68, 65, 133,
        99, 160, 83, 155, 111,
    ],
    [
        107, 154, 166, 164, 114, 123, 162, 167, 114, 184, 167, 159, 155, 160, 110, 164, 163, 170,
        133, 155, 120, 176, 176, 182, 166, 213,
    ],
    [
        107, 169, 155, 152, 88, 160, 108, 158, 103, 165, 164, 135, 145, 128, 129, 128, 183, 144,
        110, 135, 123, 159, 128, 179, 134, 183,
    ],
    [
        81, 136, 136, 99, 66, 127, 141, 143, 76, 166, 139, 64, 107, 143, 75, 129, 181, 135, 91, 61,
        96, 130, 135, 130, 85, 172,
    ],
    [
        74, 109, 130, 116, 67, 153, 156, 153, 82, 178, 156, 103, 100, 149, 77, 88, 129, 148, 108,
        140, 104, 165, 138, 165, 111, 161,
    ],
    [
        80, 138, 82, 73, 78, 87, 70, 135, 81, 115, 114, 107, 117, 99, 82, 130, 165, 124, 76, 72,
        108, 104, 145, 136, 107, 146,
    ],
    [
        109, 103, 82, 77, 111, 84, 100, 145, 119, 131, 114, 94, 65, 60, 97, 88, 176, 65, 92, 82,
        76, 91, 89, 107, 107, 124,
    ],
    [
        83, 158, 129, 102, 85, 150, 126, 121, 91, 182, 106, 87, 122, 165, 85, 98, 189, 74, 75, 91,
        73, 135, 156, 167, 92, 197,
    ],
    [
        153, 189, 164, 156, 156, 194, 175, 200, 179, 182, 197, 128, 181, 173, 200, 197, 181, 173,
        158, 186, 82, 200, 187, 189, 194, 187,
    ],
    [
        74, 131, 98, 98, 57, 118, 79, 135, 81, 161, 101, 114, 93, 95, 69, 120, 182, 96, 84, 85, 90,
        99, 117, 176, 93, 158,
    ],
    [
        62, 131, 102, 124, 68, 133, 134, 88, 81, 137, 111, 104, 123, 124, 89, 96, 127, 121, 76, 57,
        80, 142, 117, 136, 99, 161,
    ],
    [
        65, 138, 84, 134, 60, 116, 132, 56, 66, 145, 141, 109, 110, 129, 68, 74, 197, 84, 71, 73,
        91, 158, 101, 147, 97, 166,
    ],
    [
        108, 74, 108, 95, 74, 139, 108, 163, 100, 178, 155, 66, 95, 78, 136, 88, 189, 81, 80, 74,
        156, 169, 183, 125, 176, 139,
    ],
    [
        94, 160, 149, 157, 76, 173, 161, 156, 88, 200, 168, 160, 121, 141, 120, 146, 200, 160, 137,
        166, 135, 174, 173, 179, 155, 172,
    ],
    [
        89, 184, 169, 148, 103, 171, 168, 90, 82, 189, 184, 144, 160, 115, 94, 161, 200, 117, 107,
        170, 156, 197, 140, 183, 180, 194,
    ],
    [
        108, 163, 114, 148, 98, 163, 189, 157, 111, 184, 191, 172, 139, 173, 154, 116, 186, 174,
        172, 104, 149, 181, 182, 140, 112, 177,
    ],
    [
        104, 143, 139, 150, 113, 149, 134, 158, 123, 171, 139, 125, 123, 114, 99, 103, 184, 134,
        99, 92, 131, 157, 136, 176, 163, 156,
    ],
    [
        130, 184, 175, 173, 112, 160, 182, 155, 132, 178, 180, 178, 132, 170, 132, 165, 197, 191,
        175, 194, 138, 165, 180, 186, 135, 160,
    ],
];

/// Whether a regular expression can take exponential time where it backtracks: a repetition of what can
/// itself be repeated in several ways, before something that may fail. That is where a search that fails
/// tries every way to split the text. A crude test: it errs on both sides.
pub(super) fn is_explosive(expression: &str) -> bool {
    let Ok(parsed) = Expr::parse_tree(expression) else {
        return false;
    };
    any(&parsed.expr, &|node| match node {
        Expr::Concat(parts) => parts.iter().enumerate().any(|(at, part)| {
            any(part, &|inner| is_nested_repetition(inner))
                && parts[at + 1..].iter().any(|rest| any(rest, &may_fail))
        }),
        _ => false,
    })
}

/// Whether a node of the expression has the property. An explicit stack: expressions come from files.
fn any(root: &Expr, property: &dyn Fn(&Expr) -> bool) -> bool {
    let mut todo = vec![root];
    while let Some(node) = todo.pop() {
        if property(node) {
            return true;
        }
        todo.extend(node.children_iter());
    }
    false
}

/// Four times or more, something that has several lengths.
fn is_nested_repetition(node: &Expr) -> bool {
    match node {
        Expr::Repeat { child, hi, .. } => *hi >= 4 && any(child, &has_several_lengths),
        _ => false,
    }
}

fn has_several_lengths(node: &Expr) -> bool {
    match node {
        Expr::Repeat { lo, hi, .. } => *hi == usize::MAX || hi > lo && *hi >= 2,
        _ => false,
    }
}

fn may_fail(node: &Expr) -> bool {
    matches!(
        node,
        Expr::Any { .. }
            | Expr::Assertion(_)
            | Expr::Literal { .. }
            | Expr::Delegate { .. }
            | Expr::Backref { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_look_random_and_words_do_not() {
        assert!(is_random("AKIAQ3X7ZV2KJ8R5TW9B"));
        assert!(is_random("gH7vQx2LpZk9WmT4rYbN"));
        assert!(!is_random("the-password-of-the-test-user"));
        assert!(!is_random("hunter2"));
        assert!(!is_random("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        assert!(!is_random(""));
    }

    #[test]
    fn nested_repetition_before_more_is_explosive() {
        assert!(is_explosive("(a+)+$"));
        assert!(is_explosive("^(([a-z])+.)+[A-Z]([a-z])+$"));
        assert!(!is_explosive("^[a-z]+$"));
        assert!(!is_explosive("(ab)+c"));
    }
}
