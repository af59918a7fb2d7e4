//! Our own JSON. Ids are checked here, once, so that no reader of a [`Profile`] has to.

use super::Problem;
use super::limits::DEEPEST;
use crate::output::json::{Document, VERSION};
use crate::profile::{LabelValue, Profile, StackId, StringId};

/// Most frames that the stacks of all samples may have together: a million stacks of 250 frames.
const MOST_FRAMES: u64 = 1 << 28;

/// Reads a document that [`crate::output::json`] wrote.
pub(super) fn read(text: &str) -> Result<Profile, Problem> {
    let document: Document<Profile> =
        serde_json::from_str(text).map_err(|error| Problem::Json(error.to_string()))?;
    if document.hone_profile != VERSION {
        let version = document.hone_profile;
        return Err(Problem::Json(format!(
            "schema version {version}; this program reads {VERSION}"
        )));
    }
    check(&document.profile).map_err(|what| Problem::Json(format!("{what} is out of range")))?;
    Ok(document.profile)
}

/// Whether every id of `profile` points at something, and every sample has all values; else what does not.
fn check(profile: &Profile) -> Result<(), &'static str> {
    let strings = profile.strings.iter().len();
    let known = |ids: &[StringId]| ids.iter().all(|id| id.index() < strings);
    let all = |holds: bool, what| if holds { Ok(()) } else { Err(what) };
    all(
        profile.modules.iter().all(|m| known(&[m.path, m.build_id])),
        "a module's string",
    )?;
    all(
        profile
            .functions
            .iter()
            .all(|f| known(&[f.name, f.linkage_name, f.file])),
        "a function's string",
    )?;
    all(
        profile.threads.iter().all(|t| known(&[t.name])),
        "a thread's string",
    )?;
    all(
        profile.value_types.iter().all(|v| known(&[v.kind, v.unit])),
        "a value type's string",
    )?;
    for location in &profile.locations {
        all(
            location
                .module
                .is_none_or(|id| id.index() < profile.modules.len()),
            "a location's module",
        )?;
        let functions = profile.functions.len();
        all(
            location
                .lines
                .iter()
                .all(|l| l.function.index() < functions),
            "a location's function",
        )?;
    }
    let nodes = (0..profile.stacks.len()).map(|at| profile.stacks.node(StackId(at as u32)).1);
    all(
        nodes
            .into_iter()
            .all(|id| id.index() < profile.locations.len()),
        "a stack's location",
    )?;
    for sample in &profile.samples {
        all(
            sample
                .stack
                .is_none_or(|id| id.index() < profile.stacks.len()),
            "a sample's stack",
        )?;
        all(
            sample
                .thread
                .is_none_or(|id| id.index() < profile.threads.len()),
            "a sample's thread",
        )?;
        all(
            sample.values.len() == profile.value_types.len(),
            "a sample's number of values",
        )?;
        all(
            sample.labels.iter().all(|label| match label.value {
                LabelValue::Text(text) => known(&[label.key, text]),
                LabelValue::Number(_, unit) => known(&[label.key, unit]),
            }),
            "a label's string",
        )?;
    }
    all(
        depths(profile).is_some(),
        "the depth of a stack, or the sum of all depths,",
    )?;
    all(
        addable(profile.samples.iter().map(|sample| &sample.values[..])),
        "a sum of values",
    )
}

/// The frames of all samples together; `None` beyond what a reader of all stacks could walk. Stacks share their
/// callers, so that a small file could ask for any amount of work.
fn depths(profile: &Profile) -> Option<u64> {
    let mut depths: Vec<usize> = Vec::with_capacity(profile.stacks.len());
    for at in 0..profile.stacks.len() {
        let (caller, _) = profile.stacks.node(StackId(at as u32));
        let depth = caller.map_or(0, |caller| depths[caller.index()]) + 1;
        depths.push(Some(depth).filter(|depth| *depth <= DEEPEST)?);
    }
    let mut walked = 0;
    for stack in profile.samples.iter().filter_map(|sample| sample.stack) {
        walked += depths[stack.index()] as u64;
    }
    Some(walked).filter(|walked| *walked <= MOST_FRAMES)
}

/// Whether the values of all samples can be added up without overflow, whichever are chosen.
fn addable<'a>(samples: impl IntoIterator<Item = &'a [i64]>) -> bool {
    let sum = samples
        .into_iter()
        .flatten()
        .try_fold(0u64, |sum, value| sum.checked_add(value.unsigned_abs()));
    sum.is_some_and(|sum| sum <= i64::MAX as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::json::render;

    #[test]
    fn what_is_read_is_written_again() {
        let profile = crate::import::folded("a;b_[i];c_[k] 3\n").unwrap();
        let text = render(&profile);
        assert_eq!(render(&read(&text).unwrap()), text);
    }

    #[test]
    fn a_few_stacks_cannot_ask_for_endless_work() {
        let mut profile =
            crate::import::folded(&format!("{} 1\n", vec!["f"; 60_000].join(";"))).unwrap();
        assert!(read(&render(&profile)).is_ok());
        let sample = profile.samples[0].clone();
        profile.samples.resize(5_000, sample);
        let error = read(&render(&profile)).unwrap_err().to_string();
        assert!(
            error.contains("the sum of all depths, is out of range"),
            "{error}"
        );
        profile.samples.truncate(1);
        for _ in 0..10_000 {
            let stack = profile.samples[0].stack;
            let location = profile.stacks.node(stack.unwrap()).1;
            profile.samples[0].stack = Some(profile.stacks.push(stack, location));
        }
        assert!(read(&render(&profile)).is_err());
    }

    #[test]
    fn ids_that_point_nowhere_are_refused() {
        let text = render(&crate::import::folded("a 3\n").unwrap());
        for (good, bad) in [
            ("\"function\":0", "\"function\":7"),
            ("\"stack\":0", "\"stack\":1"),
            ("\"values\":[3]", "\"values\":[]"),
        ] {
            assert!(text.contains(good), "{text}");
            assert!(
                matches!(read(&text.replace(good, bad)), Err(Problem::Json(_))),
                "{bad}"
            );
        }
        assert!(read(&text.replace("\"hone_profile\":1", "\"hone_profile\":9")).is_err());
    }
}
