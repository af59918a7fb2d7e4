//! What the tests work with: the programs, the users, random numbers, and what a process looks like from outside.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The exit code of targets that were not harmed.
const EXIT_CODE: i32 = 37;

/// Whether this program was started under the profiler's name.
pub(crate) fn is_profiler() -> bool {
    let name = std::env::args_os().next().map(PathBuf::from);
    name.is_some_and(|path| path.file_name() == Some("profiler".as_ref()))
}

/// Who runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    /// Whoever runs the tests.
    Own,
    /// A user without any privilege; possible where the tests run as root.
    Nobody,
}

/// The programs, built once for all tests.
#[derive(Debug)]
pub(crate) struct Lab {
    folder: TempDir,
    is_root: bool,
}

/// The lab; `None`, and a word about it, where there is no C compiler.
pub(crate) fn lab() -> Option<&'static Lab> {
    static LAB: OnceLock<Option<Lab>> = OnceLock::new();
    LAB.get_or_init(Lab::build).as_ref()
}

impl Lab {
    fn build() -> Option<Lab> {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path());
        let own = std::env::current_exe().unwrap();
        let profiler = folder.path().join("profiler");
        fs::hard_link(&own, &profiler)
            .or_else(|_| fs::copy(&own, &profiler).map(drop))
            .unwrap();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/harm");
        for source in fs::read_dir(sources).unwrap() {
            let source = source.unwrap().path();
            let program = folder.path().join(source.file_stem().unwrap());
            let mut compiler = Command::new("cc");
            compiler.args(["-O1", "-g", "-pthread", "-o"]);
            match compiler.arg(program).arg(&source).status() {
                Ok(status) => assert!(status.success(), "{} does not compile", source.display()),
                Err(error) => {
                    eprintln!("SKIPPED: cc cannot be run: {error}");
                    return None;
                }
            }
        }
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        Some(Lab { folder, is_root })
    }

    /// The path of a program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The users that the tests can be.
    pub(crate) fn users(&self) -> &'static [User] {
        match self.is_root {
            true => &[User::Own, User::Nobody],
            false => &[User::Own],
        }
    }

    /// A command that `user` runs.
    pub(crate) fn command(&self, user: User, program: &Path) -> Command {
        if user == User::Own || !self.is_root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program);
        command
    }

    /// The profiler, run by `user`.
    pub(crate) fn profiler(&self, user: User) -> Command {
        self.command(user, &self.program("profiler"))
    }

    /// A new folder that every user may write to.
    pub(crate) fn folder(&self) -> TempDir {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        open_to_all(folder.path());
        folder
    }
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}

/// A program that works until it is told to end, then says how often it was disturbed.
#[derive(Debug)]
pub(crate) struct Target {
    child: Child,
    output: BufReader<ChildStdout>,
    pid: u32,
}

impl Target {
    /// Starts `target MODE...`, as a user without privilege where that is possible.
    pub(crate) fn start(lab: &Lab, mode: &[&str]) -> Target {
        Target::start_as(lab, User::Nobody, mode)
    }

    /// The same as `user`.
    pub(crate) fn start_as(lab: &Lab, user: User, mode: &[&str]) -> Target {
        let mut command = lab.command(user, &lab.program("target"));
        command.args(mode);
        Target::spawn(command)
    }

    /// The same under a debugger; `None` where there is none.
    pub(crate) fn start_traced(lab: &Lab, mode: &[&str]) -> Option<Target> {
        let strace = Path::new("/usr/bin/strace");
        if !strace.exists() {
            eprintln!("SKIPPED: there is no strace");
            return None;
        }
        let mut command = lab.command(User::Nobody, strace);
        command.args(["-f", "-qq", "-o", "/dev/null"]);
        command.arg(lab.program("target")).args(mode);
        let mut target = Target::spawn(command);
        target.pid = children(target.pid)[0];
        Some(target)
    }

