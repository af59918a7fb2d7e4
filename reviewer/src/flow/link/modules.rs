//! Which file a dotted path means.

use crate::flow::facts::LinkedFile;

/// A path as imports of any language write it, with dots: `./lib/clean.js` → `lib.clean`, `..util.run` → `util.run`.
pub(super) fn normal(path: &str) -> String {
    let mut out = String::new();
    for part in path.split(['/', '.', ':']) {
        if !part.is_empty()
            && !matches!(
                part,
                "js" | "ts" | "mjs" | "cjs" | "crate" | "self" | "super" | "@" | "~"
            )
        {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(part);
        }
    }
    out
}

/// Whether names of `module` are those of the file `there`, as the file `here` writes it. Without a module, those of
/// its own package.
pub(super) fn is_in(here: &LinkedFile<'_>, there: &LinkedFile<'_>, module: &str) -> bool {
    let folder = |name: &str| {
        name.rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned()
    };
    if module.is_empty() {
        return here.language.folder_is_package() && folder(here.name) == folder(there.name);
    }
    let path = match there.language.folder_is_package() {
        true => folder(there.name),
        false => {
            let stem = there
                .name
                .rsplit_once('.')
                .map_or(there.name, |(stem, _)| stem);
            let index = ["/__init__", "/index", "/mod"].iter();
            index
                .fold(stem, |stem, end| stem.strip_suffix(end).unwrap_or(stem))
                .to_owned()
        }
    };
    // The file may lie deeper than imports say, or less deep: what both have must agree.
    let pairs = path.rsplit('/').zip(module.rsplit('.'));
    let mut agreed = pairs.map(|(of_path, of_module)| of_path == of_module);
    agreed.all(|agrees| agrees)
}
