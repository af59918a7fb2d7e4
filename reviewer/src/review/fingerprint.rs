//! Who a finding is, whatever moves around it.
//!
//! A fingerprint is a hash of the rule, the name of the function around, and the first characters of the code without
//! its white space; of several findings that are alike, each has a number too. So it stays when lines shift, when
//! code is indented or wrapped anew, when files are renamed and functions change places. The path is no part of it.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Finding;

/// How much of the code tells one finding from another, in characters. More would tie a finding about a whole loop or
/// function to each line of it.
const CHARACTERS: usize = 80;
/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 32;

/// Gives the findings of one file their fingerprints; they are sorted, and in `text`.
pub(super) fn assign(findings: &mut [Finding], text: &str) {
    let mut alike: HashMap<String, u32> = HashMap::new();
    for finding in findings {
        let code = &text[finding.place.bytes.indices()];
        let code: String = code
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(CHARACTERS)
            .collect();
        let function = finding.function.as_ref().map_or("", |f| &f.name);
        let identity = format!("{}\0{function}\0{code}", finding.rule);
        let number = alike.entry(identity.clone()).or_default();
        finding.fingerprint = hash(&format!("{identity}\0{number}"));
        *number += 1;
    }
}

fn hash(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text));
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::lang::Language;
    use crate::plan::{Plan, Selection};
    use crate::review::review_text;
    use crate::source::SourceFile;

    const F: &str = "def f(x=[], y=[]):\n    return g(x, y)\n";
    const G: &str = "def g(x=[], y=[]):\n    return g(x, y)\n";

    fn fingerprints(path: &str, code: &str) -> BTreeSet<String> {
        let plan = Plan::prepare(rules::builtin::review_rules(), false).plan;
        let file = SourceFile::on_disk(path, path, Language::Python);
        let one = review_text(&file, code.into(), &plan, &Selection::all(&plan));
        let all: BTreeSet<_> = one.findings.iter().map(|f| f.fingerprint.clone()).collect();
        assert_eq!(all.len(), one.findings.len(), "{code}");
        assert!(all.iter().all(|fingerprint| fingerprint.len() == 32));
        all
    }

    #[test]
    fn fingerprints_stay_when_code_moves() {
        let before = fingerprints("a.py", &format!("{F}{G}"));
        assert!(before.len() == 4, "{before:?}");
        let shifted = format!("import os\n\n\n{F}\n# between\n{G}");
        assert_eq!(fingerprints("a.py", &shifted), before);
        assert_eq!(fingerprints("b.py", &format!("{G}{F}")), before);
        let indented = format!("if DEBUG:\n  {}", format!("{F}{G}").replace('\n', "\n  "));
        assert_eq!(fingerprints("a.py", &indented), before);
        let wrapped = format!("{F}{G}").replace(", y", ",\n      y");
        assert_eq!(fingerprints("a.py", &wrapped), before);
        let crlf = format!("{F}{G}").replace('\n', "\r\n");
        assert_eq!(fingerprints("a.py", &crlf), before);
    }

    #[test]
    fn another_finding_is_another_fingerprint() {
        let (f, g) = (fingerprints("a.py", F), fingerprints("a.py", G));
        assert!(f.is_disjoint(&g));
        let twice = fingerprints("a.py", &F.replace("y=[]", "y=[], z=[]"));
        assert!(twice.is_superset(&f) && twice.len() == f.len() + 1);
    }
}
