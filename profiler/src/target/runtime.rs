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
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// .NET.
    DotNet,
    /// Erlang and Elixir.
    Beam,
    /// Lua and LuaJIT.
    Lua,
    /// Perl.
    Perl,
    /// WebAssembly.
    Wasm,
}

/// How the files of runtimes are named: what their names start with, and what may follow.
const FILES: [(&str, Runtime); 23] = [
    ("libjvm.so", Runtime::Jvm),
    ("node", Runtime::Node),
    ("nodejs", Runtime::Node),
    ("libnode.so", Runtime::Node),
    ("libpython", Runtime::Python),
    ("python", Runtime::Python),
    ("libruby", Runtime::Ruby),
    ("ruby", Runtime::Ruby),
    ("libphp", Runtime::Php),
    ("php", Runtime::Php),
    ("php-fpm", Runtime::Php),
    ("libcoreclr.so", Runtime::DotNet),
    ("libmonosgen-", Runtime::DotNet),
    ("beam.smp", Runtime::Beam),
    ("libluajit", Runtime::Lua),
    ("luajit", Runtime::Lua),
    ("liblua", Runtime::Lua),
    ("lua", Runtime::Lua),
    ("libperl.so", Runtime::Perl),
    ("perl", Runtime::Perl),
    ("wasmtime", Runtime::Wasm),
    ("wasmer", Runtime::Wasm),
    ("wasmedge", Runtime::Wasm),
];

impl Runtime {
    /// What reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Runtime::Native => "native",
            Runtime::Jvm => "JVM",
            Runtime::Python => "CPython",
            Runtime::Node => "Node.js",
            Runtime::Ruby => "Ruby",
            Runtime::Php => "PHP",
            Runtime::DotNet => ".NET",
            Runtime::Beam => "Erlang",
            Runtime::Lua => "Lua",
            Runtime::Perl => "Perl",
            Runtime::Wasm => "WebAssembly",
        }
    }

    /// Whether it runs machine code that it makes, which has a name where the process wrote a perf map or a jitdump.
    pub fn generates_code(self) -> bool {
        use Runtime::{Beam, DotNet, Jvm, Node, Wasm};
        matches!(self, Jvm | Node | DotNet | Beam | Wasm)
    }

    /// Whether it interprets, so that stacks show the interpreter and not the program.
    pub fn interprets(self) -> bool {
        self != Runtime::Native && !self.generates_code()
    }
}

/// The runtime of `pid`; `Native` where nothing else is recognised.
pub fn runtime(pid: u32) -> Runtime {
    let runtime = maps(pid).iter().find_map(|mapping| of_file(&mapping.path));
    runtime.unwrap_or(Runtime::Native)
}

/// The runtime that a file belongs to. After the name of a program comes at most a version; after that of a library,
/// anything.
fn of_file(path: &str) -> Option<Runtime> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let is = |name: &str| {
        file.strip_prefix(name).is_some_and(|rest| {
            let is_version = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
            name.starts_with("lib") || rest.chars().all(is_version)
        })
    };
    FILES
        .iter()
        .find(|(name, _)| is(name))
        .map(|&(_, runtime)| runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_known_by_their_files() {
        let known = [
            ("/usr/bin/python3.11", Some(Runtime::Python)),
            ("/usr/lib/libruby-3.1.so.3.1", Some(Runtime::Ruby)),
            ("/usr/lib/erlang/erts-13/bin/beam.smp", Some(Runtime::Beam)),
            ("/usr/bin/node", Some(Runtime::Node)),
            ("/usr/bin/node_exporter", None),
            ("/usr/bin/phpize-like", None),
            ("/usr/sbin/php-fpm8.2", Some(Runtime::Php)),
            ("/usr/lib/libc.so.6", None),
        ];
        for (path, runtime) in known {
            assert_eq!(of_file(path), runtime, "{path}");
        }
    }
}
