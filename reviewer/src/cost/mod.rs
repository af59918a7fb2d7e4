//! What findings cost where the code runs: a profile's samples joined with the places of findings.
//!
//! A profile names source files as the machine knew them that built or ran the program. The file of a review that it
//! means is the one with most path components in common, from the end.

mod files;
mod pprof;

use std::collections::HashMap;

use crate::review::{Cost, Finding, Function, Review};
use files::Files;
use pprof::Profile;
pub use pprof::ProfileError;

/// What a profile says about the files of a review.
pub struct Costs {
    /// The sum of all samples.
    total: f64,
    /// By the name of the file in the review.
    files: HashMap<String, Vec<Sample>>,
}

/// One sample, as far as it is about one file.
struct Sample {
    value: f64,
    frames: Vec<Frame>,
}

/// A frame in that file.
#[derive(PartialEq, Eq, Hash, Clone)]
struct Frame {
    /// 0 where the profile does not say.
    line: usize,
    /// The last part of the function's name.
    function: String,
}

impl Costs {
    /// Reads a profile (pprof, packed by gzip or not) of the program that `reviewed` are files of.
    ///
    /// # Errors
    /// Where it is none, is too large, or says nothing about source files.
    pub fn parse(bytes: &[u8], reviewed: &[String]) -> Result<Costs, ProfileError> {
        let profile = Profile::parse(bytes)?;
        let value_index = profile.value_index();
        let functions: HashMap<u64, _> = profile.functions.iter().map(|f| (f.id, f)).collect();
        let locations: HashMap<u64, _> = profile.locations.iter().map(|l| (l.id, l)).collect();
        if profile
            .functions
            .iter()
            .all(|f| profile.text(f.file).is_empty())
        {
            return Err(ProfileError::NoSource);
        }
        let known = Files::of(reviewed);
        // Of each function: the file of the review, and the last part of its name.
        let means: HashMap<u64, (&str, String)> = functions
            .iter()
            .filter_map(|(id, function)| {
                let file = known.find(&profile.text(function.file))?;
                Some((
                    *id,
                    (file, last_part(&profile.text(function.name)).to_owned()),
                ))
            })
            .collect();
        let mut costs = Costs {
            total: 0.0,
            files: HashMap::new(),
        };
        for sample in &profile.samples {
            let value = sample
                .values
                .get(value_index)
                .map_or(0.0, |&v| v.max(0) as f64);
            costs.total += value;
            let mut by_file: HashMap<&str, Vec<Frame>> = HashMap::new();
            let lines = sample.locations.iter().filter_map(|id| locations.get(id));
            for line in lines.flat_map(|location| &location.lines) {
                if let Some((file, function)) = means.get(&line.function) {
                    by_file.entry(file).or_default().push(Frame {
                        line: usize::try_from(line.line).unwrap_or(0),
                        function: function.clone(),
                    });
                }
            }
            #[expect(
                clippy::iter_over_hash_type,
                reason = "each file has a list of its own"
            )]
            for (file, frames) in by_file {
                let samples = costs.files.entry(file.to_owned()).or_default();
                samples.push(Sample { value, frames });
            }
        }
        Ok(costs)
    }

    /// The number of reviewed files that the profile has samples in.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Tells each finding what its code costs, and puts the dearest first. Findings in code that the profile does not
    /// know keep their order, behind the others.
    pub fn rank(&self, review: &mut Review) {
        for finding in &mut review.findings {
            finding.cost = self.of(finding);
        }
        let dearest = |finding: &Finding| {
            finding
                .cost
                .map_or((-1.0, -1.0), |cost| (cost.lines, cost.function))
        };
        review.findings.sort_by(|a, b| {
            let (a, b) = (dearest(a), dearest(b));
            b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
    }

    fn of(&self, finding: &Finding) -> Option<Cost> {
        let samples = self.files.get(&finding.place.path)?;
        let share = |holds: &dyn Fn(&Frame) -> bool| {
            let hit = samples.iter().filter(|s| s.frames.iter().any(holds));
            let sum: f64 = hit.map(|sample| sample.value).sum();
            if self.total > 0.0 {
                sum / self.total
            } else {
                0.0
            }
        };
        let lines = finding.place.start.line..=finding.place.end.line;
        let of_lines = share(&|frame| lines.contains(&frame.line));
        let function = finding.function.as_ref();
        let of_function = function.map(|function| share(&|frame| frame.is_in(function)));
        Some(Cost {
            // What stands outside of all functions belongs to none.
            function: of_function.unwrap_or(0.0).max(of_lines),
            lines: of_lines,
        })
    }
}

impl Frame {
    /// By its line; where the profile has none, by its name.
    fn is_in(&self, function: &Function) -> bool {
        let (first, last) = function.lines;
        match self.line {
            0 => self.function == last_part(&function.name),
            line => (first..=last).contains(&line),
        }
    }
}

/// `price` of `com.shop.Order.price(int)`, `shop::Order::price`, `Order$1.price`, `(*Order).price`.
fn last_part(name: &str) -> &str {
    let end = name.find(['(', '<']).filter(|end| *end > 0);
    let name = &name[..end.unwrap_or(name.len())];
    name.rsplit(['.', ':', '$', ' ']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
