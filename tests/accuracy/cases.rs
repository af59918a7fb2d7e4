//! The cases: what is recorded, and what a recording of it must show.

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Case {
    /// What is special about it.
    pub(crate) name: &'static str,
    /// A file under `tests/programs`; its extension decides the compiler.
    pub(crate) program: &'static str,
    /// Another compiler than the usual one for the extension.
    pub(crate) compiler: Option<&'static str>,
    /// For the compiler.
    pub(crate) flags: &'static [&'static str],
    /// What is done to the program once it is compiled.
    pub(crate) after: &'static [Step],
    /// Where and how it is started.
    pub(crate) place: Place,
    /// For each marker, frames that its samples must have, from the root towards the leaf; others may lie between.
    /// `name*400` stands for 400 of them.
    pub(crate) chains: &'static [(&'static str, &'static [&'static str])],
    /// Samples per second of CPU.
    pub(crate) rate_hz: u32,
    /// What is asked of stacks.
    pub(crate) stacks: Stacks,
    /// Whether it needs that threads are seen which start and end between two periods.
    pub(crate) needs_privilege: bool,
    /// Whether it belongs to the short selection.
    pub(crate) short: bool,
}

/// A change to a built program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Remove all symbols and debug information; a twin that kept them names the addresses afterwards.
    Strip,
    /// Move the debug information into a file beside the program, found by its debug link.
    SplitByDebugLink,
    /// Move it below `/usr/lib/debug`, found by the build id.
    SplitByBuildId,
    /// Build `heavy.so` and `light.so` beside the program.
    Plugins,
}

/// Where and how a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where it was built.
    Ordinary,
    /// Its file is removed once it runs.
    Deleted,
    /// Another file takes its path once it runs.
    Replaced,
    /// On a file system that only its own mount namespace has.
    PrivateMount,
    /// In a root folder of its own.
    Chroot,
    /// It ends before the recording does.
    Exits,
    /// The recording starts it; its exit code is 7.
    Command,
}

impl Place {
    /// Whether the program runs until it is told to stop.
    pub(crate) fn outlasts_recordings(self) -> bool {
        !matches!(self, Place::Exits | Place::Command)
    }
}

/// What is asked of the stacks of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stacks {
    /// Nearly all have the whole chain and reach their root.
    Whole,
    /// Nothing describes the frames: those that are wrong must be labelled as guessed or cut, and the recording must say
    /// so.
    Labelled,
}

const C: &[&str] = &["-O2", "-g", "-pthread", "-fomit-frame-pointer"];
const WORK: &[(&str, &[&str])] = &[
    ("heavy_work", &["work", "run_heavy", "heavy_work"]),
    ("light_work", &["work", "run_light", "light_work"]),
];
const MAIN: &[(&str, &[&str])] = &[
    ("heavy_work", &["main", "run_heavy", "heavy_work"]),
    ("light_work", &["main", "run_light", "light_work"]),
];
const INLINED: &[(&str, &[&str])] = &[
    ("heavy_caller", &["main", "work", "heavy_caller", "middle"]),
    ("light_caller", &["main", "work", "light_caller", "middle"]),
];
const GENERIC: &[(&str, &[&str])] = &[
    (
        "Heavy",
        &[
            "measured::<generic::Heavy>",
            "generic_work::<generic::Heavy>",
        ],
    ),
    (
        "Light",
        &[
            "measured::<generic::Light>",
            "generic_work::<generic::Light>",
        ],
    ),
];
const LEGACY: &[(&str, &[&str])] = &[
    (
        "Heavy",
        &["measured<generic::Heavy>", "generic_work<generic::Heavy>"],
    ),
    (
        "Light",
        &["measured<generic::Light>", "generic_work<generic::Light>"],
    ),
];
const GO: &[(&str, &[&str])] = &[
    (
        "main.heavyWork",
        &[
            "main.work",
            "main.measured",
            "main.heavy.run",
            "main.heavyWork",
        ],
    ),
    (
        "main.lightWork",
        &[
            "main.work",
            "main.measured",
            "main.light.run",
            "main.lightWork",
        ],
    ),
];

const STEADY: Case = Case {
    name: "",
    program: "steady.c",
    compiler: None,
    flags: C,
    after: &[],
    place: Place::Ordinary,
    chains: WORK,
    rate_hz: 1999,
    stacks: Stacks::Whole,
    needs_privilege: false,
    short: false,
};

