//! What readers of pprof take for granted.

use std::collections::HashSet;
use std::io::Read as _;

use profiler::output::pprof::proto;
use prost::Message as _;

/// The message in a compressed file.
pub(crate) fn decode(file: &[u8]) -> proto::Profile {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    proto::Profile::decode(&bytes[..]).unwrap()
}

/// Where `message` breaks the rules of `profile.proto`.
pub(crate) fn mistakes(message: &proto::Profile) -> Vec<String> {
    let mut found = Vec::new();
    strings(message, &mut found);
    ids(message, &mut found);
    samples(message, &mut found);
    ranges(message, &mut found);
    found
}

fn strings(message: &proto::Profile, found: &mut Vec<String>) {
    let table = &message.string_table;
    if table.first().is_none_or(|first| !first.is_empty()) {
        found.push("the first string is not empty".into());
    }
    if table.iter().collect::<HashSet<_>>().len() != table.len() {
        found.push("a string occurs twice".into());
    }
    let values = message.sample_type.iter().chain(&message.period_type);
    let mut used: Vec<i64> = values
        .flat_map(|value| [value.r#type, value.unit])
        .collect();
    used.extend(
        message
            .mapping
            .iter()
            .flat_map(|mapping| [mapping.filename, mapping.build_id]),
    );
    let functions = message.function.iter();
    used.extend(
        functions.flat_map(|function| [function.name, function.system_name, function.filename]),
    );
    let labels = message.sample.iter().flat_map(|sample| &sample.label);
    used.extend(labels.flat_map(|label| [label.key, label.str, label.num_unit]));
    used.extend(&message.comment);
    used.extend([
        message.default_sample_type,
        message.doc_url,
        message.drop_frames,
        message.keep_frames,
    ]);
    if used
        .iter()
        .any(|index| usize::try_from(*index).map_or(true, |index| index >= table.len()))
    {
        found.push("a string is out of range".into());
    }
}

fn ids(message: &proto::Profile, found: &mut Vec<String>) {
    let mut set = |what: &str, ids: Vec<u64>| {
        let distinct: HashSet<u64> = ids.iter().copied().collect();
        if distinct.len() != ids.len() || distinct.contains(&0) {
            found.push(format!("the id of a {what} is 0 or occurs twice"));
        }
        distinct
    };
    let mappings = set(
        "mapping",
        message.mapping.iter().map(|mapping| mapping.id).collect(),
    );
    let functions = set(
        "function",
        message
            .function
            .iter()
            .map(|function| function.id)
            .collect(),
    );
    let locations = set(
        "location",
        message
            .location
            .iter()
            .map(|location| location.id)
            .collect(),
    );
    for location in &message.location {
        if location.mapping_id != 0 && !mappings.contains(&location.mapping_id) {
            found.push(format!("location {} has no mapping", location.id));
        }
        if location
            .line
            .iter()
            .any(|line| !functions.contains(&line.function_id))
        {
            found.push(format!("location {} has no function", location.id));
        }
    }
    let used = message.sample.iter().flat_map(|sample| &sample.location_id);
    if !used.into_iter().all(|id| locations.contains(id)) {
        found.push("a sample has no location".into());
    }
}

fn samples(message: &proto::Profile, found: &mut Vec<String>) {
    let types = message.sample_type.len();
    if types == 0
        || message
            .sample
            .iter()
            .any(|sample| sample.value.len() != types)
    {
        found.push("a sample has another number of values than there are types".into());
    }
    if !message
        .sample_type
        .iter()
        .any(|value| value.r#type == message.default_sample_type)
    {
        found.push("the default sample type is none of them".into());
    }
    if message.period_type.is_some() != (message.period > 0) {
        found.push("a period without a type, or a type without a period".into());
    }
    let labels = message.sample.iter().flat_map(|sample| &sample.label);
    if labels
        .into_iter()
        .any(|label| label.key == 0 || (label.str != 0 && (label.num, label.num_unit) != (0, 0)))
    {
        found.push("a label has no key, or is a text and a number".into());
    }
}

fn ranges(message: &proto::Profile, found: &mut Vec<String>) {
    let mut known: Vec<&proto::Mapping> = message
        .mapping
        .iter()
        .filter(|mapping| mapping.memory_limit > 0)
        .collect();
    known.sort_by_key(|mapping| mapping.memory_start);
    for mapping in &known {
        let numbers = [
            mapping.memory_start,
            mapping.memory_limit,
            mapping.file_offset,
        ];
        if mapping.memory_start >= mapping.memory_limit
            || numbers.iter().any(|number| number % 4096 != 0)
        {
            found.push(format!("mapping {} is no range of pages", mapping.id));
        }
    }
    if known
        .windows(2)
        .any(|pair| pair[0].memory_limit > pair[1].memory_start)
    {
        found.push("mappings overlap".into());
    }
    for location in &message.location {
        let mapping = known
            .iter()
            .find(|mapping| mapping.id == location.mapping_id);
        let is_in = |mapping: &&&proto::Mapping| {
            (mapping.memory_start..mapping.memory_limit).contains(&location.address)
        };
        if mapping.is_some_and(|mapping| !is_in(&mapping)) {
            found.push(format!(
                "location {} lies outside of its mapping",
                location.id
            ));
        }
        let flags = mapping.map(|mapping| (mapping.has_functions, mapping.has_inline_frames));
        if flags.is_some_and(|(named, inlined)| {
            (!named && !location.line.is_empty()) || (!inlined && location.line.len() > 1)
        }) {
            found.push(format!(
                "location {} has names that its mapping denies",
                location.id
            ));
        }
    }
}
