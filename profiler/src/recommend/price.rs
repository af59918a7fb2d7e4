//! What CPU time costs.

use serde::Serialize;

/// Hours of a month on average.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// What a core costs, and how many machines run the program as the recorded one does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Price {
    per_core_hour: f64,
    instances: u32,
}

impl Price {
    /// Highest price of a core for an hour, in any currency; products of it stay finite.
    pub const HIGHEST: f64 = 1e9;

    /// `per_core_hour` in any currency, above 0 and at most [`Price::HIGHEST`], for at least one instance; `None`
    /// where they are not.
    pub fn new(per_core_hour: f64, instances: u32) -> Option<Price> {
        (per_core_hour > 0.0 && per_core_hour <= Price::HIGHEST && instances > 0).then_some(Price {
            per_core_hour,
            instances,
        })
    }

    /// What one core costs for an hour.
    pub fn per_core_hour(self) -> f64 {
        self.per_core_hour
    }

    /// How many machines run the program.
    pub fn instances(self) -> u32 {
        self.instances
    }

    /// What `cores`, busy all the time on each instance, cost in a month.
    ///
    /// ```
    /// let price = profiler::recommend::Price::new(0.04, 20).unwrap();
    /// assert!((price.month(2.0) - 1168.0).abs() < 1e-9);
    /// ```
    pub fn month(self, cores: f64) -> f64 {
        cores * self.per_core_hour * HOURS_PER_MONTH * f64::from(self.instances)
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn a_price_is_positive_and_finite() {
        for wrong in [0.0, -0.04, f64::NAN, f64::INFINITY, 2e9] {
            assert_eq!(Price::new(wrong, 1), None, "{wrong}");
        }
        assert_eq!(Price::new(0.04, 0), None);
        assert!(
            Price::new(Price::HIGHEST, u32::MAX)
                .unwrap()
                .month(1e6)
                .is_finite()
        );
    }
}
