//! A profile as a sorted list of texts that do not depend on the order of its tables.

use profiler::output::pprof::proto;
use profiler::profile::{LabelValue, LocationId, Profile, Sample};

/// One text for each sample: its whole stack, thread, labels and values.
pub(crate) fn samples(profile: &Profile) -> Vec<String> {
    let mut texts: Vec<String> = profile
        .samples
        .iter()
        .map(|sample| text(profile, sample))
        .collect();
    texts.sort();
    texts
}

fn text(profile: &Profile, sample: &Sample) -> String {
    let path: Vec<String> = profile
        .path(sample.stack)
        .into_iter()
        .map(|id| frame(profile, id))
        .collect();
    let thread = sample.thread.map(|id| {
        let thread = &profile.threads[id.index()];
        (thread.pid, thread.tid, profile.text(thread.name))
    });
    let labels = sample.labels.iter().map(|label| {
        let value = match label.value {
            LabelValue::Text(text) => format!("{:?}", profile.text(text)),
            LabelValue::Number(number, unit) => format!("{number} {:?}", profile.text(unit)),
        };
        (profile.text(label.key), value)
    });
    let mut labels: Vec<_> = labels.collect();
    labels.sort();
    let types = profile
        .value_types
        .iter()
        .map(|value| (profile.text(value.kind), profile.text(value.unit)));
    let values: Vec<_> = types.zip(&sample.values).collect();
    format!("{path:?} {thread:?} {labels:?} {values:?}")
}

fn frame(profile: &Profile, id: LocationId) -> String {
    let location = &profile.locations[id.index()];
    let module = location.module.map(|id| {
        let module = &profile.modules[id.index()];
        (profile.text(module.path), profile.text(module.build_id))
    });
    let lines = location.lines.iter().map(|line| {
        let function = &profile.functions[line.function.index()];
        let texts =
            [function.name, function.linkage_name, function.file].map(|id| profile.text(id));
        (texts, function.start_line, line.line)
    });
    let lines: Vec<_> = lines.collect();
    format!(
        "{module:?} {:x} {:?} {:?} {lines:?}",
        location.address, location.kind, location.found_by
    )
}

/// The same for a message, whatever wrote it: addresses relative to the file, labels and values with their names.
pub(crate) fn message(message: &proto::Profile) -> Vec<String> {
    let string = |at: i64| message.string_table[at as usize].as_str();
    let sample = |sample: &proto::Sample| {
        let frames = sample.location_id.iter().map(|id| {
            let location = message
                .location
                .iter()
                .find(|location| location.id == *id)
                .expect("location");
            let mapping = message
                .mapping
                .iter()
                .find(|mapping| mapping.id == location.mapping_id);
            let start = mapping.map_or(0, |mapping| {
                mapping.memory_start.wrapping_sub(mapping.file_offset)
            });
            let lines = location.line.iter().map(|line| {
                let function = message
                    .function
                    .iter()
                    .find(|function| function.id == line.function_id);
                let function = function.expect("function");
                let texts = [function.name, function.system_name, function.filename].map(string);
                (texts, function.start_line, line.line)
            });
            let lines: Vec<_> = lines.collect();
            let file = mapping.map(|mapping| (string(mapping.filename), string(mapping.build_id)));
            format!(
                "{file:?} {:x} {lines:?}",
                location.address.wrapping_sub(start)
            )
        });
        let frames: Vec<String> = frames.collect();
        let labels = sample.label.iter();
        let labels = labels.map(|label| {
            (
                string(label.key),
                string(label.str),
                label.num,
                string(label.num_unit),
            )
        });
        let mut labels: Vec<_> = labels.collect();
        labels.sort();
        let types = message
            .sample_type
            .iter()
            .map(|value| (string(value.r#type), string(value.unit)));
        let values: Vec<_> = types.zip(&sample.value).collect();
        format!("{frames:?} {labels:?} {values:?}")
    };
    let mut texts: Vec<String> = message.sample.iter().map(sample).collect();
    texts.sort();
    texts
}