/// All rows, in the order of the table.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "C with frame pointers",
        flags: &["-O2", "-g", "-pthread", "-fno-omit-frame-pointer"],
        ..STEADY
    },
    Case {
        name: "C without frame pointers",
        short: true,
        ..STEADY
    },
    Case {
        name: "stripped",
        after: &[Step::Strip],
        short: true,
        ..STEADY
    },
    Case {
        name: "no .eh_frame, .debug_frame",
        flags: &[
            "-O2",
            "-g",
            "-pthread",
            "-fomit-frame-pointer",
            "-fno-asynchronous-unwind-tables",
            "-fno-unwind-tables",
        ],
        short: true,
        ..STEADY
    },
    Case {
        name: "no unwind table at all",
        flags: &[
            "-O2",
            "-pthread",
            "-fomit-frame-pointer",
            "-fno-asynchronous-unwind-tables",
            "-fno-unwind-tables",
        ],
        stacks: Stacks::Labelled,
        ..STEADY
    },
    Case {
        name: "static",
        flags: &["-O2", "-g", "-pthread", "-fomit-frame-pointer", "-static"],
        ..STEADY
    },
    Case {
        name: "static-pie",
        flags: &[
            "-O2",
            "-g",
            "-pthread",
            "-fomit-frame-pointer",
            "-static-pie",
        ],
        ..STEADY
    },
    Case {
        name: "inlined functions",
        program: "inlined.c",
        chains: INLINED,
        ..STEADY
    },
    Case {
        name: "compressed debug sections",
        program: "inlined.c",
        flags: &["-O2", "-g", "-gz=zlib"],
        chains: INLINED,
        ..STEADY
    },
    Case {
        name: "split debug file, debug link",
        program: "inlined.c",
        flags: &["-O2", "-g", "-Wl,--build-id=none"],
        after: &[Step::SplitByDebugLink],
        chains: INLINED,
        ..STEADY
    },
    Case {
        name: "split debug file, build id",
        program: "inlined.c",
        flags: &["-O2", "-g", "-Wl,--build-id=sha1"],
        after: &[Step::SplitByBuildId],
        chains: INLINED,
        ..STEADY
    },
    Case {
        name: "-gsplit-dwarf",
        program: "inlined.c",
        flags: &["-O2", "-g", "-gsplit-dwarf"],
        chains: INLINED,
        ..STEADY
    },
    Case {
        name: "Rust, v0 mangling",
        program: "generic.rs",
        flags: &["-O", "-g", "-Csymbol-mangling-version=v0"],
        chains: GENERIC,
        short: true,
        ..STEADY
    },
    Case {
        name: "Rust, legacy mangling",
        program: "generic.rs",
        flags: &[
            "-O",
            "-g",
            "-Csymbol-mangling-version=legacy",
            "-Zunstable-options",
        ],
        chains: LEGACY,
        ..STEADY
    },
    Case {
        name: "Rust, stripped",
        program: "generic.rs",
        flags: &["-O", "-g", "-Csymbol-mangling-version=v0"],
        after: &[Step::Strip],
        chains: GENERIC,
        ..STEADY
    },
    Case {
        name: "C++, templates and exceptions",
        program: "throwing.cpp",
        chains: &[
            (
                "shop::Order<shop::Tea>::price",
                &[
                    "main",
                    "shop::serve<shop::Tea>",
                    "shop::Order<shop::Tea>::place",
                    "shop::Order<shop::Tea>::price",
                ],
            ),
            (
                "shop::Order<shop::Book>::price",
                &[
                    "main",
                    "shop::serve<shop::Book>",
                    "shop::Order<shop::Book>::place",
                    "shop::Order<shop::Book>::price",
                ],
            ),
        ],
        ..STEADY
    },
    Case {
        name: "Go",
        program: "split.go",
        flags: &[],
        chains: GO,
        ..STEADY
    },
    Case {
        name: "Go, stripped",
        program: "split.go",
        flags: &["-ldflags=-s -w"],
        chains: GO,
        ..STEADY
    },
    Case {
        name: "musl, static",
        compiler: Some("musl-gcc"),
        flags: &["-O2", "-g", "-pthread", "-fomit-frame-pointer", "-static"],
        ..STEADY
    },
    Case {
        name: "musl, dynamic",
        compiler: Some("musl-gcc"),
        ..STEADY
    },
    Case {
        name: "Zig",
        program: "split.zig",
        flags: &["-OReleaseFast", "-fno-strip", "-lc"],
        chains: &[
            ("split.heavyWork", &["main", "split.heavyWork"]),
            ("split.lightWork", &["main", "split.lightWork"]),
        ],
        ..STEADY
    },
    Case {
        name: "recursion of 400",
        program: "recurse.c",
        flags: &["-O2", "-g", "-DDEPTH=400", "-DFRAME=96"],
        chains: &[
            (
                "heavy_work",
                &["main", "recurse*400", "run_heavy", "heavy_work"],
            ),
            (
                "light_work",
                &["main", "recurse*400", "run_light", "light_work"],
            ),
        ],
        ..STEADY
    },
    Case {
        name: "recursion of 5,000",
        program: "recurse.c",
        flags: &["-O2", "-g", "-DDEPTH=5000", "-DFRAME=1"],
        chains: &[
            (
                "heavy_work",
                &["main", "recurse*5000", "run_heavy", "heavy_work"],
            ),
            (
                "light_work",
                &["main", "recurse*5000", "run_light", "light_work"],
            ),
        ],
        ..STEADY
    },
    Case {
        name: "100 threads",
        flags: &["-O2", "-g", "-pthread", "-DTHREADS=100", "-DPIECE=10"],
        ..STEADY
    },
    Case {
        name: "threads of a few ms, 999 Hz",
        program: "short_threads.c",
        chains: &[
            ("heavy_work", &["heavy", "run_heavy", "heavy_work"]),
            ("light_work", &["light", "run_light", "light_work"]),
        ],
        rate_hz: 999,
        needs_privilege: true,
        short: true,
        ..STEADY
    },
    Case {
        name: "threads of a few ms, 99 Hz",
        program: "short_threads.c",
        chains: &[
            ("heavy_work", &["heavy", "run_heavy", "heavy_work"]),
            ("light_work", &["light", "run_light", "light_work"]),
        ],
        rate_hz: 99,
        needs_privilege: true,
        ..STEADY
    },
    Case {
        name: "libraries that take each other's place",
        program: "plugins.c",
        after: &[Step::Plugins],
        chains: &[
            (
                "plugin_heavy",
                &["main", "run_plugin", "entry", "plugin_heavy"],
            ),
            (
                "plugin_light",
                &["main", "run_plugin", "entry", "plugin_light"],
            ),
        ],
        ..STEADY
    },
    Case {
        name: "fork",
        program: "children.c",
        chains: MAIN,
        needs_privilege: true,
        short: true,
        ..STEADY
    },
    Case {
        name: "fork and exec",
        program: "executed.c",
        chains: MAIN,
        needs_privilege: true,
        ..STEADY
    },
    Case {
        name: "vfork and exec",
        program: "executed.c",
        flags: &["-O2", "-g", "-DFORK=vfork"],
        chains: MAIN,
        needs_privilege: true,
        ..STEADY
    },
    Case {
        name: "generated code, perf map",
        program: "jit.c",
        chains: &[
            ("jit_heavy", &["main", "run_generated", "jit_heavy"]),
            ("jit_light", &["main", "run_generated", "jit_light"]),
        ],
        ..STEADY
    },
    Case {
        name: "deleted program",
        place: Place::Deleted,
        ..STEADY
    },
    Case {
        name: "replaced program",
        place: Place::Replaced,
        ..STEADY
    },
    Case {
        name: "private mount namespace",
        place: Place::PrivateMount,
        short: true,
        ..STEADY
    },
    Case {
        name: "root folder of its own",
        flags: &["-O2", "-g", "-pthread", "-static"],
        place: Place::Chroot,
        ..STEADY
    },
    Case {
        name: "exits while recorded",
        program: "exits.c",
        place: Place::Exits,
        chains: MAIN,
        rate_hz: 4999,
        ..STEADY
    },
    Case {
        name: "command, from its start",
        program: "exits.c",
        place: Place::Command,
        chains: MAIN,
        rate_hz: 4999,
        short: true,
        ..STEADY
    },
    Case {
        name: "signal handlers, own and alternate stack",
        program: "signals.c",
        chains: &[
            (
                "heavy_work",
                &["main", "work", "on_stack", "run_heavy", "heavy_work"],
            ),
            (
                "light_work",
                &["main", "work", "on_alternate", "run_light", "light_work"],
            ),
        ],
        ..STEADY
    },
    Case {
        name: "longjmp, coroutine",
        program: "jumps.c",
        chains: &[
            (
                "heavy_work",
                &["main", "jump", "leave", "run_heavy", "heavy_work"],
            ),
            ("light_work", &["coroutine", "run_light", "light_work"]),
        ],
        ..STEADY
    },
    Case {
        name: "in the kernel",
        program: "kernel.c",
        chains: &[
            ("read_zeros", &["main", "read_zeros", "do_syscall_64"]),
            ("make_random", &["main", "make_random", "do_syscall_64"]),
        ],
        ..STEADY
    },
];
