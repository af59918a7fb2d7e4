//! Programs: built as a case says, and started where it says.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Skipped;
use crate::cases::{Case, Place, Step};
use crate::score::Shares;

/// A case's program and what belongs to it, in a folder that every run gets a copy of.
pub(crate) struct Built {
    folder: tempfile::TempDir,
    name: String,
    /// Removed with this.
    debug_file: Option<DebugFile>,
}

/// A file below `/usr/lib/debug`.
struct DebugFile(PathBuf);

impl Drop for DebugFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        // Only what this made is empty.
        let _ = self.0.parent().map(fs::remove_dir);
    }
}

/// Suffix of the twin of a stripped program.
const TWIN: &str = "whole";

impl Built {
    pub(crate) fn new(case: &Case) -> Result<Built, Skipped> {
        let folder = tempfile::tempdir().unwrap();
        let source = sources().join(case.program);
        let name = source.file_stem().unwrap().to_string_lossy().into_owned();
        let mut built = Built {
            folder,
            name,
            debug_file: None,
        };
        let compile = built.compiler(case, &source);
        built.run(compile)?;
        for step in case.after {
            built.change(*step)?;
        }
        Ok(built)
    }

    fn compiler(&self, case: &Case, source: &Path) -> Command {
        let extension = source.extension().unwrap().to_str().unwrap();
        let zig = std::env::var("ZIG").unwrap_or_else(|_| "zig".to_owned());
        let usual = match extension {
            "c" => "cc",
            "cpp" => "c++",
            "rs" => "rustc",
            "go" => "go",
            "zig" => &zig,
            other => panic!("no compiler for .{other}"),
        };
        let mut command = Command::new(case.compiler.unwrap_or(usual));
        match extension {
            "rs" => command.args(["--edition", "2024"]),
            "go" => command.arg("build"),
            "zig" => command.arg("build-exe"),
            _ => &mut command,
        };
        command.args(case.flags);
        match extension {
            "zig" => command.arg(format!("-femit-bin={}", self.name)),
            _ => command.args(["-o", &self.name]),
        };
        command
            .arg(source)
            .env("GO111MODULE", "off")
            .env("RUSTC_BOOTSTRAP", "1");
        command
    }

    fn change(&mut self, step: Step) -> Result<(), Skipped> {
        let name = self.name.clone();
        let debug_file = format!("{name}.debug");
        match step {
            Step::Strip => {
                fs::copy(self.path(&name), self.path(&format!("{name}.{TWIN}"))).unwrap();
                self.tool("strip", &[&name])
            }
            Step::SplitByDebugLink => {
                self.tool("objcopy", &["--only-keep-debug", &name, &debug_file])?;
                self.tool("strip", &[&name])?;
                self.tool(
                    "objcopy",
                    &[&format!("--add-gnu-debuglink={debug_file}"), &name],
                )
            }
            Step::SplitByBuildId => {
                self.tool("objcopy", &["--only-keep-debug", &name, &debug_file])?;
                self.tool("strip", &[&name])?;
                let object =
                    profiler::unwind::Object::from_file("", File::open(self.path(&name)).unwrap());
                let (start, rest) = object
                    .build_id()
                    .expect("the linker was told so")
                    .split_at(2);
                let place = PathBuf::from(format!("/usr/lib/debug/.build-id/{start}/{rest}.debug"));
                let placed = fs::create_dir_all(place.parent().unwrap())
                    .and_then(|()| fs::copy(self.path(&debug_file), &place));
                placed.map_err(|error| Skipped(format!("{}: {error}", place.display())))?;
                self.debug_file = Some(DebugFile(place));
                fs::remove_file(self.path(&debug_file)).unwrap();
                Ok(())
            }
            Step::Plugins => {
                let source = sources().join("plugin.c");
                ["heavy", "light"].into_iter().try_for_each(|kind| {
                    let work = format!("-DWORK_NAME=plugin_{kind}");
                    let library = format!("{kind}.so");
                    let source = source.to_str().unwrap();
                    self.tool(
                        "cc",
                        &[
                            "-O2", "-g", "-shared", "-fPIC", &work, "-o", &library, source,
                        ],
                    )
                })
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tool(&self, tool: &str, arguments: &[&str]) -> Result<(), Skipped> {
        let mut command = Command::new(tool);
        command.args(arguments);
        self.run(command)
    }

    /// Runs a command in the folder. One that is not installed is a reason to skip; one that fails is a failure.
    fn run(&self, mut command: Command) -> Result<(), Skipped> {
        let output = command.current_dir(self.folder.path()).output();
        let output =
            output.map_err(|error| Skipped(format!("{:?}: {error}", command.get_program())))?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}");
        Ok(())
    }

    /// A copy of the folder, for one run.
    pub(crate) fn copy(&self) -> Copy {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
            }
        }
        Copy {
            program: folder.path().join(&self.name),
            folder,
        }
    }
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/programs")
}

