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
    let digest = Sha256::digest(text);
    digest[..DIGITS / 2]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
