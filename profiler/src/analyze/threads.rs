//! Cost by thread.

use super::Measure;
use crate::profile::{Profile, ThreadId};

/// The cost of one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadCost {
    /// The thread; `None` for samples that name none.
    pub thread: Option<ThreadId>,
    /// Weight of its samples.
    pub weight: i64,
}

/// All threads that have samples, most expensive first.
pub fn thread_costs(profile: &Profile, measure: &Measure) -> Vec<ThreadCost> {
    let mut weights = vec![0; profile.threads.len()];
    let mut nameless = 0;
    for sample in &profile.samples {
        match sample.thread {
            Some(thread) => weights[thread.index()] += measure.weight(sample),
            None => nameless += measure.weight(sample),
        }
    }
    let mut costs: Vec<ThreadCost> = weights
        .into_iter()
        .enumerate()
        .map(|(at, weight)| ThreadCost {
            thread: Some(ThreadId(at as u32)),
            weight,
        })
        .chain([ThreadCost {
            thread: None,
            weight: nameless,
        }])
        .filter(|cost| cost.weight != 0)
        .collect();
    costs.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.thread.cmp(&b.thread)));
    costs
}
