//! The steps of the way that a value took.

use serde::{Deserialize, Serialize};

use super::excerpt::around;
use super::finding::Place;
use super::lines::Lines;
use crate::source::SourceFile;
use crate::tree::TextRange;

/// Most bytes of the line that a step shows.
const MAX_STEP: usize = 200;

/// One step of the way that a value took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// The line that the step starts in, without the white space around it; a part of a long one.
    pub line: String,
    /// What happens there: `source`, `passed to f`, `returned by f`, `sink`.
    pub note: String,
}

impl Step {
    /// The step at a range of the text of `file`, of which it shows `shown`: there, the secrets of the file are masked.
    /// `note` is text of ours and names of the code.
    pub(super) fn new(
        file: &SourceFile,
        text: &str,
        shown: &str,
        lines: &Lines,
        range: TextRange,
        note: String,
    ) -> Step {
        Step {
            place: Place::new(file, text, lines, range),
            line: line(shown, lines, range),
            note,
        }
    }
}

/// The line that a range starts in, or a part of it.
fn line(text: &str, lines: &Lines, range: TextRange) -> String {
    let number = lines.line(range.indices().start);
    let start = lines.start(number);
    let whole = lines.text(text, number, number);
    let kept = match whole.len() <= MAX_STEP {
        true => whole,
        false => &text[around(&range.indices(), text, start..start + whole.len(), MAX_STEP)],
    };
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::review::secrets::Secrets;

    fn range(text: &str, code: &str) -> TextRange {
        let start = text.find(code).unwrap();
        TextRange::new(start, start + code.len())
    }

    fn step(text: &str, code: &str) -> Step {
        let file = SourceFile::on_disk("a.py", "a.py", Language::Python);
        let secrets = text.contains("geheim").then(|| range(text, "geheim"));
        let secrets = Secrets::at(secrets.as_slice(), text);
        let shown = secrets.masked(text);
        let lines = Lines::new(text);
        Step::new(&file, text, &shown, &lines, range(text, code), "n".into())
    }

    #[test]
    fn a_step_shows_its_line_with_secrets_masked() {
        let step = step("x = 'geheim'\r\n\tsend('geheim', id)\r\n", "id");
        assert_eq!(step.line, "send('g*****', id)");
        assert_eq!((step.place.start.line, step.place.start.column), (2, 17));
    }

    #[test]
    fn a_long_line_is_cut_around_the_step() {
        let text = format!("{}; f(x);{}", "é".repeat(5_000), "z".repeat(5_000));
        let line = step(&text, "f(x)").line;
        assert!(line.contains("éé; f(x);zz") && line.len() <= MAX_STEP);
    }
}
