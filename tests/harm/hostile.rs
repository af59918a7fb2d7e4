//! Targets that want the profiler to crash, hang, eat memory, or read what is not theirs to show.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use profiler::profile::{FoundBy, FrameKind, Location, Module, ModuleId, Profile};
use profiler::symbol::{DebugSources, symbolize};
use profiler::target::own_cpu;
use profiler::unwind::{AddressSpace, Object, ObjectId, UnwindRegisters, Unwinder};

use crate::lab::{Lab, Random, User, end_of, lab, peak_memory_kb};

/// The most CPU time and memory that any file may cost. Other work on the machine counts for neither.
const MOST_TIME: Duration = Duration::from_secs(2);
const MOST_MEMORY_KB: u64 = 300 << 10;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test(
            "mutated_files_cost_no_panic_no_time_and_no_memory",
            mutations,
        ),
        Trial::test(
            "a_section_that_inflates_to_a_gigabyte_is_not_inflated",
            bomb,
        ),
        Trial::test("a_debug_link_to_a_pipe_does_not_block", pipe_as_debug_link),
        Trial::test(
            "a_path_and_a_thread_name_with_control_characters_are_shown_without",
            escapes,
        ),
        Trial::test("nothing_outside_of_the_targets_root_is_opened", other_root),
    ]
}

/// Opens, unwinds with and names addresses of `bytes`, as a recording does.
fn exercise(bytes: Vec<u8>, random: &mut Random) {
    const BASE: u64 = 0x5555_5555_0000;
    let len = bytes.len() as u64;
    let object = Arc::new(Object::from_memory("/hostile", bytes));
    let mut space = AddressSpace::default();
    space.map(
        BASE..BASE + len,
        0,
        Some((ObjectId(1), Arc::clone(&object))),
    );
    let mut unwinder = Unwinder::default();
    let mut profile = Profile::default();
    for _ in 0..20 {
        let mut registers = [0; 16];
        registers.fill_with(|| BASE + random.below(len));
        let registers = UnwindRegisters::new(BASE + random.below(len), &registers);
        unwinder.walk(&mut space, &registers, |_| Some(BASE + random.below(len)));
    }
    for _ in 0..50 {
        profile.locations.push(Location {
            module: Some(ModuleId(1)),
            address: random.below(len),
            kind: FrameKind::Native,
            found_by: FoundBy::InstructionPointer,
            lines: Vec::new(),
        });
    }
    let path = profile.strings.intern("/hostile");
    let build_id = profile.strings.intern("");
    profile.modules = vec![Module { path, build_id }, Module { path, build_id }];
    let kernel = Arc::new(Object::missing("[kernel]"));
    symbolize(&mut profile, &[kernel, object], &DebugSources::default());
}

/// Sound files to start from: with debug information, with compressed one, and stripped.
fn seeds(lab: &Lab) -> Vec<Vec<u8>> {
    let folder = lab.folder();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/harm/bpf_left.c");
    let build = |flags: &[&str]| {
        let path = folder.path().join("seed");
        let mut command = Command::new("cc");
        command.args(flags).arg("-o").arg(&path).arg(&source);
        assert!(command.status().unwrap().success());
        fs::read(path).unwrap()
    };
    vec![
        build(&["-g", "-O1"]),
        build(&["-g", "-gz", "-O1", "-static-pie"]),
        build(&["-s", "-fomit-frame-pointer"]),
        build(&["-g", "-fno-asynchronous-unwind-tables", "-O2"]),
    ]
}

/// Where lies and damage hurt: the header, both tables of headers, and small numbers that count or measure.
fn mutate(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let word = |at: usize| u64::from_le_bytes(seed[at..at + 8].try_into().unwrap()) as usize;
    let (segments, sections) = (word(32), word(40));
    for _ in 0..1 + random.below(8) {
        let region = match random.below(4) {
            0 => 0..64,
            1 => segments..(segments + 56 * 13).min(seed.len()),
            2 => sections..(sections + 64 * 36).min(seed.len()),
            _ => 0..seed.len(),
        };
        let at = region.start + random.below(region.len() as u64) as usize;
        let value: u64 = match random.below(6) {
            0 => 0,
            1 => u64::MAX,
            2 => i64::MAX as u64,
            3 => random.below(1 << 33),
            4 => random.below(seed.len() as u64),
            _ => u64::from(seed[at]) ^ (1 << random.below(8)),
        };
        let size = [1, 2, 4, 8][random.below(4) as usize];
        for (byte, new) in bytes[at..].iter_mut().zip(&value.to_le_bytes()[..size]) {
            *byte = *new;
        }
    }
    if random.below(10) == 0 {
        bytes.truncate(1 + random.below(seed.len() as u64) as usize);
    }
    bytes
}

