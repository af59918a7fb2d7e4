//! A function's cost on both sides with its variance: within runs, and between them.
//!
//! The unit is the run, since that is what is repeated (Georges et al., 2007; Kalibera and Jones, 2013). Two things are
//! known about how far one run's figure is from that of another:
//!
//! 1. *Within the run*: its time slices scatter. Programs have phases that return in every run, and these are not noise:
//!    slices are put into [`BINS`] equal parts of the run, and what counts is how these scatter about the course that all
//!    compared runs share (with one run a side that is the paired test of its parts). What follows from it for the mean
//!    is corrected for parts that resemble their neighbours, by the lag-one autocorrelation, as for a first-order
//!    autoregressive process (Bayley and Hammersley, 1946), and is never taken to be less than what counting gives.
//! 2. *Between runs*: placement, frequency and the neighbours on the machine change the speed of a function for a whole
//!    run, and no slice shows it (Mytkowicz et al., 2009). [`PROPORTIONAL`] and [`ADDITIVE`] allow for it.
//!
//! Where a side has one run, their sum is all there is. Where it has several, their sum counts as much as
//! [`PRIOR_FREEDOM`] further runs beside the variance that is measured between them, as in the moderated t-test (Smyth,
//! 2004): two or three runs that agree by chance prove little.
//!
//! The constants were chosen on 131 pairs of identical runs of 21 programs, 5,000 samples each, on a busy machine: without
//! the allowance between runs 6 pairs were flagged, with it none. A change that is itself uneven over the run, because the
//! function has phases, counts as scatter too: it is harder to see with one run a side.

use super::costs::Run;

/// Parts of a run. Slices are at most 32 and at least 16 in long recordings; half as many parts do not depend on where
/// the slices of one run lie against those of another.
const BINS: usize = 16;

/// Standard deviation, between runs, of what a function costs in proportion to the rest, beyond what slices show.
const PROPORTIONAL: f64 = 0.03;

/// The same as a fraction of the whole, whatever the function costs: interrupts, page faults and waiting come to
/// cheap functions too.
const ADDITIVE: f64 = 0.002;

/// Degrees of freedom of the variance that one run suggests.
const PRIOR_FREEDOM: f64 = 10.0;

/// Parts that resemble their neighbours more than this are not believed to be that regular for good.
const MOST_ALIKE: f64 = 0.9;

/// Mean of the runs of a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    /// The mean.
    pub(super) mean: f64,
    /// Its variance and the degrees of freedom of that; `None` where nothing was measured.
    pub(super) variance: Option<(f64, f64)>,
}

/// One run's figure.
#[derive(Clone, Copy, Debug)]
struct Figure {
    value: f64,
    /// What so many samples scatter by at least; 0 where they are not counted.
    counting: f64,
    /// What is to be expected between runs; `None` without slices.
    expected: Option<f64>,
}

