//! Where a field lies in a structure of the running kernel, from the type information that it exports (BTF).

use std::fs;

/// Byte offset of `field` in `structure`; `None` where the kernel exports no types or has no such field.
pub(super) fn offset_in_kernel(structure: &str, field: &str) -> Option<u32> {
    offset(&fs::read("/sys/kernel/btf/vmlinux").ok()?, structure, field)
}

/// The same in given bytes. Types follow one another: a name, kind and size, then data whose length the kind
/// decides (Documentation/bpf/btf.rst of the kernel).
fn offset(btf: &[u8], structure: &str, field: &str) -> Option<u32> {
    const MAGIC: u16 = 0xeb9f;
    let u32_at = |at: usize| Some(u32::from_ne_bytes(btf.get(at..at + 4)?.try_into().ok()?));
    if u16::from_ne_bytes(btf.get(..2)?.try_into().ok()?) != MAGIC {
        return None;
    }
    let header = u32_at(4)? as usize;
    let (types, types_len) = (header + u32_at(8)? as usize, u32_at(12)? as usize);
    let strings = header + u32_at(16)? as usize;
    let is_named = |name: u32, text: &str| {
        let start = strings + name as usize;
        btf.get(start..start + text.len()) == Some(text.as_bytes())
            && btf.get(start + text.len()) == Some(&0)
    };
    let mut at = types;
    while at < types + types_len {
        let (name, info) = (u32_at(at)?, u32_at(at + 4)?);
        let (count, kind) = (info as usize & 0xffff, info >> 24 & 0x1f);
        let bit_fields = info >> 31 == 1;
        at += 12;
        const STRUCT: u32 = 4;
        if kind == STRUCT && is_named(name, structure) {
            return (0..count).find_map(|member| {
                let at = at + member * 12;
                if !is_named(u32_at(at)?, field) {
                    return None;
                }
                let bits = u32_at(at + 8)?;
                Some(if bit_fields { bits & 0x00ff_ffff } else { bits } / 8)
            });
        }
        at += match kind {
            1 | 14 | 17 => 4,              // integer, variable, declaration tag
            3 => 12,                       // array
            STRUCT | 5 | 19 => count * 12, // structure, union, 64-bit enumeration
            6 | 13 => count * 8,           // enumeration, function prototype
            15 => count * 12,              // data section
            _ => 0,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let strings = b"\0int\0task_struct\0pid\0tgid\0";
        let mut types: Vec<u32> = vec![1, 1 << 24, 4, 32];
        types.extend([5, 4 << 24 | 2, 8, 17, 1, 0, 21, 1, 32]);
        let mut btf = 0xeb9f_u16.to_ne_bytes().to_vec();
        btf.extend([1, 0]);
        let len = types.len() as u32 * 4;
        for word in [24, 0, len, len, strings.len() as u32]
            .into_iter()
            .chain(types)
        {
            btf.extend(word.to_ne_bytes());
        }
        btf.extend(strings);
        btf
    }

    #[test]
    fn a_member_is_found_by_name() {
        assert_eq!(offset(&sample(), "task_struct", "tgid"), Some(4));
        assert_eq!(offset(&sample(), "task_struct", "tgi"), None);
        assert_eq!(offset(&sample(), "task", "tgid"), None);
    }

    #[test]
    fn truncated_types_are_refused() {
        let btf = sample();
        for end in 0..btf.len() - 1 {
            assert!(matches!(
                offset(&btf[..end], "task_struct", "tgid"),
                None | Some(4)
            ));
        }
    }
}
