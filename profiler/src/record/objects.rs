//! The files behind the memory of the target's processes, each opened once, and the code that they generate.

use std::fs::File;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::target::{self, Mapping};
use crate::unwind::{Object, ObjectId};

/// Whether a mapping holds code that its process generates: memory, or a file in memory that is no program.
pub(super) fn is_generated(mapping: &Mapping, object: Option<&Object>) -> bool {
    const MEMORY: [&str; 4] = ["//anon", "[anon", "[heap]", "[stack"];
    const FILES: [&str; 2] = ["/memfd:", "/dev/zero"];
    let is_one_of = |prefixes: &[&str]| {
        prefixes
            .iter()
            .any(|prefix| mapping.path.starts_with(prefix))
    };
    match object {
        Some(object) => is_one_of(&FILES) && !object.has_segments(),
        None => mapping.path.is_empty() || is_one_of(&MEMORY),
    }
}

/// Whether a process maps its jitdump, by which it tells profilers where that is.
pub(super) fn is_jitdump(mapping: &Mapping) -> bool {
    let name = mapping.path.rsplit('/').next().unwrap_or_default();
    let pid = name
        .strip_prefix("jit-")
        .and_then(|rest| rest.strip_suffix(".dump"));
    pid.is_some_and(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Every file that was met, each opened once, and what stands for the code that processes generate.
#[derive(Debug)]
pub(super) struct Objects {
    pub(super) list: Vec<Arc<Object>>,
    ids: FxHashMap<(u64, (u32, u32), String), ObjectId>,
    generated: FxHashMap<u32, Generated>,
}

/// Where a process describes the code that it generates.
#[derive(Clone, Copy, Debug)]
struct Generated {
    id: ObjectId,
    /// The number by which the process knows itself, and its user.
    own_pid_and_user: Option<(u32, u32)>,
}

impl Default for Objects {
    fn default() -> Self {
        Objects {
            list: vec![Arc::new(Object::missing("[kernel]"))],
            ids: FxHashMap::default(),
            generated: FxHashMap::default(),
        }
    }
}

impl Objects {
    /// The object of the code that `pid` generates.
    pub(super) fn generated(&mut self, pid: u32) -> (ObjectId, Arc<Object>) {
        let list = &mut self.list;
        let Generated { id, .. } = *self.generated.entry(pid).or_insert_with(|| {
            list.push(Arc::new(Object::generated(&format!("[jit] pid {pid}"))));
            Generated {
                id: ObjectId(list.len() as u32 - 1),
                own_pid_and_user: target::own_pid_and_user(pid),
            }
        });
        (id, Arc::clone(&list[id.0 as usize]))
    }

    /// Opens what `pid` has written of the code that it generates: it is sampled no longer.
    pub(super) fn close(&mut self, pid: u32, root: Option<&File>) {
        let Some(Generated {
            id,
            own_pid_and_user,
        }) = self.generated.remove(&pid)
        else {
            return;
        };
        let perf_map = root
            .zip(own_pid_and_user)
            .and_then(|(root, (own_pid, user))| target::open_perf_map(root, own_pid, user));
        if let Some(descriptions) = self.list[id.0 as usize].descriptions() {
            descriptions.close(perf_map, target::monotonic_ns());
        }
    }

    /// The object behind a mapping; `None` for memory that no file backs.
    pub(super) fn object(
        &mut self,
        pid: u32,
        mapping: &Mapping,
        root: Option<&File>,
    ) -> Option<(ObjectId, Arc<Object>)> {
        const VDSO: &str = "[vdso]";
        if !mapping.is_file() && mapping.path != VDSO {
            return None;
        }
        let key = (mapping.inode, mapping.device, mapping.path.clone());
        let known = self
            .ids
            .get(&key)
            .map(|&id| (id, Arc::clone(&self.list[id.0 as usize])));
        // Another process may show a file that an earlier one hid.
        if known
            .as_ref()
            .is_some_and(|(_, object)| object.reader().is_some())
        {
            return known;
        }
        let object = match mapping.path.as_str() {
            VDSO => target::read_vdso(pid, mapping).map(|bytes| Object::from_memory(VDSO, bytes)),
            path => {
                target::open_mapped(pid, mapping, root).map(|file| Object::from_file(path, file))
            }
        };
        if object.is_none() && known.is_some() {
            return known;
        }
        let object = Arc::new(object.unwrap_or_else(|| Object::missing(&mapping.path)));
        let id = ObjectId(self.list.len() as u32);
        self.list.push(Arc::clone(&object));
        self.ids.insert(key, id);
        Some((id, object))
    }
}
