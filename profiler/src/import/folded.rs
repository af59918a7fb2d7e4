//! Folded stacks: `root;…;leaf count` on each line, as Brendan Gregg's scripts and inferno write them.
//!
//! `_[k]` at the end of a name marks kernel code and `_[i]` an inlined call; the other annotations of that
//! family (`_[j]` for compiled Java) are dropped. Names become functions, one location each. A second count,
//! as differential folded files have, is not read.

use rustc_hash::FxHashMap;

use super::Problem;
use crate::profile::{
    FoundBy, FrameKind, Function, FunctionId, Line, Location, LocationId, Module, ModuleId,
    Profile, Recording, Sample, StackId, ValueType,
};

/// Reads folded stacks.
///
/// # Errors
/// At the first line that is not a stack and a count, and where there is no line at all.
pub fn read(text: &str) -> Result<Profile, Problem> {
    let mut reader = Reader::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("# ") {
            reader
                .line(line)
                .map_err(|what| Problem::Folded { line: at + 1, what })?;
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    profile: Profile,
    functions: FxHashMap<Box<str>, FunctionId>,
    locations: FxHashMap<Location, LocationId>,
    samples: FxHashMap<Option<StackId>, usize>,
    kernel: Option<ModuleId>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (stack, count) = line
            .rsplit_once(char::is_whitespace)
            .ok_or("expected `stack count`")?;
        // perf's scripts write whole numbers; some tools write fractions, of which the whole part counts.
        let whole = count.split('.').next().unwrap_or(count);
        let count: i64 = whole
            .parse()
            .map_err(|_| format!("`{count}` is not a count"))?;
        if count < 0 {
            return Err(format!("a count of {count}"));
        }
        let mut path: Vec<Location> = Vec::new();
        for name in stack.trim_end().split(';') {
            self.frame(name, &mut path);
        }
        let mut at = None;
        for location in path {
            let id = match self.locations.get(&location) {
                Some(&id) => id,
                None => {
                    let id = LocationId(self.profile.locations.len() as u32);
                    self.profile.locations.push(location.clone());
                    self.locations.insert(location, id);
                    id
                }
            };
            at = Some(self.profile.stacks.push(at, id));
        }
        let samples = &mut self.profile.samples;
        let index = *self.samples.entry(at).or_insert_with(|| {
            samples.push(Sample {
                stack: at,
                thread: None,
                labels: Vec::new(),
                values: vec![0],
            });
            samples.len() - 1
        });
        let value = &mut samples[index].values[0];
        *value = value
            .checked_add(count)
            .ok_or("the counts add up to more than a number can hold")?;
        Ok(())
    }

    /// Adds a frame to the path: an inlined call becomes a line of the location that it is in.
    fn frame(&mut self, name: &str, path: &mut Vec<Location>) {
        let (name, kind, inlined) = annotation(name);
        if name == "[truncated]" {
            path.push(location(None, FrameKind::Truncated, Vec::new()));
            return;
        }
        let line = Line {
            function: self.function(name),
            line: 0,
        };
        match path.last_mut() {
            Some(caller) if inlined && !caller.lines.is_empty() => caller.lines.insert(0, line),
            _ => {
                let module = (kind == FrameKind::Kernel).then(|| self.kernel());
                path.push(location(module, kind, vec![line]));
            }
        }
    }

    fn function(&mut self, name: &str) -> FunctionId {
        if let Some(&id) = self.functions.get(name) {
            return id;
        }
        let id = FunctionId(self.profile.functions.len() as u32);
        let text = self.profile.strings.intern(name);
        let file = self.profile.strings.intern("");
        self.profile.functions.push(Function {
            name: text,
            linkage_name: text,
            file,
            start_line: 0,
        });
        self.functions.insert(name.into(), id);
        id
    }

    fn kernel(&mut self) -> ModuleId {
        *self.kernel.get_or_insert_with(|| {
            let path = self.profile.strings.intern("[kernel]");
            let build_id = self.profile.strings.intern("");
            self.profile.modules.push(Module { path, build_id });
            ModuleId(self.profile.modules.len() as u32 - 1)
        })
    }

    fn finish(mut self) -> Result<Profile, Problem> {
        if self.profile.samples.is_empty() {
            return Err(Problem::Empty);
        }
        let kind = self.profile.strings.intern("samples");
        let unit = self.profile.strings.intern("count");
        self.profile.value_types.push(ValueType { kind, unit });
        self.profile.recording = Recording {
            source: "imported from folded stacks".into(),
            samples: self.profile.total(0).unsigned_abs(),
            kernel: self.kernel.is_some(),
            ..Recording::default()
        };
        Ok(self.profile)
    }
}

fn location(module: Option<ModuleId>, kind: FrameKind, lines: Vec<Line>) -> Location {
    Location {
        module,
        address: 0,
        kind,
        found_by: FoundBy::Imported,
        lines,
    }
}

/// The name without its annotation, and what the annotation says.
fn annotation(name: &str) -> (&str, FrameKind, bool) {
    match name.rsplit_once("_[") {
        Some((name, "k]")) => (name, FrameKind::Kernel, false),
        Some((name, "i]")) => (name, FrameKind::Native, true),
        Some((name, "j]")) => (name, FrameKind::Native, false),
        _ => (name, FrameKind::Native, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::folded::render;

    #[test]
    fn what_is_read_is_written_again() {
        let text = "main 2\nmain;a b;c_[i];ksys_write_[k] 7\n";
        assert_eq!(render(&read(text).unwrap()), text);
    }

    #[test]
    fn the_line_of_a_mistake_is_named() {
        let error = read("a 1\nb x\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: `x` is not a count");
        assert_eq!(
            read("a -1").unwrap_err().to_string(),
            "line 1: a count of -1"
        );
        let most = i64::MAX;
        assert!(read(&format!("a {most}\na {most}\n")).is_err());
    }
}
