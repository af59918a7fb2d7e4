//! Student's t distribution, and which of many tests to believe.

/// The probability that a value of the t distribution with `freedom` degrees of freedom is at most `t`.
pub(super) fn cumulative(t: f64, freedom: f64) -> f64 {
    let tail = 0.5 * incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The value that a t distribution exceeds with probability `tail`, at most one half.
pub(super) fn critical(tail: f64, freedom: f64) -> f64 {
    // The upper tail is the lower one mirrored, where small probabilities keep their digits.
    let exceeds = |t: f64| cumulative(-t, freedom) > tail;
    let (mut low, mut high) = (0.0, 1.0);
    while exceeds(high) && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if exceeds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Which hypotheses to reject so that at most the share `alpha` of the rejected ones is rejected wrongly, on average;
/// where none holds a change, the probability to reject any is at most `alpha` (Benjamini and Hochberg, 1995).
pub(super) fn reject(p_values: &[f64], alpha: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let within = |(rank, p): (usize, &f64)| *p <= alpha * (rank + 1) as f64 / count;
    let threshold = match sorted.iter().enumerate().rev().find(|&each| within(each)) {
        Some((_, &p)) => p,
        None => -1.0,
    };
    p_values.iter().map(|&p| p <= threshold).collect()
}

/// The regularized incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun, 26.5.8).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges quickly below the mean; above it the symmetric one does.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta_below(1.0 - x, b, a);
    }
    incomplete_beta_below(x, a, b)
}

fn incomplete_beta_below(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let log_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    // Lentz's method: numerators and denominators of the convergents as ratios of successive ones.
    let (mut c, mut d, mut fraction) = (TINY, 0.0, TINY);
    for step in 0..500 {
        let m = f64::from(step / 2);
        let term = match step {
            0 => 1.0,
            _ if step % 2 == 0 => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            _ => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        d = 1.0 / nonzero(1.0 + term * d, TINY);
        c = nonzero(1.0 + term / c, TINY);
        fraction *= c * d;
        if step > 0 && (c * d - 1.0).abs() < 1e-14 {
            break;
        }
    }
    log_front.exp() * fraction / a
}

fn nonzero(value: f64, tiny: f64) -> f64 {
    if value.abs() < tiny { tiny } else { value }
}

/// The logarithm of the gamma function for positive arguments: Stirling's series after a shift.
fn ln_gamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut x = x;
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_values_are_those_of_the_tables() {
        let table = [
            (0.025, 1.0, 12.706),
            (0.025, 4.0, 2.776),
            (0.005, 8.0, 3.355),
            (0.0005, 30.0, 3.646),
            (0.2, 10.0, 0.879),
            (0.025, 1e6, 1.960),
        ];
        for (tail, freedom, expected) in table {
            let t = critical(tail, freedom);
            assert!((t - expected).abs() < 6e-4, "{tail} {freedom}: {t}");
            assert!((cumulative(t, freedom) - (1.0 - tail)).abs() < 1e-9);
        }
        assert_eq!(cumulative(0.0, 3.0), 0.5);
    }

    #[test]
    fn the_step_up_rejects_what_a_later_rank_carries() {
        // 0.03 alone would miss its own bound, 0.025, but 0.04 meets 0.05.
        assert_eq!(reject(&[0.03, 0.04], 0.05), [true, true]);
        assert_eq!(reject(&[0.03, 0.9], 0.05), [false, false]);
        assert_eq!(reject(&[0.9, 0.001, 0.5], 0.05), [false, true, false]);
        assert!(reject(&[], 0.05).is_empty());
    }
}
