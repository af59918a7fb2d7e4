//! Folded stacks: `root;…;leaf count` on each line, as Brendan Gregg's scripts and inferno write them.
//!
//! `_[k]` at the end of a name marks kernel code, `_[i]` a call that was inlined into the frame before it, and
//! `_[j]` generated code, which gets a module of its own. Names become functions, one location each. Of a
//! fraction the whole part counts. A second count, as differential files have, is not read.

use rustc_hash::FxHashMap;

use super::limits::{Budget, Charge, DEEPEST};
use super::{Problem, limits};
use crate::output::folded::GENERATED;
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
        limits::check_line(at, line)?;
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("# ") {
            reader
                .line(line)
                .map_err(|what| Problem::Line { line: at + 1, what })?;
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
    generated: Option<ModuleId>,
    budget: Budget,
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
        let stack = stack.trim_end();
        if stack.split(';').count() > DEEPEST {
            return Err(limits::too_deep());
        }
        let mut path: Vec<Location> = Vec::new();
        for name in stack.split(';') {
            self.frame(name, &mut path)?;
        }
        let mut at = None;
        for mut location in path {
            // Innermost first.
            location.lines.reverse();
            let id = self.location(location)?;
            at = Some(self.profile.stacks.push(at, id));
        }
        self.budget.stacks(&self.profile.stacks)?;
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

    /// Adds a frame to the path: an inlined call becomes a line of the location that it is in, for now its last one.
    fn frame(&mut self, text: &str, path: &mut Vec<Location>) -> Result<(), String> {
        if text == "[truncated]" {
            path.push(location(None, FrameKind::Truncated, Vec::new()));
            return Ok(());
        }
        let (mut name, annotation) = annotation(text);
        let caller = path.last_mut().filter(|caller| !caller.lines.is_empty());
        let is_inlined = annotation == Annotation::Inlined;
        if is_inlined && caller.is_none() {
            // Inlined into nothing: only the name can say so.
            name = text;
        }
        let line = Line {
            function: self.function(name)?,
            line: 0,
        };
        match caller {
            Some(caller) if is_inlined => caller.lines.push(line),
            _ => {
                let (module, kind) = match annotation {
                    Annotation::Kernel => (Some(self.kernel()), FrameKind::Kernel),
                    Annotation::Generated => (Some(self.generated()), FrameKind::Native),
                    Annotation::Inlined | Annotation::None => (None, FrameKind::Native),
                };
                path.push(location(module, kind, vec![line]));
            }
        }
        Ok(())
    }

    fn location(&mut self, location: Location) -> Result<LocationId, String> {
        if let Some(&id) = self.locations.get(&location) {
            return Ok(id);
        }
        self.budget.take(Charge::Location)?;
        let id = LocationId(self.profile.locations.len() as u32);
        self.profile.locations.push(location.clone());
        self.locations.insert(location, id);
        Ok(id)
    }

    fn function(&mut self, name: &str) -> Result<FunctionId, String> {
        if let Some(&id) = self.functions.get(name) {
            return Ok(id);
        }
        self.budget.take(Charge::Function)?;
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
        Ok(id)
    }

    fn kernel(&mut self) -> ModuleId {
        let profile = &mut self.profile;
        *self
            .kernel
            .get_or_insert_with(|| module(profile, "[kernel]"))
    }

    fn generated(&mut self) -> ModuleId {
        let profile = &mut self.profile;
        *self
            .generated
            .get_or_insert_with(|| module(profile, GENERATED))
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

fn module(profile: &mut Profile, path: &str) -> ModuleId {
    let path = profile.strings.intern(path);
    let build_id = profile.strings.intern("");
    profile.modules.push(Module { path, build_id });
    ModuleId(profile.modules.len() as u32 - 1)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Annotation {
    None,
    Kernel,
    Inlined,
    Generated,
}

/// The name without its annotation, and the annotation.
fn annotation(name: &str) -> (&str, Annotation) {
    match name.rsplit_once("_[") {
        Some((name, "k]")) => (name, Annotation::Kernel),
        Some((name, "i]")) => (name, Annotation::Inlined),
        Some((name, "j]")) => (name, Annotation::Generated),
        _ => (name, Annotation::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::folded::render;

    #[test]
    fn what_is_read_is_written_again() {
        let text = "a_[i];b 1\nmain 2\nmain;Lfoo;::bar_[j];c_[i];d_[i];ksys_write_[k];e_[i] 7\nworker 3;[truncated];f_[i] 1\n";
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
