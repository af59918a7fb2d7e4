//! A function's cost with its variance: between the slices of a run, and between runs.
//!
//! The unit is the run, since that is what is repeated (Georges et al., 2007; Kalibera and Jones, 2013). Two things are
//! known about how far one run's figure is from that of another:
//!
//! 1. *Within the run*: slices scatter. What follows from it for the mean is corrected for slices that resemble their
//!    neighbours (by the lag-one autocorrelation, as for a first-order autoregressive process: Bayley and Hammersley,
//!    1946), and is never taken to be less than what counting samples alone gives.
//! 2. *Between runs*: placement, frequency and scheduling change the speed of a function for a whole run, and no slice
//!    shows it (Mytkowicz et al., 2009). [`BETWEEN_RUNS`] stands for it.
//!
//! Where a side has one run, their sum is all there is. Where it has several, their sum counts as much as
//! [`PRIOR_FREEDOM`] further runs beside the variance that is measured between them, as in the moderated t-test (Smyth,
//! 2004): two or three runs that agree by chance prove little.

use super::costs::Run;

/// Standard deviation, between runs, of what a function costs in proportion to the rest, beyond what slices show.
pub(super) const BETWEEN_RUNS: f64 = 0.03;

/// Degrees of freedom of the variance that one run suggests.
pub(super) const PRIOR_FREEDOM: f64 = 8.0;

/// Slices that resemble their neighbours more than this are not believed to have been that regular for good.
const MOST_ALIKE: f64 = 0.9;

/// Mean of several runs.
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
    /// What samples of this number scatter by at least; `None` where they are not counted.
    counting: Option<f64>,
    /// What is to be expected between runs; `None` without slices.
    expected: Option<f64>,
}

impl Estimate {
    /// The cost `series[run][slice]` of one function, in shares of the whole or in the unit of exposure.
    pub(super) fn of(runs: &[Run<'_>], series: &[&[f64]], shares: bool) -> Estimate {
        let figures = runs
            .iter()
            .zip(series)
            .map(|(run, series)| Figure::of(run, series, shares));
        let figures: Vec<Figure> = figures.collect();
        let count = figures.len() as f64;
        let mean = figures.iter().map(|figure| figure.value).sum::<f64>() / count;
        let squares: f64 = figures
            .iter()
            .map(|figure| (figure.value - mean).powi(2))
            .sum();
        let average = |of: fn(&Figure) -> Option<f64>| {
            figures
                .iter()
                .map(of)
                .sum::<Option<f64>>()
                .map(|sum| sum / count)
        };
        let (freedom, variance) = match average(|figure| figure.expected) {
            Some(expected) => {
                let freedom = PRIOR_FREEDOM + count - 1.0;
                (
                    freedom,
                    Some((PRIOR_FREEDOM * expected + squares) / freedom),
                )
            }
            None if figures.len() > 1 => {
                let counting = average(|figure| figure.counting).unwrap_or(0.0);
                (count - 1.0, Some((squares / (count - 1.0)).max(counting)))
            }
            None => (0.0, None),
        };
        Estimate {
            mean,
            variance: variance.map(|variance| (variance / count, freedom)),
        }
    }
}

impl Figure {
    fn of(run: &Run<'_>, series: &[f64], shares: bool) -> Figure {
        let exposure: f64 = run.exposure.iter().sum();
        let value = series.iter().sum::<f64>() / exposure;
        let whole = run.total / exposure;
        let rest = if shares { whole - value } else { whole };
        let counting = (run.samples > 0).then(|| {
            // One sample more on either side: a function that was not seen is not one that takes no time.
            let one = whole / (run.samples as f64 + 2.0);
            (value + one) * (rest + one) / run.samples as f64
        });
        let between = BETWEEN_RUNS * value * if shares { rest } else { 1.0 };
        let expected = run.is_sliced().then(|| {
            within(series, &run.exposure).max(counting.unwrap_or(0.0)) + between * between
        });
        Figure {
            value,
            counting,
            expected,
        }
    }
}

/// Variance of the ratio of the sums of `series` and `exposure`, from how the slices scatter about it.
fn within(series: &[f64], exposure: &[f64]) -> f64 {
    let total: f64 = exposure.iter().sum();
    let ratio = series.iter().sum::<f64>() / total;
    let pairs = series
        .iter()
        .zip(exposure)
        .filter(|(_, exposure)| **exposure > 0.0);
    let residuals: Vec<f64> = pairs
        .map(|(cost, exposure)| cost - ratio * exposure)
        .collect();
    let count = residuals.len() as f64;
    let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
    if squares == 0.0 {
        return 0.0;
    }
    let neighbours: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    // An estimate from few slices is too low by about so much (Marriott and Pope, 1954).
    let alike = neighbours / squares;
    let alike = (alike + (1.0 + 3.0 * alike) / count).clamp(0.0, MOST_ALIKE);
    let inflation = (1.0 + alike) / (1.0 - alike);
    squares * count / (count - 1.0) * inflation / (total * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_that_resemble_their_neighbours_count_for_less() {
        let exposure = [100.0; 32];
        let quick: Vec<f64> = (0..32).map(|slice| [20.0, 30.0][slice % 2]).collect();
        let slow: Vec<f64> = (0..32).map(|slice| [20.0, 30.0][slice / 8 % 2]).collect();
        let naive = 25.0 / (31.0 * 100.0 * 100.0);
        assert!((within(&quick, &exposure) / naive - 1.0).abs() < 1e-9);
        assert!(within(&slow, &exposure) > 5.0 * naive);
        assert_eq!(within(&[25.0; 32], &exposure), 0.0);
    }
}
