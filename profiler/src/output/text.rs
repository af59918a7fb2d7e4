//! The report for a terminal of 80 columns. Width is fixed and colour is an argument, so that the text is
//! the same wherever it is rendered.

use std::fmt::Write as _;

use super::facts::percent;
use super::report::{LineRow, Report, Row, Share};
use crate::profile::Profile;
use crate::recommend::{CallPath, HOURS_PER_MONTH, Recommendation};

const WIDTH: usize = 80;
/// Functions in each list of [`terminal_report`].
pub const TOP: usize = 10;
/// Threads that are listed.
const THREADS: usize = 8;

/// The report of `profile`: what `profiler report` prints, and `record` without `--output`.
pub fn terminal_report(profile: &Profile, color: bool) -> String {
    render(&Report::of(profile, TOP), color)
}

/// Renders `report`.
pub fn render(report: &Report, color: bool) -> String {
    let mut page = Page {
        text: String::new(),
        color,
    };
    page.head(report);
    if report.total == 0 {
        page.line("No samples: the target used no CPU time while it was recorded.");
        return page.text;
    }
    page.functions("Hottest functions by their own cost", &report.by_self);
    page.functions(
        "Functions of the program, with what they call",
        &report.by_total,
    );
    page.lines(&report.by_line);
    page.threads(report);
    page.recommendations(report);
    page.text
}

#[derive(Clone, Copy)]
enum Ink {
    Bold,
    Dim,
    Red,
    Yellow,
}

struct Page {
    text: String,
    color: bool,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Red => "31",
            Ink::Yellow => "33",
        };
        if self.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn heading(&mut self, text: &str) {
        let text = self.ink(Ink::Bold, text);
        self.line("");
        self.line(&text);
    }

    /// `text` in lines of at most [`WIDTH`], indented.
    fn paragraph(&mut self, indent: usize, text: &str) {
        for line in wrap(text, WIDTH - indent) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    fn head(&mut self, report: &Report) {
        let target = if report.target.is_empty() {
            "Profile"
        } else {
            &report.target
        };
        let title = self.ink(Ink::Bold, &fit(target, WIDTH));
        self.line(&title);
        if !report.source.is_empty() {
            let source = self.ink(Ink::Dim, &fit(&report.source, WIDTH));
            self.line(&source);
        }
        self.line("");
        for fact in &report.facts {
            let value = if fact.warns {
                self.ink(Ink::Yellow, &fact.value)
            } else {
                fact.value.clone()
            };
            // Only what the profile does not say can be longer than a line.
            if fact.value.chars().count() > WIDTH - 30 {
                self.paragraph(2, &format!("{}: {}", fact.name, fact.value));
            } else {
                self.line(&format!("  {:<27} {value}", fact.name));
            }
        }
        if let Some(cores) = report.cores {
            self.line(&format!("  {:<27} {cores:.2} cores on average", "busy"));
        }
        if let Some(cost) = &report.cost {
            let value = match cost.per_month {
                Some(month) => format!("{} a month", money(month)),
                None => "not known".to_owned(),
            };
            self.line(&format!("  {:<27} {value}", "cost"));
            self.paragraph(4, &cost.explanation);
        }
        for unseen in &report.unseen {
            self.line("");
            self.paragraph(
                2,
                &format!("Not seen: {}. Remedy: {}.", unseen.what, unseen.remedy),
            );
        }
    }

    fn functions(&mut self, title: &str, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        self.heading(title);
        let head = self.ink(Ink::Dim, "          self           total  function");
        self.line(&head);
        for row in rows {
            let name = fit(&row.function, WIDTH - 35);
            let place = place(&row.file, row.line);
            // The place goes to the end of the line where there is room for it.
            let room = (WIDTH - 35).saturating_sub(name.chars().count() + 2);
            let place = if place.is_empty() || place.len() > room {
                String::new()
            } else {
                self.ink(Ink::Dim, &place)
            };
            self.line(&format!(
                "{}  {}   {name}  {place}",
                share(row.own),
                share(row.total)
            ));
        }
    }

    fn lines(&mut self, rows: &[LineRow]) {
        self.heading("Hottest source lines of the program");
        if rows.is_empty() {
            self.line("  The profile knows none: build with line tables (-g1; for Rust, debug =");
            self.line("  \"line-tables-only\") and record again.");
            return;
        }
        let head = self.ink(Ink::Dim, "          self  with libraries  line");
        self.line(&head);
        for row in rows {
            let place = fit_end(&place(&row.file, row.line), 30);
            let room = (WIDTH - 35).saturating_sub(place.chars().count() + 2);
            let function = self.ink(Ink::Dim, &fit(&row.function, room));
            self.line(&format!(
                "{}  {}   {place}  {function}",
                share(row.own),
                share(row.with_library)
            ));
        }
    }

    fn threads(&mut self, report: &Report) {
        if report.threads.len() < 2 {
            return;
        }
        self.heading("Threads");
        for row in report.threads.iter().take(THREADS) {
            let many = if row.threads > 1 {
                format!(" ×{}", row.threads)
            } else {
                String::new()
            };
            let name = if row.name.is_empty() {
                "[no name]"
            } else {
                &row.name
            };
            self.line(&format!(
                "{:>9}  {}{many}",
                percent(row.share),
                fit(name, 60)
            ));
        }
        if report.threads.len() > THREADS {
            self.line(&format!(
                "{:>9}  {} more",
                "",
                report.threads.len() - THREADS
            ));
        }
    }

    fn recommendations(&mut self, report: &Report) {
        self.heading("Recommendations");
        if report.recommendations.is_empty() {
            self.line("  None of the built-in rules applies.");
        }
        if report.recommendations.len() > 1 {
            self.line("  Estimates; one stack can match several, so savings do not add up.");
        }
        if report
            .cost
            .as_ref()
            .is_some_and(|cost| cost.per_month.is_some())
        {
            self.paragraph(
                2,
                &format!(
                    "A month's saving: cores busy × saved share × price of a core for an hour × {HOURS_PER_MONTH} h × \
                     instances."
                ),
            );
        }
        for recommendation in &report.recommendations {
            self.recommendation(recommendation);
        }
    }

    fn recommendation(&mut self, found: &Recommendation) {
        self.line("");
        let ink = if found.severity == "ERROR" {
            Ink::Red
        } else {
            Ink::Yellow
        };
        let severity = self.ink(ink, found.severity);
        let title = self.ink(Ink::Bold, &found.title);
        self.line(&format!("  {severity} {title}"));
        self.line(&format!("  {}", evidence(found)));
        self.paragraph(4, &found.message);
        self.paragraph(4, &format!("Remedy: {}", found.remedy));
        for (at, caller) in found.callers.iter().enumerate() {
            let label = if at == 0 { "Look at" } else { "" };
            let name = fit(&caller.function, 40);
            let place = fit_end(
                &place(&caller.file, caller.line),
                64usize.saturating_sub(name.chars().count() + 11),
            );
            self.line(&format!(
                "    {label:<8}{:>8}  {name}  {place}",
                percent(caller.share)
            ));
        }
        for path in &found.paths {
            self.paragraph(
                4,
                &format!("Path {}: {}", percent(path.share), outline(path)),
            );
        }
        let rule = self.ink(Ink::Dim, &found.rule);
        let reference = self.ink(Ink::Dim, &found.reference);
        self.line(&format!("    {rule}"));
        self.line(&format!("    {reference}"));
    }
}