    fn spawn(mut command: Command) -> Target {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let pid = child.id();
        Target { child, output, pid }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Ends it, and says how it was harmed; `None`: not at all.
    pub(crate) fn end(mut self) -> Option<String> {
        drop(self.child.stdin.take());
        let mut counts = String::new();
        self.output.read_to_string(&mut counts).unwrap();
        let status = self.child.wait().unwrap();
        let is_whole = counts.starts_with("wrong 0 eintr 0 short 0 lost 0 rounds ");
        let harm = !is_whole || status.code() != Some(EXIT_CODE) || counts.ends_with(" 0\n");
        harm.then(|| format!("{status}, {counts}"))
    }
}

/// The child processes of `pid`.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    text.split_ascii_whitespace()
        .map(|pid| pid.parse().unwrap())
        .collect()
}

/// The most memory that a process, or `self`, has had resident; `None` when it is gone.
pub(crate) fn peak_memory_kb(pid: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Sends a signal by its name.
pub(crate) fn signal(name: &str, pid: u32) {
    let status = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// The state letter of a process; `None` when it is gone.
pub(crate) fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// What nobody but the process itself may change, as one text.
pub(crate) fn traits(pid: u32) -> String {
    const KEPT: &[&str] = &[
        "Tgid",
        "TracerPid",
        "Uid",
        "FDSize",
        "NoNewPrivs",
        "Seccomp",
        "SigIgn",
        "SigCgt",
        "CapEff",
        "Cpus_allowed",
    ];
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let is_kept = |line: &&str| {
        line.split(':')
            .next()
            .is_some_and(|name| KEPT.contains(&name))
    };
    let mut text: Vec<String> = status.lines().filter(is_kept).map(str::to_owned).collect();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
    text.push(limits);
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten();
    let links = descriptors.map(|fd| fs::read_link(fd.unwrap().path()).unwrap_or_default());
    text.extend(links.map(|link| link.display().to_string()));
    // Code: neither is any loaded nor any changed to be writable.
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
    let code = maps
        .lines()
        .filter(|line| line.contains("x") && line.contains("xp "));
    text.extend(code.map(str::to_owned));
    text.join("\n")
}

/// The traits of a process once it has settled: libraries install handlers and open files at their first use.
pub(crate) fn settled_traits(pid: u32) -> String {
    let mut before = traits(pid);
    let mut same = 0;
    while same < 3 {
        std::thread::sleep(Duration::from_millis(20));
        let now = traits(pid);
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
    before
}

/// Waits for a program that should end by itself; `None` where it does not, and is killed.
pub(crate) fn end_of(mut child: Child) -> Option<(ExitStatus, String)> {
    const LONGEST: Duration = Duration::from_secs(30);
    let deadline = Instant::now() + LONGEST;
    let mut errors = child.stderr.take();
    let text = std::thread::spawn(move || {
        let mut text = String::new();
        if let Some(errors) = &mut errors {
            errors.read_to_string(&mut text).unwrap();
        }
        text
    });
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some((status, text.join().unwrap()));
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The BPF objects and perf events that `pid` holds, as `prog:12`, and the number of events.
pub(crate) fn kernel_objects(pid: u32) -> (BTreeSet<String>, usize) {
    let mut objects = BTreeSet::new();
    let folder = format!("/proc/{pid}/fdinfo");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        for line in text.lines() {
            if let Some((kind, id)) = line.split_once("_id:")
                && ["prog", "map", "link"].contains(&kind)
            {
                objects.insert(format!("{kind}:{}", id.trim()));
            }
        }
    }
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten();
    let is_event = |path: &Path| {
        fs::read_link(path).is_ok_and(|link| link.as_os_str() == "anon_inode:[perf_event]")
    };
    let events = descriptors.flatten().filter(|fd| is_event(&fd.path()));
    (objects, events.count())
}

/// Which of `objects` still exist; they are given a moment, since the kernel frees them later.
pub(crate) fn left_behind(lab: &Lab, objects: &BTreeSet<String>) -> Vec<String> {
    if objects.is_empty() {
        return Vec::new();
    }
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        let output = Command::new(lab.program("bpf_left")).args(objects).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        let left: Vec<String> = text.lines().map(str::to_owned).collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Random numbers; the same in each run.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Less than `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
