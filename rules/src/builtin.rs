//! The rules that ship with the programs.

/// The files of `rules/profile/`: path below `rules/`, and text.
pub fn profile_files() -> &'static [(&'static str, &'static str)] {
    include!(concat!(env!("OUT_DIR"), "/profile_files.rs"))
}
