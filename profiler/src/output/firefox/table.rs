//! The tables that all threads share: stacks, frames, functions, modules, texts.

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::{Value, json};

use crate::analyze::{Frames, readable};
use crate::profile::{FrameKind, Profile, StackId};

/// A frame of this column belongs to nothing.
const NONE: i64 = -1;
/// Type of a resource that is a library.
const LIBRARY: u32 = 1;
/// Largest address that a reader of JSON keeps exactly.
const LARGEST: u64 = 1 << 53;

const OTHER: u32 = 0;
const USER: u32 = 1;
const KERNEL: u32 = 2;

/// The categories that frames refer to.
pub(super) fn categories() -> Value {
    json!([
        {"name": "Other", "color": "grey", "subcategories": ["Other"]},
        {"name": "User", "color": "yellow", "subcategories": ["Other"]},
        {"name": "Kernel", "color": "orange", "subcategories": ["Other"]},
    ])
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shared {
    stack_table: StackTable,
    frame_table: FrameTable,
    func_table: FuncTable,
    resource_table: ResourceTable,
    native_symbols: Value,
    string_array: Vec<String>,
    sources: Sources,
    source_location_table: Value,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct StackTable {
    frame: Vec<u32>,
    /// How far before it the caller is; 0 at the root.
    prefix_offset: Vec<u32>,
    length: usize,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct FrameTable {
    address: Vec<i64>,
    lib: Vec<i64>,
    inline_depth: Vec<u32>,
    category: Vec<u32>,
    subcategory: Vec<u32>,
    func: Vec<u32>,
    native_symbol: Vec<Option<u32>>,
    #[serde(rename = "innerWindowID")]
    inner_window_id: Vec<u32>,
    line: Vec<Option<u32>>,
    column: Vec<Option<u32>>,
    original_location: Vec<Option<u32>>,
    length: usize,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct FuncTable {
    name: Vec<u32>,
    #[serde(rename = "isJS")]
    is_js: Vec<bool>,
    #[serde(rename = "relevantForJS")]
    relevant_for_js: Vec<bool>,
    resource: Vec<i64>,
    source: Vec<Option<u32>>,
    line_number: Vec<Option<u32>>,
    column_number: Vec<Option<u32>>,
    original_location: Vec<Option<u32>>,
    length: usize,
}

#[derive(Default, Serialize)]
struct ResourceTable {
    name: Vec<u32>,
    host: Vec<Option<u32>>,
    #[serde(rename = "type")]
    kind: Vec<u32>,
    length: usize,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sources {
    id: Vec<Option<u32>>,
    filename: Vec<u32>,
    start_line: Vec<u32>,
    start_column: Vec<u32>,
    #[serde(rename = "sourceMapURL")]
    source_map_url: Vec<Option<u32>>,
    content: Vec<Option<u32>>,
    length: usize,
}

/// The shared tables of a profile, and where its stacks are in them.
pub(super) struct Tables {
    pub(super) shared: Shared,
    /// For each stack of the profile its row, and for one whose frames are none that of its caller.
    stacks: Vec<Option<u32>>,
}

impl Tables {
    pub(super) fn of(profile: &Profile) -> Tables {
        let frames = Frames::of(profile);
        let mut tables = Tables {
            shared: Shared {
                native_symbols: json!({"libIndex": [], "address": [], "name": [], "functionSize": [], "length": 0}),
                source_location_table: json!({"source": [], "line": [], "column": [], "length": 0}),
                ..Shared::default()
            },
            stacks: Vec::with_capacity(profile.stacks.len()),
        };
        let mut texts = Texts::default();
        tables.shared.resources(profile, &mut texts);
        tables.shared.functions(profile, &frames, &mut texts);
        tables.shared.frames(profile, &frames);
        tables.shared.string_array = texts.all;
        for at in 0..profile.stacks.len() {
            let (caller, location) = profile.stacks.node(StackId(at as u32));
            let mut row = caller.and_then(|caller| tables.stacks[caller.index()]);
            let start = frames.start(location);
            for frame in start..start + frames.at(location).len() {
                row = Some(tables.shared.stack_table.push(row, frame as u32));
            }
            tables.stacks.push(row);
        }
        tables
    }

    /// The row of a stack.
    pub(super) fn stack(&self, stack: StackId) -> Option<u32> {
        self.stacks[stack.index()]
    }
}

impl StackTable {
    fn push(&mut self, caller: Option<u32>, frame: u32) -> u32 {
        let row = self.length as u32;
        self.frame.push(frame);
        self.prefix_offset
            .push(caller.map_or(0, |caller| row - caller));
        self.length += 1;
        row
    }
}

impl Shared {
    /// A resource for each module, with the same index.
    fn resources(&mut self, profile: &Profile, texts: &mut Texts) {
        let table = &mut self.resource_table;
        for module in &profile.modules {
            let path = readable(profile.text(module.path));
            let name = path.rsplit('/').next().unwrap_or(&path);
            table.name.push(texts.id(name));
            table.host.push(None);
            table.kind.push(LIBRARY);
            table.length += 1;
        }
    }

    /// A row for each of `frames.funcs`, with the same index.
    fn functions(&mut self, profile: &Profile, frames: &Frames, texts: &mut Texts) {
        let mut sources: FxHashMap<_, u32> = FxHashMap::default();
        for func in &frames.funcs {
            let file = readable(profile.text(func.file));
            let source = (!file.is_empty()).then(|| {
                *sources
                    .entry(func.file)
                    .or_insert_with(|| self.sources.push(texts.id(&file)))
            });
            let table = &mut self.func_table;
            table.name.push(texts.id(&func.name));
            table.is_js.push(false);
            table.relevant_for_js.push(false);
            table
                .resource
                .push(func.module.map_or(NONE, |module| module.0.into()));
            table.source.push(source);
            table
                .line_number
                .push((func.start_line > 0).then_some(func.start_line));
            table.column_number.push(None);
            table.original_location.push(None);
            table.length += 1;
        }
    }

    /// A row for each of `frames.all()`, with the same index.
    fn frames(&mut self, profile: &Profile, frames: &Frames) {
        let table = &mut self.frame_table;
        for at in 0..profile.locations.len() {
            let location = &profile.locations[at];
            let id = crate::profile::LocationId(at as u32);
            for (depth, frame) in frames.at(id).iter().enumerate() {
                let has_address = location.module.is_some() && location.address < LARGEST;
                table.address.push(if has_address {
                    location.address as i64
                } else {
                    NONE
                });
                table
                    .lib
                    .push(location.module.map_or(NONE, |module| module.0.into()));
                table.inline_depth.push(depth as u32);
                table.category.push(match location.kind {
                    FrameKind::Native => USER,
                    FrameKind::Kernel => KERNEL,
                    FrameKind::Truncated => OTHER,
                });
                table.subcategory.push(0);
                table.func.push(frame.func.0);
                table.native_symbol.push(None);
                table.inner_window_id.push(0);
                table.line.push((frame.line > 0).then_some(frame.line));
                table.column.push(None);
                table.original_location.push(None);
                table.length += 1;
            }
        }
    }
}

impl Sources {
    fn push(&mut self, filename: u32) -> u32 {
        self.id.push(None);
        self.filename.push(filename);
        self.start_line.push(1);
        self.start_column.push(1);
        self.source_map_url.push(None);
        self.content.push(None);
        self.length += 1;
        self.length as u32 - 1
    }
}

/// The array of texts.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    ids: FxHashMap<String, u32>,
}

impl Texts {
    fn id(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = self.all.len() as u32;
        self.all.push(text.to_owned());
        self.ids.insert(text.to_owned(), id);
        id
    }
}
