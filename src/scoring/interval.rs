//! How sure a share is: the Wilson score interval.
//!
//! **In:** `k` of `n`. **Out:** an [`Estimate`]: the share with its 95 % interval.
//! **Unit:** none; a share lies in 0..=1. Two decisions live here: the level (95 %, two-sided)
//! and that a share of nothing is missing, not 0.

/// The standard normal quantile at 0.975: a two-sided interval of 95 % reaches so many
/// standard errors to each side. The nearest `f64` to 1.95996398454005423…
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A number with its 95 % interval, `low <= value <= high`, all three in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What was observed.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// The same estimate in another unit. `change` must be increasing: only then are
    /// the new ends the ends of an interval of the same level.
    pub(super) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            value: change(self.value),
            low: change(self.low),
            high: change(self.high),
        }
    }
}

/// The share `k / n` with its Wilson score interval of 95 %.
///
/// # Units and range
///
/// No unit; `0 <= low <= value <= high <= 1`. Unlike the textbook (Wald) interval it never
/// leaves 0..=1 and has a width at `k = 0` and `k = n`. Its coverage is 95 % on average
/// over shares and not at every one; it takes the `n` cases for independent.
///
/// # Missing values
///
/// `None` where `n` is 0 (a share of nothing) or `k` is above `n` (not a share).
///
/// # Source
///
/// E. B. Wilson (1927), Probable inference, the law of succession, and statistical
/// inference, JASA 22(158), 209–212; recommended for small `n` and shares near 0 by Brown,
/// Cai & DasGupta (2001), Statistical Science 16(2), 101–133. With `p = k / n`, `z = `[`Z_95`]:
///
/// ```text
/// (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// # Example
///
/// ```
/// use leadager::scoring::interval::wilson;
///
/// let share = wilson(15, 148).unwrap();
/// assert!((share.value - 0.1014).abs() < 5e-5);
/// assert!((share.low - 0.0624).abs() < 5e-5);
/// assert!((share.high - 0.1605).abs() < 5e-5);
/// assert_eq!(wilson(0, 0), None);
/// ```
pub fn wilson(k: u64, n: u64) -> Option<Estimate> {
    if n == 0 || k > n {
        return None;
    }
    let (cases, z2) = (n as f64, Z_95 * Z_95);
    let value = k as f64 / cases;
    let centre = value + z2 / (2.0 * cases);
    let reach = Z_95 * (value * (1.0 - value) / cases + z2 / (4.0 * cases * cases)).sqrt();
    let scale = 1.0 + z2 / cases;
    Some(Estimate {
        value,
        // At its ends the interval reaches 0 and 1 exactly; rounding must not move it, nor
        // carry an end past the value where `n` is huge.
        low: if k == 0 {
            0.0
        } else {
            ((centre - reach) / scale).clamp(0.0, value)
        },
        high: if k == n {
            1.0
        } else {
            ((centre + reach) / scale).clamp(value, 1.0)
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_interval(k: u64, n: u64, low: f64, high: f64) {
        let share = wilson(k, n).unwrap();
        assert!((share.low - low).abs() < 5e-5, "{k} of {n}: {share:?}");
        assert!((share.high - high).abs() < 5e-5, "{k} of {n}: {share:?}");
    }

    #[test]
    fn published_intervals_are_reproduced() {
        // Newcombe (1998), Statistics in Medicine 17, 857–872: score method, not corrected
        // for continuity.
        assert_interval(81, 263, 0.2553, 0.3662);
        assert_interval(15, 148, 0.0624, 0.1605);
        assert_interval(0, 20, 0.0, 0.1611);
        assert_interval(1, 29, 0.0061, 0.1718);
    }

    #[test]
    fn a_share_of_nothing_is_missing() {
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn more_cases_than_there_are_is_no_share() {
        assert_eq!(wilson(3, 2), None);
    }

    #[test]
    fn the_ends_are_exact_at_none_and_at_all() {
        assert_eq!(wilson(0, 7).unwrap().low, 0.0);
        assert_eq!(wilson(7, 7).unwrap().high, 1.0);
    }

    #[test]
    fn the_interval_holds_the_share_whatever_the_counts() {
        for n in [1, 2, 3, 10, 1_000, u64::MAX] {
            for k in [0, 1, n / 3, n - 1, n] {
                let Estimate { value, low, high } = wilson(k, n).unwrap();
                assert!(
                    0.0 <= low && low <= value && value <= high && high <= 1.0,
                    "{k} of {n}"
                );
            }
        }
    }

    #[test]
    fn swapping_yes_and_no_mirrors_the_interval() {
        let (yes, no) = (wilson(3, 11).unwrap(), wilson(8, 11).unwrap());
        assert!((yes.low - (1.0 - no.high)).abs() < 1e-15);
        assert!((yes.high - (1.0 - no.low)).abs() < 1e-15);
    }
}
