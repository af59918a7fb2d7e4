//! The metavariable that the formula of a condition or event is about, named by its `focus-metavariable`.
//!
//! The formula itself keeps the whole of what matches: when something happens is as important as to what.

use crate::review::{Formula, Located};
use crate::yaml::{Error, Position};

/// Takes `focus-metavariable` out of a formula. `None` where there is none.
///
/// # Errors
/// Where branches of the formula name different ones.
pub(super) fn taken(formula: &mut Formula, at: Position) -> Result<Option<Located>, Error> {
    let mut names = Vec::new();
    take(formula, &mut names);
    let Some(first) = names.first().cloned() else {
        return Ok(None);
    };
    match names.iter().find(|name| name.text != first.text) {
        Some(other) => Err(Error::new(
            other.at,
            format!(
                "`{}` stands here and `{}` elsewhere: one metavariable is what the entry is about",
                other.text, first.text
            ),
        )),
        None => Ok(Some(Located { at, ..first })),
    }
}

fn take(formula: &mut Formula, names: &mut Vec<Located>) {
    match formula {
        Formula::All(all) => {
            names.extend(std::mem::take(&mut all.focus).into_iter().flatten());
            for part in &mut all.positives {
                take(part, names);
            }
        }
        Formula::Any(parts) => parts.iter_mut().for_each(|part| take(part, names)),
        Formula::Pattern(_) | Formula::Regex(_) | Formula::Inside(_) => {}
    }
}
