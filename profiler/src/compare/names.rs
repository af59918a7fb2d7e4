//! Which function of one build is which of another.
//!
//! A function is known by the file name of its module and its name. Addresses and build ids differ between builds and do
//! not count; nor does what compilers add to names: the hash of Rust's legacy mangling, the crate disambiguators of its
//! newer one, and the suffixes of clones and parts (`.llvm.123`, `.isra.0`, `.cold`). Code without names is one function
//! for each module, since its addresses mean nothing in another build.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::analyze::readable;
use crate::profile::{FrameKind, Location, Profile};
use crate::symbol;

/// A function in all profiles of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name {
    /// File name of the module; empty where unknown.
    pub(super) module: String,
    /// Name, alike in every build.
    pub(super) name: String,
}

/// The functions of several profiles, by one numbering.
pub(super) struct Names {
    pub(super) functions: Vec<Name>,
    /// For each profile and location, its functions, innermost first.
    pub(super) of_location: Vec<Vec<Box<[u32]>>>,
    /// Modules that were found under another name: before, after.
    pub(super) renamed: Vec<(String, String)>,
    /// Whether modules were left out because one side names none.
    pub(super) without_modules: bool,
}

impl Names {
    /// Numbers the functions of `before` and `after`; the profiles of `of_location` come in this order.
    pub(super) fn of(before: &[&Profile], after: &[&Profile]) -> Names {
        let (mut old, mut new) = (side(before), side(after));
        let named = |side: &[Vec<Vec<Name>>]| names(side).any(|name| !name.module.is_empty());
        let without_modules = named(&old) != named(&new);
        let mut renamed = Vec::new();
        if without_modules {
            for name in names_mut(&mut old).chain(names_mut(&mut new)) {
                name.module.clear();
            }
        } else {
            renamed = renames(&old, &new);
            let back: BTreeMap<&str, &str> = renamed
                .iter()
                .map(|(old, new)| (new.as_str(), old.as_str()))
                .collect();
            for name in names_mut(&mut new) {
                if let Some(old) = back.get(name.module.as_str()) {
                    name.module = (*old).to_owned();
                }
            }
        }
        let mut ids: FxHashMap<Name, u32> = FxHashMap::default();
        let mut functions = Vec::new();
        let mut number = |name: Name| {
            *ids.entry(name).or_insert_with_key(|name| {
                functions.push(name.clone());
                functions.len() as u32 - 1
            })
        };
        let numbered = old.into_iter().chain(new).map(|profile| {
            let of_location = |names: Vec<Name>| names.into_iter().map(&mut number).collect();
            profile.into_iter().map(of_location).collect()
        });
        let of_location = numbered.collect();
        Names {
            functions,
            of_location,
            renamed,
            without_modules,
        }
    }
}

/// The names of every location of every profile.
fn side(profiles: &[&Profile]) -> Vec<Vec<Vec<Name>>> {
    let of_profile = |profile: &&Profile| {
        profile
            .locations
            .iter()
            .map(|location| names_at(profile, location))
            .collect()
    };
    profiles.iter().map(of_profile).collect()
}

fn names(side: &[Vec<Vec<Name>>]) -> impl Iterator<Item = &Name> {
    side.iter().flatten().flatten()
}

fn names_mut(side: &mut [Vec<Vec<Name>>]) -> impl Iterator<Item = &mut Name> {
    side.iter_mut().flatten().flatten()
}

/// The functions at `location`, innermost first; none for the stand-in of what could not be unwound.
fn names_at(profile: &Profile, location: &Location) -> Vec<Name> {
    let module = location.module.map_or("", |module| {
        let path = profile.text(profile.modules[module.index()].path);
        let path = path.trim_end_matches(" (deleted)");
        path.rsplit('/').next().unwrap_or(path)
    });
    let name = |name: String| Name {
        module: readable(module),
        name,
    };
    if location.lines.is_empty() {
        return match location.kind {
            FrameKind::Truncated => Vec::new(),
            _ => vec![name(UNNAMED.to_owned())],
        };
    }
    let functions = location
        .lines
        .iter()
        .map(|line| &profile.functions[line.function.index()]);
    functions
        .map(|function| {
            name(stable(
                profile.text(function.linkage_name),
                profile.text(function.name),
            ))
        })
        .collect()
}

/// The name of all code of a module that has none.
const UNNAMED: &str = "[unnamed]";

/// Suffixes by which compilers tell clones and parts of a function from it, each followed by digits or nothing.
const CLONES: [&str; 6] = [
    ".llvm.",
    ".isra.",
    ".constprop.",
    ".part.",
    ".lto_priv.",
    ".cold",
];

/// A name for a reader that two builds of the same source share.
fn stable(linkage_name: &str, name: &str) -> String {
    let mangled = linkage_name.starts_with("_Z") || linkage_name.starts_with("_R");
    let readable_name = if mangled {
        symbol::demangle(linkage_name)
    } else {
        name.into()
    };
    let mut text = readable_name.as_ref();
    // Another tool's unnamed code: `libz.so.1+0x1f20`, or a bare address.
    if let Some((_, address)) = text.rsplit_once("0x")
        && !address.is_empty()
        && address.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (text.len() == address.len() + 2 || text.contains("+0x"))
    {
        return match text.rsplit_once("+0x") {
            Some((module, _)) => format!("{} {UNNAMED}", readable(module)),
            None => UNNAMED.to_owned(),
        };
    }
    while let Some(at) = CLONES
        .iter()
        .filter_map(|clone| is_clone(text, clone))
        .next()
    {
        text = &text[..at];
    }
    readable(without_hash(text))
}

