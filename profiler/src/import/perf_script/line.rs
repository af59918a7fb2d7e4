//! The lines of `perf script`: heads of samples, and frames.
//!
//! ```text
//! my worker 3  812/815  [001] 24436.991854:    5025125 cpu-clock:u:
//! └ comm       └ pid/tid, or tid alone  └ seconds      └ period, event
//!         3fbf4 msort_with_tmp+0x294 (/usr/lib/x86_64-linux-gnu/libc.so.6)
//!         └ address, symbol, offset in it, module
//! ```
//!
//! Fields are separated by spaces, which names of threads and functions may hold too. So a head is read from its time
//! outwards, or from its event where there is no time, and a frame from both of its ends.

/// Addresses from here on mark a change of context in a call chain; they are no code.
const FIRST_MARKER: u64 = u64::MAX - 4094;

/// The first line of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Head<'a> {
    pub(super) comm: &'a str,
    /// 0 where the file does not say.
    pub(super) pid: u32,
    pub(super) tid: u32,
    pub(super) time_ns: Option<u64>,
    pub(super) period: Option<i64>,
    /// Empty where the file does not say.
    pub(super) event: &'a str,
    /// What follows: the only frame of a recording without stacks, or fields of a tracepoint.
    pub(super) rest: &'a str,
}

/// A line that begins with a thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Start<'a> {
    Sample(Head<'a>),
    /// Another record, such as a mapping; the number of samples that it says were lost.
    Record {
        lost: u64,
    },
}

/// A frame, or one of those that were inlined into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) address: u64,
    /// `None` where perf found none.
    pub(super) symbol: Option<&'a str>,
    /// `None` where perf does not know the module, and for inlined frames.
    pub(super) module: Option<&'a str>,
    pub(super) inlined: bool,
}

/// Reads the head of a sample or of another record.
pub(super) fn start(line: &str) -> Option<Start<'_>> {
    let words: Vec<(usize, &str)> = words(line).collect();
    let timed = words.iter().enumerate().find_map(|(at, (_, word))| {
        let time = time_ns(word)?;
        Some((at, time, thread_before(line, &words[..at])?))
    });
    let (time, (comm, pid, tid), mut next) = match timed {
        Some((at, time, thread)) => (Some(time), thread, at + 1),
        None => {
            let event = words.iter().position(|(_, word)| is_event(word))?;
            let first = event - usize::from(event > 0 && is_period(line, words[event - 1]));
            (None, thread_before(line, &words[..first])?, first)
        }
    };
    let word = |at: usize| words.get(at).map_or("", |(_, word)| *word);
    if word(next).starts_with("PERF_RECORD_") {
        return Some(Start::Record {
            lost: lost(&words[next..]),
        });
    }
    let period = word(next).parse().ok().filter(|period| *period >= 0);
    next += usize::from(period.is_some());
    let event = word(next).strip_suffix(':').unwrap_or_default();
    next += usize::from(!event.is_empty());
    Some(Start::Sample(Head {
        comm,
        pid,
        tid,
        time_ns: time,
        period,
        event,
        rest: words
            .get(next)
            .map_or("", |(start, _)| line[*start..].trim_end()),
    }))
}

/// Words and where they start.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = move |word: &str| word.as_ptr() as usize - line.as_ptr() as usize;
    line.split_ascii_whitespace()
        .map(move |word| (start(word), word))
}

/// `24436.991854:`, seconds with six or nine digits.
fn time_ns(word: &str) -> Option<u64> {
    let (seconds, fraction) = word.strip_suffix(':')?.split_once('.')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(fraction) || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let nanos = fraction.parse::<u64>().ok()? * 10u64.pow(9 - fraction.len() as u32);
    seconds
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000_000_000)?
        .checked_add(nanos)
}

fn is_event(word: &str) -> bool {
    let name = word.strip_suffix(':').unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// Whether a number before the event is a period, which is aligned to ten digits, and not a thread id.
fn is_period(line: &str, (start, word): (usize, &str)) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number && (word.len() >= 10 || line[..start].ends_with("  "))
}

/// Name, process and thread at the end of `words`, which a CPU and the flags of an interrupt may follow.
fn thread_before<'a>(line: &'a str, words: &[(usize, &'a str)]) -> Option<(&'a str, u32, u32)> {
    const AFTER_THREAD: usize = 2;
    for (skipped, (start, word)) in words.iter().rev().take(AFTER_THREAD + 1).enumerate() {
        if let Some((pid, tid)) = ids(word) {
            let comm = line[..*start].trim();
            return (!comm.is_empty()).then_some((comm, pid, tid));
        }
        if skipped == 1 && !word.starts_with('[') {
            break;
        }
    }
    None
}

/// `812/815` or `815`; threads that are gone have -1.
fn ids(word: &str) -> Option<(u32, u32)> {
    let id = |text: &str| match text {
        "-1" => Some(0),
        text => text.parse().ok(),
    };
    match word.split_once('/') {
        Some((pid, tid)) => Some((id(pid)?, id(tid)?)),
        None => Some((0, id(word)?)),
    }
}

/// The number of `PERF_RECORD_LOST lost 12`.
fn lost(words: &[(usize, &str)]) -> u64 {
    let mut words = words.iter().map(|(_, word)| *word);
    if !words
        .next()
        .is_some_and(|record| record.starts_with("PERF_RECORD_LOST"))
    {
        return 0;
    }
    let number = words.skip_while(|word| *word != "lost").nth(1);
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Reads a frame; `None` where the line is none.
pub(super) fn frame(line: &str) -> Option<Frame<'_>> {
    let line = line.trim();
    let (address, rest) = line.split_once(' ').unwrap_or((line, ""));
    let address = u64::from_str_radix(address, 16).ok()?;
    let (symbol, module) = split_module(rest.trim());
    let symbol = without_offset(symbol.trim());
    Some(Frame {
        address,
        symbol: Some(symbol).filter(|symbol| !matches!(*symbol, "" | "[unknown]")),
        module: module.filter(|module| !matches!(*module, "" | "[unknown]" | "inlined")),
        inlined: module == Some("inlined"),
    })
}

impl Frame<'_> {
    /// Whether the frame is a mark in the call chain and no code.
    pub(super) fn is_marker(&self) -> bool {
        self.address >= FIRST_MARKER
    }
}

