//! Which file of a review a profile means.

use std::collections::HashMap;

/// The files of a review, by their last component.
pub(super) struct Files<'a> {
    by_name: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Files<'a> {
    pub(super) fn of(reviewed: &'a [String]) -> Files<'a> {
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in reviewed {
            by_name.entry(last(path)).or_default().push(path);
        }
        Files { by_name }
    }

    /// The file that shares most components with `path`, from the end: all of the shorter path, or two at least.
    /// `None` where there is none, or where several share as many.
    pub(super) fn find(&self, path: &str) -> Option<&'a str> {
        let candidates = self.by_name.get(last(path))?;
        let scored = candidates.iter().map(|candidate| {
            let shared = shared(candidate, path);
            (shared, *candidate)
        });
        let best = scored.clone().map(|(shared, _)| shared).max()?;
        let mut closest = scored.filter(|(shared, _)| *shared == best);
        let (_, found) = closest.next()?;
        let shorter = components(found).count().min(components(path).count());
        let unique = closest.next().is_none();
        (unique && (best >= 2 || best == shorter)).then_some(found)
    }
}

fn last(path: &str) -> &str {
    components(path).next().unwrap_or(path)
}

/// From the end.
fn components(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != ".")
}

fn shared(a: &str, b: &str) -> usize {
    components(a)
        .zip(components(b))
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_the_end_of_its_path() {
        let reviewed = ["src/shop.py", "src/a/util.py", "src/b/util.py", "x.py"].map(String::from);
        let files = Files::of(&reviewed);
        assert_eq!(files.find("/build/app/src/shop.py"), Some("src/shop.py"));
        assert_eq!(files.find("shop.py"), Some("src/shop.py"));
        assert_eq!(files.find("/usr/lib/b/util.py"), Some("src/b/util.py"));
        assert_eq!(files.find("util.py"), None);
        assert_eq!(files.find("/usr/lib/x.py"), Some("x.py"));
        assert_eq!(files.find("/usr/lib/y.py"), None);
    }
}
