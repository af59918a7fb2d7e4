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
        let place = Place::new(file, text, lines, range);
        let first = place.start.line;
        let line = lines.text(shown, first, first);
        let line = if line.len() <= MAX_STEP {
            line
        } else {
            let start = lines.start(first);
            &shown[around(&range.indices(), shown, start..start + line.len(), MAX_STEP)]
        };
        Step {
            place,
            line: line.trim().to_owned(),
            note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn step(text: &str, shown: &str, code: &str) -> Step {
        let file = SourceFile::on_disk("a.py", "a.py", Language::Python);
        let start = text.find(code).unwrap();
        let range = TextRange::new(start, start + code.len());
        Step::new(&file, text, shown, &Lines::new(text), range, "n".into())
    }

    #[test]
    fn a_step_shows_its_line_with_secrets_masked() {
        let text = "x = 1\r\n\tsend('geheim', id)\r\n";
        let step = step(text, &text.replace("geheim", "g*****"), "id");
        assert_eq!(step.line, "send('g*****', id)");
        assert_eq!((step.place.start.line, step.place.start.column), (2, 17));
    }

    #[test]
    fn a_long_line_is_cut_around_the_step() {
        let text = format!("{}; f(x);{}", "é".repeat(5_000), "z".repeat(5_000));
        let line = step(&text, &text, "f(x)").line;
        assert!(line.contains("éé; f(x);zz") && line.len() <= MAX_STEP);
    }
}
