//! How far a share that was sampled may be off.

/// Two standard errors of a share of `samples` independent samples: the true share lies within `share ±`
/// this in about 95 of 100 recordings. `None` where nothing was sampled.
///
/// It is the error of sampling alone. Two runs of a program differ by more than that, so it must not be
/// used to tell whether one recording is slower than another.
///
/// ```
/// let error = profiler::analyze::sampling_error(0.2, 1_600).unwrap();
/// assert!((error - 0.02).abs() < 1e-12);
/// ```
pub fn sampling_error(share: f64, samples: u64) -> Option<f64> {
    let share = share.clamp(0.0, 1.0);
    (samples > 0).then(|| 2.0 * (share * (1.0 - share) / samples as f64).sqrt())
}