fn mutations() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let seconds = std::env::var("HONE_FUZZ_SECONDS").map_or(2, |text| text.parse().unwrap());
    let start = std::env::var("HONE_FUZZ_SEED").map_or(1, |text| text.parse().unwrap());
    let seeds = seeds(lab);
    let mut count = 0;
    let mut slowest = Duration::ZERO;
    let before = peak_memory_kb("self").unwrap();
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < deadline {
        let seed = start + count;
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ seed << 20);
        let bytes = mutate(&seeds[seed as usize % seeds.len()], &mut random);
        let started = own_cpu();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            exercise(bytes, &mut random)
        }));
        let took = own_cpu() - started;
        slowest = slowest.max(took);
        if result.is_err() || took > MOST_TIME {
            let how = if result.is_err() { "panics" } else { "is slow" };
            return Err(format!("HONE_FUZZ_SEED={seed} {how} after {took:?}").into());
        }
        count += 1;
    }
    let grown = peak_memory_kb("self").unwrap() - before;
    println!("{count} files, {slowest:.1?} at most, {grown} KB more memory");
    if grown > MOST_MEMORY_KB {
        return Err(format!("memory grew by {grown} KB").into());
    }
    Ok(())
}

/// Zeros, deflated as far as that goes: one code of 13 bits for each 258 of them.
fn deflated_zeros(runs: u64) -> (Vec<u8>, u64) {
    let (mut bytes, mut buffer, mut filled) = (vec![0x78, 0x9c], 0u64, 0);
    let mut put = |bits: u64, count: u32, bytes: &mut Vec<u8>| {
        buffer |= bits << filled;
        filled += count;
        while filled >= 8 {
            bytes.push(buffer as u8);
            buffer >>= 8;
            filled -= 8;
        }
    };
    put(0b011, 3, &mut bytes); // the last block, fixed codes
    put(0b0000_1100, 8, &mut bytes); // the literal 0
    for _ in 0..runs {
        put(0b1010_0011, 8, &mut bytes); // a copy of 258 bytes
        put(0, 5, &mut bytes); // from 1 byte back
    }
    put(0, 7, &mut bytes); // the end
    put(0, 7, &mut bytes);
    let len = 1 + 258 * runs;
    let checksum = ((len % 65521) << 16 | 1) as u32;
    bytes.extend(checksum.to_be_bytes());
    (bytes, len)
}

fn bomb() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let (deflated, len) = deflated_zeros(4 << 20);
    let mut section = Vec::new();
    for word in [1, len, 1] {
        section.extend(word.to_le_bytes()); // Elf64_Chdr: zlib, size, alignment
    }
    section.extend(deflated);
    let folder = lab.folder();
    let (content, program) = (folder.path().join("content"), folder.path().join("bomb"));
    fs::write(&content, &section).unwrap();
    let made = Command::new("objcopy")
        .arg("--strip-debug")
        .args([
            "--add-section".into(),
            format!(".debug_info={}", content.display()),
        ])
        .arg(lab.program("target"))
        .arg(&program)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no objcopy");
        return Ok(());
    }
    let mut bytes = fs::read(&program).unwrap();
    set_compressed(&mut bytes, section.len() as u64);
    let (started, before) = (own_cpu(), peak_memory_kb("self").unwrap());
    exercise(bytes, &mut Random(7));
    let (took, grown) = (
        own_cpu() - started,
        peak_memory_kb("self").unwrap() - before,
    );
    println!(
        "{len} bytes from {}: {took:.1?}, {grown} KB more memory",
        section.len()
    );
    if took > MOST_TIME || grown > MOST_MEMORY_KB {
        return Err(format!("it takes {took:?} and {grown} KB").into());
    }
    Ok(())
}

/// Marks the section that is `len` bytes long as compressed.
fn set_compressed(bytes: &mut [u8], len: u64) {
    const COMPRESSED: u8 = 0x08; // in the second byte of the flags
    let start = u64::from_le_bytes(bytes[40..48].try_into().unwrap()) as usize;
    let count = usize::from(u16::from_le_bytes(bytes[60..62].try_into().unwrap()));
    let header = (0..count)
        .map(|at| start + 64 * at)
        .find(|at| bytes[at + 32..at + 40] == len.to_le_bytes())
        .unwrap();
    bytes[header + 9] |= COMPRESSED;
}