/// Share, error, samples and saving of a recommendation.
fn evidence(found: &Recommendation) -> String {
    let mut text = percent(found.share);
    if let Some(error) = found.error {
        let _ = write!(text, " ± {}", percent(error));
    }
    if found.samples > 0 {
        let _ = write!(text, ", {} samples", super::facts::grouped(found.samples));
    }
    let _ = write!(text, "; saves up to {}", percent(found.saving));
    if let Some(cores) = found.saving_cores {
        let _ = write!(text, " ({cores:.2} cores");
        if let Some(month) = found.saving_per_month {
            let _ = write!(text, ", {} a month", money(month));
        }
        text.push(')');
    }
    text
}

/// A call path with names of bearable length.
fn outline(path: &CallPath) -> String {
    let mut path = path.clone();
    for step in &mut path.steps {
        step.function = fit(&step.function, 60);
    }
    path.to_string()
}

/// An amount in some currency, with the digits that matter.
fn money(amount: f64) -> String {
    if amount < 100.0 {
        format!("{amount:.2}")
    } else {
        super::facts::grouped(amount.round() as u64)
    }
}

fn share(share: Share) -> String {
    match share.error {
        Some(error) => format!(
            "{:>7} ±{:<5}",
            percent(share.share),
            format!("{:.1}", error * 100.0)
        ),
        None => format!("{:>7}       ", percent(share.share)),
    }
}

fn place(file: &str, line: u32) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    match (name, line) {
        ("", _) => String::new(),
        (name, 0) => name.to_owned(),
        (name, line) => format!("{name}:{line}"),
    }
}

/// `text` in at most `width` characters; the middle goes, since both ends of a path name tell more.
pub(super) fn fit(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let head = (width - 1) / 2;
    let tail = width - 1 - head;
    text.chars()
        .take(head)
        .chain(['…'])
        .chain(text.chars().skip(length - tail))
        .collect()
}

/// Like [`fit`], but the end stays.
fn fit_end(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    ['…']
        .into_iter()
        .chain(text.chars().skip(length + 1 - width.max(1)))
        .collect()
}

/// `text` in lines of at most `width` characters, broken at spaces.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(fit("abcdefghij", 10), "abcdefghij");
        assert_eq!(fit("abcdefghijk", 10), "abcd…ghijk");
        assert_eq!(fit_end("src/main.rs:10", 8), "…n.rs:10");
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
    }

    #[test]
    fn the_report_fits_a_terminal_and_colours_only_when_asked() {
        let text = format!(
            "main;{};malloc 90\nmain;tiny 10\n",
            "a::very::long::name::".repeat(20)
        );
        let profile = crate::import::folded(&text).unwrap();
        let plain = terminal_report(&profile, false);
        assert!(
            plain
                .lines()
                .filter(|line| !line.contains("https://"))
                .all(|line| line.chars().count() <= WIDTH),
            "{plain}"
        );
        assert!(plain.contains("90.0 % ±6.0"), "{plain}");
        assert!(!plain.contains('\x1b'));
        assert!(terminal_report(&profile, true).contains("\x1b[1m"));
    }
}
