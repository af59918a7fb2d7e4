//! What lies where in one process.

use std::ops::Range;
use std::sync::Arc;

use framehop::x86_64::UnwinderX86_64;
use framehop::{Module, Unwinder as _};
use rustc_hash::FxHashMap;

use super::cfi::Method;
use super::object::Bytes;
use super::{Avma, Object, ObjectId, Svma};

/// The executable memory of one process. A clone, for a process that was forked, shares everything that is
/// expensive.
#[derive(Clone)]
pub struct AddressSpace {
    /// Sorted, disjoint.
    regions: Vec<Region>,
    pub(super) eh_frame: UnwinderX86_64<Bytes>,
    pub(super) debug_frame: UnwinderX86_64<Bytes>,
    known: FxHashMap<u64, Place>,
}

#[derive(Clone)]
struct Region {
    range: Range<u64>,
    object: Option<(ObjectId, Arc<Object>)>,
    /// What to subtract from an address to have it as linked.
    bias: u64,
}

/// What is known of one address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) object: Option<ObjectId>,
    pub(super) address: Svma,
    pub(super) method: Method,
    /// Whether a signal handler returns to the next address.
    pub(super) is_before_signal_return: bool,
}

/// Beyond this many distinct addresses, what is known is forgotten and found again.
const MAX_KNOWN: usize = 1 << 16;

impl Default for AddressSpace {
    fn default() -> Self {
        AddressSpace {
            regions: Vec::new(),
            eh_frame: UnwinderX86_64::new(),
            debug_frame: UnwinderX86_64::new(),
            known: FxHashMap::default(),
        }
    }
}

impl AddressSpace {
    /// Notes that `range` now holds an object, from `file_offset` on, or code that lies in no file. What was mapped
    /// there before is gone.
    pub fn map(
        &mut self,
        range: Range<u64>,
        file_offset: u64,
        object: Option<(ObjectId, Arc<Object>)>,
    ) {
        if range.is_empty() {
            return;
        }
        self.unmap(&range);
        self.known.clear();
        let linked = object.as_ref().map_or(Svma(range.start), |(_, object)| {
            object.address_of(file_offset)
        });
        let bias = range.start.wrapping_sub(linked.0);
        if let Some((_, object)) = &object {
            self.add_module(&range, bias, object);
        }
        let at = self
            .regions
            .partition_point(|region| region.range.start < range.start);
        self.regions.insert(
            at,
            Region {
                range,
                object,
                bias,
            },
        );
    }

    /// Whether `range` is known to hold just this object.
    pub fn holds(&self, range: &Range<u64>, object: Option<ObjectId>) -> bool {
        let id = |region: &Region| region.object.as_ref().map(|(id, _)| *id);
        self.region(range.start)
            .is_some_and(|region| region.range == *range && id(region) == object)
    }

    /// What lies at `address`; `None` where nothing executable is mapped.
    #[inline]
    pub(super) fn place(&mut self, address: Avma) -> Option<Place> {
        if let Some(&place) = self.known.get(&address.0) {
            return Some(place);
        }
        let place = self.find(address)?;
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(address.0, place);
        Some(place)
    }

    /// Whether `address` certainly follows a call.
    pub(super) fn follows_call(&self, address: Avma) -> bool {
        self.region(address.0).is_some_and(|region| {
            let linked = Svma(address.0.wrapping_sub(region.bias));
            let object = region.object.as_ref();
            object.and_then(|(_, object)| object.is_after_call(linked)) == Some(true)
        })
    }

    /// Whether a return to `address` is plausible: it is executable, and follows a call where that can be told.
    pub(super) fn is_return_address(&self, address: Avma) -> bool {
        self.region(address.0)
            .is_some_and(|region| match &region.object {
                Some((_, object)) => object
                    .is_after_call(Svma(address.0.wrapping_sub(region.bias)))
                    .unwrap_or(true),
                None => true,
            })
    }

    /// Whether the instruction before `address` is a system call.
    pub(super) fn is_after_syscall(&self, address: Avma) -> bool {
        self.region(address.0).is_some_and(|region| {
            let linked = Svma(address.0.wrapping_sub(region.bias));
            let object = region.object.as_ref();
            object.and_then(|(_, object)| object.is_after_syscall(linked)) == Some(true)
        })
    }

    fn find(&self, address: Avma) -> Option<Place> {
        let region = self.region(address.0)?;
        let linked = Svma(address.0.wrapping_sub(region.bias));
        Some(match &region.object {
            Some((id, object)) => Place {
                object: Some(*id),
                address: linked,
                method: object.method(linked),
                is_before_signal_return: object.is_signal_return(Svma(linked.0.wrapping_add(1))),
            },
            None => Place {
                object: None,
                address: Svma(address.0),
                method: Method::Generated,
                is_before_signal_return: false,
            },
        })
    }

    fn region(&self, address: u64) -> Option<&Region> {
        let after = self
            .regions
            .partition_point(|region| region.range.start <= address);
        self.regions[..after]
            .last()
            .filter(|region| region.range.contains(&address))
    }

    fn add_module(&mut self, range: &Range<u64>, bias: u64, object: &Object) {
        let module = |method| {
            let info = object.frames().section_info(method, object.base());
            let base = bias.wrapping_add(object.base().0);
            Module::new(object.path().to_owned(), range.clone(), base, info)
        };
        self.eh_frame.add_module(module(Method::EhFrame));
        if object.frames().has_debug_frame() {
            self.debug_frame.add_module(module(Method::DebugFrame));
        }
    }

    /// Forgets what overlaps `range`; what sticks out of it stays.
    fn unmap(&mut self, range: &Range<u64>) {
        let overlaps =
            |region: &Region| region.range.start < range.end && range.start < region.range.end;
        if !self.regions.iter().any(overlaps) {
            return;
        }
        let (gone, mut kept): (Vec<Region>, Vec<Region>) =
            self.regions.drain(..).partition(overlaps);
        for region in gone {
            self.eh_frame.remove_module(region.range.start);
            self.debug_frame.remove_module(region.range.start);
            for rest in [region.range.start..range.start, range.end..region.range.end] {
                if rest.start < rest.end {
                    if let Some((_, object)) = &region.object {
                        self.add_module(&rest, region.bias, object);
                    }
                    kept.push(Region {
                        range: rest,
                        ..region.clone()
                    });
                }
            }
        }
        kept.sort_unstable_by_key(|region| region.range.start);
        self.regions = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_mapping_takes_the_place_of_the_old() {
        let old = (ObjectId(1), Arc::new(Object::missing("/old")));
        let new = (ObjectId(2), Arc::new(Object::missing("/new")));
        let mut space = AddressSpace::default();
        space.map(0x1000..0x5000, 0, Some(old));
        space.map(0x2000..0x3000, 0, Some(new));
        let mut object_at = |address| {
            space
                .place(Avma(address))
                .map(|p| (p.object.unwrap().0, p.address.0))
        };
        assert_eq!(object_at(0x1800), Some((1, 0x800)));
        assert_eq!(object_at(0x2800), Some((2, 0x800)));
        assert_eq!(object_at(0x3800), Some((1, 0x2800)));
        assert_eq!(object_at(0x5000), None);
        assert_eq!(object_at(0xfff), None);
    }
}