/// Where `clone` and digits end `text`; nothing where they do not, or where they are all of it.
fn is_clone(text: &str, clone: &str) -> Option<usize> {
    let at = text.rfind(clone).filter(|&at| at > 0)?;
    let rest = text[at + clone.len()..].trim_start_matches('.');
    rest.bytes().all(|byte| byte.is_ascii_digit()).then_some(at)
}

/// `text` without the `::h0123456789abcdef` that readable names of legacy Rust may end in.
fn without_hash(text: &str) -> &str {
    match text.rsplit_once("::h") {
        Some((head, hash))
            if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            head
        }
        _ => text,
    }
}

/// Modules of one side that are most likely those of the other under a new name: at least half of the names of the
/// smaller one are in both, or the names are equal but for digits.
fn renames(before: &[Vec<Vec<Name>>], after: &[Vec<Vec<Name>>]) -> Vec<(String, String)> {
    let (old, new) = (by_module(before), by_module(after));
    let only_in = |these: &Modules<'_>, those: &Modules<'_>| -> Vec<String> {
        let missing = these.keys().filter(|name| !those.contains_key(*name));
        missing.map(|name| (*name).to_owned()).collect()
    };
    let (gone, mut come) = (only_in(&old, &new), only_in(&new, &old));
    let mut renamed = Vec::new();
    for gone in gone {
        let likeness =
            |come: &String| likeness((&gone, &old[gone.as_str()]), (come, &new[come.as_str()]));
        let best = (0..come.len()).max_by_key(|&at| likeness(&come[at]));
        if let Some(best) = best.filter(|&at| likeness(&come[at]) > 0) {
            renamed.push((gone, come.remove(best)));
        }
    }
    renamed
}

type Modules<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn by_module(side: &[Vec<Vec<Name>>]) -> Modules<'_> {
    let mut modules = Modules::new();
    for name in names(side).filter(|name| !name.module.is_empty()) {
        let functions = modules.entry(&name.module).or_default();
        if name.name != UNNAMED {
            functions.insert(&name.name);
        }
    }
    modules
}

/// How many functions two modules share; 0 where they are not alike.
fn likeness(old: (&str, &BTreeSet<&str>), new: (&str, &BTreeSet<&str>)) -> usize {
    let shared = old.1.intersection(new.1).count();
    let smaller = old.1.len().min(new.1.len());
    let stem = |name: &str| name.replace(|c: char| c.is_ascii_digit() || c == '.', "");
    if 2 * shared >= smaller.max(1) {
        shared + 1
    } else {
        usize::from(smaller == 0 && stem(old.0) == stem(new.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Module, ModuleId};

    #[test]
    fn what_a_compiler_adds_to_a_name_does_not_count() {
        let stable = |name: &str| stable(name, name);
        assert_eq!(stable("_ZN4shop5price17h0123456789abcdefE"), "shop::price");
        assert_eq!(
            stable("_RNvCs1234_7mycrate3foo"),
            stable("_RNvCsabcd_7mycrate3foo")
        );
        assert_eq!(stable("shop::price::h0123456789abcdef"), "shop::price");
        assert_eq!(stable("parse.isra.0.cold"), "parse");
        assert_eq!(stable("hash.llvm.1234567"), "hash");
        assert_eq!(stable("libz.so.1+0x1f20"), "libz.so.1 [unnamed]");
        assert_eq!(stable("main"), "main");
    }

    fn in_module(folded: &str, path: &str) -> Profile {
        let mut profile = crate::import::folded(folded).unwrap();
        let (path, build_id) = (profile.strings.intern(path), profile.strings.intern(""));
        profile.modules.push(Module { path, build_id });
        let module = ModuleId(profile.modules.len() as u32 - 1);
        profile
            .locations
            .iter_mut()
            .for_each(|location| location.module = Some(module));
        profile
    }

    #[test]
    fn a_renamed_module_is_found_by_its_functions() {
        let before = in_module("main;a 1\nmain;b 1\n", "/build/1/app-1.2");
        let after = in_module("main;b 1\nmain;a 1\nmain;c 1\n", "/build/2/app-1.3");
        let names = Names::of(&[&before], &[&after]);
        assert_eq!(
            names.renamed,
            [("app-1.2".to_owned(), "app-1.3".to_owned())]
        );
        assert_eq!(names.functions.len(), 4, "{:?}", names.functions);
        let other = in_module("x;y 1\nx;z 1\n", "/build/2/other");
        let names = Names::of(&[&before], &[&other]);
        assert!(names.renamed.is_empty());
        assert_eq!(names.functions.len(), 6);
    }

    #[test]
    fn a_side_without_modules_is_matched_by_name() {
        let before = in_module("main;a 1\n", "/bin/app");
        let after = crate::import::folded("main;a 1\n").unwrap();
        let names = Names::of(&[&before], &[&after]);
        assert_eq!((names.functions.len(), names.without_modules), (2, true));
    }
}
