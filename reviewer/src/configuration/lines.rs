//! Files with one value a line: of the environment, and with sections.

use crate::tree::Constant;

/// The variables of a file that a shell could read: `export NAME="value"  # comment`.
pub(super) fn environment(text: &str) -> Vec<(String, Constant)> {
    let mut entries = Vec::new();
    for line in text.lines().map(str::trim) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if !name.is_empty() && name.chars().all(is_name) {
            entries.push((name.to_owned(), variable(value)));
        }
    }
    entries
}

/// The value of a variable. What other variables put in is not known.
fn variable(text: &str) -> Constant {
    let quoted = |quote: char| {
        let inner = text.strip_prefix(quote)?;
        inner.split_once(quote).map(|(inner, _)| inner)
    };
    if let Some(literal) = quoted('\'') {
        return Constant::text(literal);
    }
    let value = quoted('"').unwrap_or_else(|| match text.find(" #") {
        Some(comment) => text[..comment].trim_end(),
        None => text,
    });
    match value.contains(['$', '\\', '`']) {
        true => Constant::Text(None),
        false => Constant::text(value),
    }
}

/// The keys of a file with sections, each behind the name of its section: `section.key`.
pub(super) fn sections(text: &str) -> Vec<(String, Constant)> {
    let mut entries: Vec<(String, Constant)> = Vec::new();
    let mut section = "";
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
        {
            section = name.trim();
        } else if line.starts_with([' ', '\t']) {
            // The value of the line before goes on.
            if let Some((_, value)) = entries.last_mut() {
                *value = Constant::Text(None);
            }
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let key = key.trim();
            let key = match section {
                "" => key.to_owned(),
                section => format!("{section}.{key}"),
            };
            entries.push((key, Constant::text(value.trim())));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned<const N: usize>(entries: [(&str, Constant); N]) -> [(String, Constant); N] {
        entries.map(|(key, value)| (key.to_owned(), value))
    }

    #[test]
    fn variables_as_a_shell_reads_them() {
        let text =
            "# no\nA=1\nexport B = 'x y' # no\nC=\"z\"\nD=x # no\nE=$A\nF=\nno\n=1\nG='$A'\n";
        let expected = owned([
            ("A", Constant::text("1")),
            ("B", Constant::text("x y")),
            ("C", Constant::text("z")),
            ("D", Constant::text("x")),
            ("E", Constant::Text(None)),
            ("F", Constant::text("")),
            ("G", Constant::text("$A")),
        ]);
        assert_eq!(environment(text), expected);
    }

    #[test]
    fn keys_of_sections() {
        let text = "top = 1\n; no\n[a b]\nkey: x = y\nlong = 1\n  2\n[]\nlast=2\n";
        let expected = owned([
            ("top", Constant::text("1")),
            ("a b.key", Constant::text("x = y")),
            ("a b.long", Constant::Text(None)),
            ("last", Constant::text("2")),
        ]);
        assert_eq!(sections(text), expected);
    }
}
