//! Which language runtime a process runs.

use super::maps;

/// A language runtime, recognised by the libraries or the program that a process maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Machine code only.
    Native,
    /// HotSpot.
    Jvm,
    /// CPython.
    Python,
    /// Node.js.
    Node,
}

/// The runtime of `pid`; `Native` where nothing else is recognised.
pub fn runtime(pid: u32) -> Runtime {
    let is = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        match file {
            "libjvm.so" => Some(Runtime::Jvm),
            "node" | "nodejs" => Some(Runtime::Node),
            _ if file.starts_with("libpython") || file.starts_with("python") => {
                Some(Runtime::Python)
            }
            _ if file.starts_with("libnode.so") => Some(Runtime::Node),
            _ => None,
        }
    };
    maps(pid)
        .iter()
        .find_map(|mapping| is(&mapping.path))
        .unwrap_or(Runtime::Native)
}