/// What one run may change.
pub(crate) struct Copy {
    folder: tempfile::TempDir,
    pub(crate) program: PathBuf,
}

impl Copy {
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The twin of a stripped program.
    pub(crate) fn twin(&self) -> Option<PathBuf> {
        Some(self.program.with_extension(TWIN)).filter(|path| path.exists())
    }

    pub(crate) fn stop_file(&self) -> PathBuf {
        self.folder().join("stop")
    }
}

/// A program that runs.
pub(crate) struct Target {
    child: Child,
    output: BufReader<Box<dyn Read>>,
    /// Its creation ends the program.
    stop_file: PathBuf,
}

impl Target {
    /// Starts the program, and waits until it is ready.
    pub(crate) fn start(copy: &Copy, place: Place) -> Result<Target, Skipped> {
        let (command, stop_file) = command(copy, place);
        let target = Target::spawn(command, stop_file)?;
        match place {
            Place::Deleted => fs::remove_file(&copy.program).unwrap(),
            Place::Replaced => {
                let other = copy.folder().join("other");
                fs::copy("/bin/sh", &other).unwrap();
                fs::rename(other, &copy.program).unwrap();
            }
            _ => {}
        }
        Ok(target)
    }

    /// Starts a command whose standard output is a program's.
    pub(crate) fn spawn(mut command: Command, stop_file: PathBuf) -> Result<Target, Skipped> {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child =
            child.map_err(|error| Skipped(format!("{:?}: {error}", command.get_program())))?;
        let stdout: Box<dyn Read> = Box::new(child.stdout.take().unwrap());
        let mut output = BufReader::new(stdout);
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let mut target = Target {
            child,
            output,
            stop_file,
        };
        if line.trim() == "ready" {
            Ok(target)
        } else {
            let (_, said) = target.finish();
            Err(Skipped(format!("{command:?}: {}", said.trim())))
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the program; its shares by marker, and its exit code.
    pub(crate) fn stop(self) -> (Shares, Option<i32>, String) {
        File::create(&self.stop_file).unwrap();
        self.ended()
    }

    /// As [`Target::stop`], for a program that ends by itself.
    pub(crate) fn ended(mut self) -> (Shares, Option<i32>, String) {
        let mut truth = String::new();
        self.output.read_to_string(&mut truth).unwrap();
        let (code, said) = self.finish();
        let truth = serde_json::from_str(&truth)
            .unwrap_or_else(|error| panic!("{truth:?}: {error}; {said}"));
        (truth, code, said)
    }

    fn finish(&mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        let _ = self.child.stderr.take().unwrap().read_to_string(&mut said);
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Target {
    /// A program that nobody waits for any more does not go on.
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// How a program is started, and the file that stops it.
fn command(copy: &Copy, place: Place) -> (Command, PathBuf) {
    let stop_file = copy.stop_file();
    let shell = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", script, "sh"]);
        command.args([copy.folder(), &copy.program]);
        command
    };
    match place {
        Place::PrivateMount => {
            let script = "mkdir $1/private && mount -t tmpfs none $1/private && cp $2 $1/private/program && \
                          exec $1/private/program $1/stop";
            (shell(script), stop_file)
        }
        Place::Chroot => {
            let script = "mkdir -p $1/root/bin && cp $2 $1/root/bin/program && exec chroot $1/root /bin/program /stop";
            (shell(script), copy.folder().join("root/stop"))
        }
        _ => {
            let mut command = Command::new(&copy.program);
            command.arg(&stop_file);
            (command, stop_file)
        }
    }
}