/// The cost `series[run][slice]` of one function, in the first `before` runs and in the others. It is a share of the whole
/// where `shares`, else a rate in the unit of exposure.
pub(super) fn estimate(
    runs: &[Run<'_>],
    series: &[&[f64]],
    before: usize,
    shares: bool,
) -> [Estimate; 2] {
    let within = within(runs, series);
    let figures: Vec<Figure> = runs
        .iter()
        .zip(series)
        .enumerate()
        .map(|(at, (run, series))| {
            Figure::of(
                run,
                series,
                within.as_ref().map(|within| within[at]),
                shares,
            )
        })
        .collect();
    [
        Estimate::of(&figures[..before]),
        Estimate::of(&figures[before..]),
    ]
}

impl Estimate {
    fn of(figures: &[Figure]) -> Estimate {
        let count = figures.len() as f64;
        let mean = figures.iter().map(|figure| figure.value).sum::<f64>() / count;
        let squares: f64 = figures
            .iter()
            .map(|figure| (figure.value - mean).powi(2))
            .sum();
        let expected = figures
            .iter()
            .map(|figure| figure.expected)
            .sum::<Option<f64>>();
        let variance = match expected {
            Some(expected) => {
                let freedom = PRIOR_FREEDOM + count - 1.0;
                Some((
                    (PRIOR_FREEDOM * expected / count + squares) / freedom,
                    freedom,
                ))
            }
            None if figures.len() > 1 => {
                let counting = figures.iter().map(|figure| figure.counting).sum::<f64>() / count;
                Some(((squares / (count - 1.0)).max(counting), count - 1.0))
            }
            None => None,
        };
        Estimate {
            mean,
            variance: variance.map(|(variance, freedom)| (variance / count, freedom)),
        }
    }
}

impl Figure {
    fn of(run: &Run<'_>, series: &[f64], within: Option<f64>, shares: bool) -> Figure {
        let exposure: f64 = run.exposure.iter().sum();
        let (value, whole) = (series.iter().sum::<f64>() / exposure, run.total / exposure);
        let rest = if shares { whole - value } else { whole };
        // One sample more on either side: a function that was not seen is not one that takes no time.
        let samples = run.samples as f64;
        let one = whole / (samples + 2.0);
        let counting = if samples > 0.0 {
            (value + one) * (rest + one) / samples
        } else {
            0.0
        };
        let proportional = PROPORTIONAL * value * if shares { rest } else { 1.0 };
        let between = proportional * proportional + ADDITIVE * ADDITIVE;
        Figure {
            value,
            counting,
            expected: within.map(|within| within.max(counting) + between),
        }
    }
}

/// Variance of each run's figure, from how the parts of the runs scatter about the course that the runs share; `None`
/// where a run has too few slices. There are at least two runs.
fn within(runs: &[Run<'_>], series: &[&[f64]]) -> Option<Vec<f64>> {
    let bins = runs.iter().map(Run::slices).min().unwrap_or(0).min(BINS);
    if !runs.iter().all(Run::is_sliced) {
        return None;
    }
    let mut residuals: Vec<Vec<f64>> = runs
        .iter()
        .zip(series)
        .map(|(run, series)| deviations(series, &run.exposure, bins))
        .collect();
    let count = runs.len() as f64;
    for bin in 0..bins {
        let course = residuals.iter().map(|run| run[bin]).sum::<f64>() / count;
        residuals.iter_mut().for_each(|run| run[bin] -= course);
    }
    // The course was estimated from these very runs, and each run's mean from its parts.
    let correction =
        count / (count - 1.0) / (bins as f64 - 1.0) / bins as f64 * inflation(&residuals, bins);
    let squares = |run: &Vec<f64>| run.iter().map(|residual| residual * residual).sum::<f64>();
    Some(
        residuals
            .iter()
            .map(|run| squares(run) * correction)
            .collect(),
    )
}

/// By how much the variance of a mean grows because its parts resemble their neighbours.
fn inflation(residuals: &[Vec<f64>], bins: usize) -> f64 {
    let squares: f64 = residuals
        .iter()
        .flatten()
        .map(|residual| residual * residual)
        .sum();
    if squares == 0.0 {
        return 1.0;
    }
    let pairs = residuals.iter().flat_map(|run| run.windows(2));
    let alike = pairs.map(|pair| pair[0] * pair[1]).sum::<f64>() / squares;
    // An estimate from few parts is too low by about so much (Marriott and Pope, 1954).
    let alike = (alike + (1.0 + 3.0 * alike) / bins as f64).clamp(0.0, MOST_ALIKE);
    (1.0 + alike) / (1.0 - alike)
}

/// Cost for each exposure in `bins` parts of equal exposure, less the same of the whole. Within a slice both are taken to
/// be even.
fn deviations(series: &[f64], exposure: &[f64], bins: usize) -> Vec<f64> {
    let total: f64 = exposure.iter().sum();
    let part = total / bins as f64;
    let mut costs = vec![0.0; bins];
    let (mut bin, mut room) = (0, part);
    for (cost, exposure) in series
        .iter()
        .zip(exposure)
        .filter(|(_, exposure)| **exposure > 0.0)
    {
        let mut left = *exposure;
        while left > room && bin + 1 < bins {
            costs[bin] += cost * room / exposure;
            left -= room;
            (bin, room) = (bin + 1, part);
        }
        costs[bin] += cost * left / exposure;
        room -= left;
    }
    let mean = series.iter().sum::<f64>() / total;
    costs.into_iter().map(|cost| cost / part - mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_equal_exposure_whatever_the_slices_have() {
        // A function that costs everything in the second half of the work, in slices of unequal work.
        let even = deviations(&[0.0, 0.0, 10.0, 10.0], &[10.0, 10.0, 10.0, 10.0], 4);
        let uneven = deviations(&[0.0, 0.0, 20.0, 0.0], &[19.0, 1.0, 20.0, 0.0], 4);
        assert_eq!(even, [-0.5, -0.5, 0.5, 0.5]);
        assert!(
            even.iter()
                .zip(&uneven)
                .all(|(even, uneven)| (even - uneven).abs() < 1e-9),
            "{uneven:?}"
        );
    }

    #[test]
    fn parts_that_resemble_their_neighbours_count_for_less() {
        let wave = |length: usize| vec![(0..16).map(|bin| [1.0, -1.0][bin / length % 2]).collect()];
        assert_eq!(inflation(&wave(1), 16), 1.0);
        assert!(inflation(&wave(4), 16) > 4.0);
    }
}