/// Starts a copy of the target program with something odd about it, records it, and ends it.
fn record(
    lab: &Lab,
    program: &Path,
    prefix: &[&str],
    output: &Path,
) -> Result<(Duration, String), Failed> {
    let mut command = Command::new(
        prefix
            .first()
            .map_or(program.as_os_str(), |first| first.as_ref()),
    );
    if let Some((_, rest)) = prefix.split_first() {
        command.args(rest).arg(program);
    }
    let mut target = command
        .arg("busy")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    let profiler = lab
        .profiler(User::Own)
        .args(["record", "--duration", "300ms", "--rate", "499", "--pid"])
        .arg(target.id().to_string())
        .arg("--output")
        .arg(output)
        .current_dir(output.parent().unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ended = end_of(profiler);
    let took = started.elapsed();
    drop(target.stdin.take());
    target.wait().unwrap();
    let (_, message) = ended.ok_or_else(|| Failed::from("the profiler does not end"))?;
    Ok((took, message))
}

fn pipe_as_debug_link() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    let program = folder.path().join("linked");
    let (link, content) = (
        folder.path().join("names.debug"),
        folder.path().join("content"),
    );
    fs::write(
        &content,
        [b"names.debug\0".as_slice(), &[1, 2, 3, 4]].concat(),
    )
    .unwrap();
    let made = Command::new("objcopy")
        .args([
            "--strip-all",
            "--remove-section=.note.gnu.build-id",
            "--add-section",
        ])
        .arg(format!(".gnu_debuglink={}", content.display()))
        .arg(lab.program("target"))
        .arg(&program)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no objcopy");
        return Ok(());
    }
    assert!(
        Command::new("mkfifo")
            .arg(&link)
            .status()
            .unwrap()
            .success()
    );
    let (took, message) = record(lab, &program, &[], &folder.path().join("out.folded"))?;
    println!("{took:.1?} {message}");
    (took < MOST_TIME * 4)
        .then_some(())
        .ok_or_else(|| format!("it takes {took:?}").into())
}

fn escapes() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    let program = folder.path().join("a\u{1b}[31m\n<script>alert(1)");
    fs::copy(lab.program("target"), &program).unwrap();
    for name in ["out.svg", "out.html", "out.folded", "out.json"] {
        let output = folder.path().join(name);
        let (_, message) = record(lab, &program, &[], &output)?;
        let text =
            fs::read_to_string(&output).map_err(|error| format!("{name}: {error}, {message}"))?;
        let shown = lab
            .profiler(User::Own)
            .arg("report")
            .arg(&output)
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        for (what, text) in [
            (name, &text),
            ("messages", &message),
            ("the terminal", &shown),
        ] {
            if text.contains('\u{1b}')
                || text.contains("<script>alert")
                    && !name.ends_with("json")
                    && what == name
                    && !name.ends_with("folded")
            {
                return Err(format!("{what} holds what the target's path says").into());
            }
        }
    }
    Ok(())
}

/// A target in a root of its own names files by paths which, on the host, belong to somebody else.
fn other_root() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    if lab.users().len() < 2 || !Path::new("/usr/bin/strace").exists() {
        eprintln!("SKIPPED: it takes root, chroot and strace");
        return Ok(());
    }
    let root = lab.folder();
    let host = lab.folder();
    let inside = root.path().join(host.path().strip_prefix("/").unwrap());
    fs::create_dir_all(&inside).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/harm/target.c");
    let program = inside.join("program");
    let content = host.path().join("content");
    fs::write(&content, [b"secret\0\0".as_slice(), &[1, 2, 3, 4]].concat()).unwrap();
    let built = Command::new("cc")
        .args([
            "-O1",
            "-s",
            "-static",
            "-Wl,--build-id=none",
            "-pthread",
            "-o",
        ])
        .arg(&program)
        .arg(source)
        .status();
    assert!(built.unwrap().success());
    let linked = Command::new("objcopy")
        .arg(format!(
            "--add-section=.gnu_debuglink={}",
            content.display()
        ))
        .arg(&program)
        .status();
    assert!(linked.unwrap().success());
    // What the link names exists on the host, beside the path that the program has in its root, and links to the
    // host lie in the root.
    fs::write(host.path().join("secret"), "the host's").unwrap();
    symlink("/etc/shadow", inside.join("secret")).unwrap();
    let in_root = host.path().join("program");
    let mut target = Command::new("chroot")
        .arg(root.path())
        .arg(in_root)
        .arg("busy")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let trace = host.path().join("trace");
    let output = host.path().join("out.folded");
    let status = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=open,openat,openat2", "-o"])
        .arg(&trace)
        .arg(lab.program("profiler"))
        .args(["record", "--duration", "300ms", "--rate", "499", "--pid"])
        .arg(target.id().to_string())
        .arg("--output")
        .arg(&output)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    drop(target.stdin.take());
    target.wait().unwrap();
    let trace = fs::read_to_string(trace).unwrap();
    assert!(status.success() && File::open(&output).is_ok());
    let is_open = |line: &&str| !line.contains(" = -1 ");
    let secret =
        |line: &&str| is_open(line) && (line.contains("secret") || line.contains("shadow"));
    match trace.lines().find(secret) {
        None => Ok(()),
        Some(line) => Err(format!("the profiler opens {line}").into()),
    }
}
