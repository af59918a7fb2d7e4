//! `metadata`: what is known about a rule.

use crate::review::{Confidence, Metadata, Pack, Safety};
use crate::yaml::{Error, Node};

/// Reads `metadata`. In rule files without examples, which are other people's, keys and values that mean
/// nothing here are passed over, since Semgrep gives them no form; in ours they are errors.
pub(super) fn metadata(node: &Node, strict: bool) -> Result<Metadata, Error> {
    let mut fields = node.fields("metadata")?;
    let lenient = |error: Error| if strict { Err(error) } else { Ok(()) };
    let mut list = |key| match fields.get(key).map(|n| n.texts(key)).transpose() {
        Ok(texts) => Ok(texts.unwrap_or_default()),
        Err(error) => lenient(error).map(|()| Vec::new()),
    };
    let (cwe, codeguru, references) = (list("cwe")?, list("codeguru")?, list("references")?);
    let mut text = |key| match fields.get(key).map(|n| n.text(key)).transpose() {
        Ok(text) => Ok(text.unwrap_or_default().trim().to_owned()),
        Err(error) => lenient(error).map(|()| String::new()),
    };
    let (category, why, help) = (text("category")?, text("why")?, text("help")?);
    let (confidence, precision) = (text("confidence")?, text("precision")?);
    let safety = text("fix-safety")?;
    let confidence = match confidence.as_str() {
        "" => Confidence::default(),
        "HIGH" => Confidence::High,
        "MEDIUM" => Confidence::Medium,
        "LOW" => Confidence::Low,
        other => {
            let problem = format!("`confidence` is HIGH, MEDIUM or LOW, and this is `{other}`");
            lenient(Error::new(node.at, problem)).map(|()| Confidence::default())?
        }
    };
    let precision = match Pack::from_name(&precision) {
        Some(pack) => pack,
        None if precision.is_empty() => Pack::default(),
        None => {
            let problem = format!(
                "`precision` is recommended, thorough or pedantic, and this is `{precision}`"
            );
            lenient(Error::new(node.at, problem)).map(|()| Pack::default())?
        }
    };
    let fix_safety = match safety.as_str() {
        "safe" => Safety::Safe,
        "" | "unsafe" => Safety::Unsafe,
        other => {
            let problem = format!("`fix-safety` is safe or unsafe, and this is `{other}`");
            lenient(Error::new(node.at, problem)).map(|()| Safety::default())?
        }
    };
    if strict {
        fields.finish()?;
    }
    Ok(Metadata {
        category,
        confidence,
        precision,
        cwe,
        codeguru,
        references,
        why,
        help,
        fix_safety,
    })
}