/// `f(int) (/lib/x.so (deleted))`: the last group in parentheses is the module.
fn split_module(text: &str) -> (&str, Option<&str>) {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            _ if depth == 0 => break,
            b'(' if depth == 1 => return (&text[..at], Some(&text[at + 1..text.len() - 1])),
            b'(' => depth -= 1,
            _ => {}
        }
    }
    (text, None)
}

fn without_offset(symbol: &str) -> &str {
    match symbol.rsplit_once("+0x") {
        Some((name, offset)) if offset.bytes().all(|byte| byte.is_ascii_hexdigit()) => name,
        _ => symbol,
    }
}

/// Reads `file.c:12`, which perf puts below a frame where it is asked for source lines.
pub(super) fn source_line(line: &str) -> Option<(&str, u32)> {
    let (file, line) = line.trim().rsplit_once(':')?;
    Some((file, line.parse().ok().filter(|line| *line > 0)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(line: &str) -> Head<'_> {
        match start(line) {
            Some(Start::Sample(head)) => head,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn heads_have_any_choice_of_fields() {
        let default = head("my worker 3 10498 24436.991854:    5025125 cpu-clock:pppH: ");
        assert_eq!(
            default,
            Head {
                comm: "my worker 3",
                pid: 0,
                tid: 10498,
                time_ns: Some(24_436_991_854_000),
                period: Some(5_025_125),
                event: "cpu-clock:pppH",
                rest: "",
            }
        );
        let all = head("a b  8/9     [001] d..1. 1.000000001: cycles:P: ffff  f+0x1 ([k])");
        assert_eq!(
            (all.comm, all.pid, all.tid, all.time_ns),
            ("a b", 8, 9, Some(1_000_000_001))
        );
        assert_eq!(
            (all.period, all.event, all.rest),
            (None, "cycles:P", "ffff  f+0x1 ([k])")
        );
        let untimed = head("my worker 3 10498 cpu-clock: ");
        assert_eq!(
            (untimed.comm, untimed.tid, untimed.period),
            ("my worker 3", 10498, None)
        );
        let counted = head("my worker 3 10498    5025125 cpu-clock: ");
        assert_eq!(
            (counted.comm, counted.tid, counted.period),
            ("my worker 3", 10498, Some(5_025_125))
        );
        assert_eq!(head("x -1/-1 1.5: ").event, "");
        for wrong in ["", "a;b 3", "main", "12 1.5: cycles:", "a b c:"] {
            assert_eq!(start(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn other_records_are_told_from_samples() {
        let record = |line| matches!(start(line), Some(Start::Record { lost: 0 }));
        assert!(record(
            "spin 9 24436.98: PERF_RECORD_MMAP2 9/9: [0x5(0x1) @ 0]: r-xp /bin/a"
        ));
        let lost = start("swapper 0 24436.98: PERF_RECORD_LOST lost 12");
        assert_eq!(lost, Some(Start::Record { lost: 12 }));
    }

    #[test]
    fn frames_are_read_from_both_ends() {
        let deleted = frame("\t   12a3 f(int (*)(char)) const+0x1f (/tmp/a b (deleted))").unwrap();
        assert_eq!(deleted.symbol, Some("f(int (*)(char)) const"));
        assert_eq!(deleted.module, Some("/tmp/a b (deleted)"));
        assert_eq!(
            frame("\t 10 operator()+0x2 (inlined)").map(|f| (f.symbol, f.inlined)),
            Some((Some("operator()"), true))
        );
        let unknown = frame("  7f00 [unknown] ([unknown])").unwrap();
        assert_eq!(
            (unknown.symbol, unknown.module, unknown.address),
            (None, None, 0x7f00)
        );
        assert_eq!(frame("\t 7f00").map(|f| f.address), Some(0x7f00));
        assert_eq!(frame("\t 1 f)").map(|f| f.symbol), Some(Some("f)")));
        assert!(
            frame("ffffffffffffff80 [unknown] ([unknown])")
                .unwrap()
                .is_marker()
        );
        assert_eq!(frame("  spin.c:14"), None);
        assert_eq!(source_line("  spin.c:14"), Some(("spin.c", 14)));
    }
}
