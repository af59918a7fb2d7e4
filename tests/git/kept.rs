//! What is kept between runs, broken as disks, other versions and backups break it.

use std::fs;
use std::path::PathBuf;

use crate::project::{FOUND, TIDY, UNTIDY, shop};
use crate::repository::{Repository, Reviewed};

/// Reviews the file that the value gets to, which comes from others; all that is known of them is kept.
fn check(repository: &Repository) -> Reviewed {
    let cache = repository.beside("cache");
    repository.check(&["shop/write.py", "--cache-dir", cache.to_str().unwrap()])
}

/// The files that are kept, and what is in them.
fn kept(repository: &Repository) -> Vec<(PathBuf, Vec<u8>)> {
    let folders = fs::read_dir(repository.beside("cache")).unwrap();
    let folders = folders.map(|folder| folder.unwrap().path());
    let files = folders.filter(|path| path.is_dir()).flat_map(|folder| {
        let files = fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().path())
    });
    let mut kept: Vec<_> = files
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    kept.sort();
    kept
}

#[test]
fn what_is_broken_is_made_anew() {
    let repository = shop(UNTIDY);
    let found = Reviewed::of(&[FOUND]);
    assert_eq!(check(&repository), found);
    let whole = kept(&repository);
    // What is said of each of four files, the walk, and the index of those that are not reviewed.
    assert_eq!(whole.len(), 6);
    let cut = |bytes: &[u8], share: usize| bytes[..bytes.len() * share / 8].to_vec();
    let flip = |bytes: &[u8], share: usize| {
        let mut bytes = bytes.to_vec();
        let at = (bytes.len() - 1) * share / 8;
        bytes[at] ^= 1;
        bytes
    };
    for share in 0..=8 {
        for damage in [&cut as &dyn Fn(&[u8], usize) -> Vec<u8>, &flip] {
            for (path, bytes) in &whole {
                fs::write(path, damage(bytes, share)).unwrap();
            }
            assert_eq!(check(&repository), found, "at {share}/8");
        }
    }
}

#[test]
fn what_belongs_elsewhere_is_made_anew() {
    let repository = shop(UNTIDY);
    let found = Reviewed::of(&[FOUND]);
    assert_eq!(check(&repository), found);
    let whole = kept(&repository);
    for by in 1..whole.len() {
        for (at, (path, _)) in whole.iter().enumerate() {
            fs::write(path, &whole[(at + by) % whole.len()].1).unwrap();
        }
        assert_eq!(check(&repository), found, "moved by {by}");
    }
}

#[test]
fn what_a_backup_brings_back_is_no_longer_believed() {
    let repository = shop(TIDY);
    assert_eq!(check(&repository), Reviewed::of(&[]));
    let before = kept(&repository);
    repository.write("shop/tidy.py", UNTIDY);
    assert_eq!(check(&repository), Reviewed::of(&[FOUND]));
    for (path, bytes) in before {
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(check(&repository), Reviewed::of(&[FOUND]));
}
