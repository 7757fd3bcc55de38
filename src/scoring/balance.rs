//! Which of two poles a text leans to, and how much text says so.
//!
//! **In:** numbers of sentences, and what is usual for such a text. **Out:** [`Balance`] and
//! [`Evidence`]. **Unit:** natural logarithm of a ratio; 0.69 is twice as much, -0.69 half.
//! Three decisions live here: the formula, what it falls back to without a norm, and from how
//! many tagged sentences the evidence counts as ok and as good.

use super::interval::Z_95;

/// Shares of the two poles where no norm is known: 0 then means as many of the one as of
/// the other, not "as usual".
pub const EVEN_SHARES: [f64; 2] = [0.5, 0.5];

/// Strength of the prior, in sentences, where no norm states one.
pub const DEFAULT_PRIOR: f64 = 20.0;

/// Log ratio of the first pole to the second, against what is usual, with its 95 % interval.
/// Above 0: more of the first pole than usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    /// The log ratio, shrunk to the norm.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Balance {
    /// The pole that the whole interval speaks for: `Some(0)` the first, `Some(1)` the
    /// second; `None` where the interval holds 0 (an end at 0 holds it).
    ///
    /// ```
    /// use leadager::scoring::balance::{EVEN_SHARES, balance};
    ///
    /// assert_eq!(balance(30, 4, EVEN_SHARES, 20.0).leans_to(), Some(0));
    /// assert_eq!(balance(3, 2, EVEN_SHARES, 20.0).leans_to(), None);
    /// ```
    pub fn leans_to(self) -> Option<usize> {
        if self.low > 0.0 {
            Some(0)
        } else if self.high < 0.0 {
            Some(1)
        } else {
            None
        }
    }
}

/// How far a text leans to the first or to the second pole, against its norm.
///
/// # Shapes and units
///
/// `first` and `second`: sentences tagged with any category of that pole (a sentence may be
/// in both). `shares`: what is usual, the share of each pole in the tags of the norm texts,
/// each above 0; only their ratio counts, they are scaled to sum to 1. `prior`: how many
/// sentences the norm weighs, above 0. The result is a natural logarithm, any real number,
/// `low < value < high`. Swapping the poles changes nothing but the sign.
///
/// # Missing values
///
/// A text without tags has exactly 0 with a wide interval: nothing speaks against the norm.
/// All three numbers are NaN where a share or the prior is not a finite number above 0; a
/// lexicon that says so is refused when it is read.
///
/// # Source
///
/// The form for two categories of the log odds with an informative Dirichlet prior of Monroe,
/// Colaresi & Quinn (2008), Fightin' words, Political Analysis 16(4), 372–403. With
/// L, M = `first`, `second`, p = `shares` and a = `prior`:
///
/// ```text
/// value = ln((L + a pL) / (M + a pM)) - ln(pL / pM)
/// se    = sqrt(1 / (L + a pL) + 1 / (M + a pM))
/// low, high = value ∓ 1.96 se
/// ```
///
/// # Example
///
/// ```
/// use leadager::scoring::balance::balance;
///
/// // Usual for such texts: 9 leadership sentences to 91 of management.
/// let lean = balance(3, 20, [0.09, 0.91], 20.0);
/// assert!((lean.value - 0.24).abs() < 0.005);
/// assert!((lean.low - -0.71).abs() < 0.005);
/// assert!((lean.high - 1.19).abs() < 0.005);
/// assert_eq!(balance(0, 0, [0.09, 0.91], 20.0).value, 0.0);
/// ```
pub fn balance(first: u64, second: u64, shares: [f64; 2], prior: f64) -> Balance {
    let usable = |x: f64| x.is_finite() && x > 0.0;
    if !(usable(shares[0]) && usable(shares[1]) && usable(prior)) {
        let (value, low, high) = (f64::NAN, f64::NAN, f64::NAN);
        return Balance { value, low, high };
    }
    let expected = shares.map(|share| prior * (share / (shares[0] + shares[1])));
    let (first, second) = (first as f64, second as f64);
    // The same as the formula above, term by term against the norm, so that a text without
    // tags is 0 and not the rounding error of two equal logarithms.
    let value = (first / expected[0]).ln_1p() - (second / expected[1]).ln_1p();
    let error = (1.0 / (first + expected[0]) + 1.0 / (second + expected[1])).sqrt();
    Balance {
        value,
        low: value - Z_95 * error,
        high: value + Z_95 * error,
    }
}

/// How much text a document's numbers rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Under [`Evidence::OK_FROM`] tagged sentences: never compare single documents on it.
    Low,
    /// From [`Evidence::OK_FROM`] tagged sentences.
    Ok,
    /// From [`Evidence::GOOD_FROM`] tagged sentences.
    Good,
}

impl Evidence {
    /// Tagged sentences from which the evidence is [`Evidence::Ok`].
    pub const OK_FROM: u64 = 10;
    /// Tagged sentences from which the evidence is [`Evidence::Good`].
    pub const GOOD_FROM: u64 = 40;

    /// The word in the `evidence` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Ok => "ok",
            Self::Good => "good",
        }
    }
}

/// The evidence that `tagged` sentences give.
///
/// `tagged` counts sentences, each once, whatever number of categories it is tagged with.
/// The thresholds follow the standard error of the log ratio without a prior: 0.63 for 5
/// against 5 sentences, 0.32 for 20 against 20. Twice as much of one pole (0.69) is lost in the
/// noise of the former (±1.24) and stands out of that of the latter (±0.62).
///
/// ```
/// use leadager::scoring::balance::{Evidence, evidence};
///
/// assert_eq!(evidence(9), Evidence::Low);
/// assert_eq!(evidence(10).name(), "ok");
/// ```
pub fn evidence(tagged: u64) -> Evidence {
    if tagged >= Evidence::GOOD_FROM {
        Evidence::Good
    } else if tagged >= Evidence::OK_FROM {
        Evidence::Ok
    } else {
        Evidence::Low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORM: [f64; 2] = [0.09, 0.91];

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn the_worked_example_holds() {
        let Balance { value, low, high } = balance(3, 20, NORM, 20.0);
        let se = (1.0_f64 / 4.8 + 1.0 / 38.2).sqrt();
        assert_close(value, (4.8_f64 / 38.2).ln() - (0.09_f64 / 0.91).ln());
        assert_close(low, value - Z_95 * se);
        assert_close(high, value + Z_95 * se);
        let rounded = [value, se, low, high].map(|x| (x * 100.0).round() / 100.0);
        assert_eq!(rounded, [0.24, 0.48, -0.71, 1.19]);
    }

    #[test]
    fn a_text_without_tags_is_exactly_as_usual_with_a_wide_interval() {
        for share in [0.01, 0.09, 0.3, 0.5, 0.77] {
            let none = balance(0, 0, [share, 1.0 - share], 20.0);
            assert_eq!(none.value, 0.0);
            assert!(none.high - none.low > 1.5, "{none:?}");
            assert_eq!(none.leans_to(), None);
        }
    }

    #[test]
    fn a_text_at_the_norm_is_zero_whatever_its_length() {
        assert_close(balance(9, 91, NORM, 20.0).value, 0.0);
        assert_close(balance(900, 9_100, NORM, 20.0).value, 0.0);
    }

    #[test]
    fn swapping_the_poles_turns_the_sign() {
        let (one, other) = (
            balance(3, 20, [0.2, 0.8], 20.0),
            balance(20, 3, [0.8, 0.2], 20.0),
        );
        assert_close(one.value, -other.value);
        assert_close(one.low, -other.high);
    }

    #[test]
    fn shares_that_do_not_sum_to_one_are_scaled() {
        let (scaled, given) = (
            balance(3, 20, NORM, 20.0),
            balance(3, 20, [9.0, 91.0], 20.0),
        );
        assert_close(scaled.value, given.value);
        assert_close(scaled.high, given.high);
    }

    #[test]
    fn more_text_of_the_same_mix_leaves_less_doubt() {
        let (short, long) = (balance(4, 4, NORM, 20.0), balance(40, 40, NORM, 20.0));
        assert!(short.value < long.value);
        assert!(long.high - long.low < short.high - short.low);
    }

    #[test]
    fn a_lean_needs_the_whole_interval() {
        let lean = |low, high| {
            Balance {
                value: (low + high) / 2.0,
                low,
                high,
            }
            .leans_to()
        };
        assert_eq!(lean(0.1, 0.9), Some(0));
        assert_eq!(lean(-0.9, -0.1), Some(1));
        assert_eq!(lean(-0.1, 0.9), None);
        assert_eq!(lean(0.0, 0.9), None);
    }

    #[test]
    fn a_norm_that_is_none_gives_no_number() {
        for (shares, prior) in [
            ([0.0, 1.0], 20.0),
            ([f64::NAN, 0.5], 20.0),
            (EVEN_SHARES, 0.0),
            (EVEN_SHARES, f64::INFINITY),
        ] {
            let none = balance(1, 1, shares, prior);
            assert!(none.value.is_nan() && none.low.is_nan() && none.high.is_nan());
            assert_eq!(none.leans_to(), None);
        }
    }

    #[test]
    fn evidence_changes_at_ten_and_at_forty() {
        let names = [0, 9, 10, 39, 40, u64::MAX].map(|tagged| evidence(tagged).name());
        assert_eq!(names, ["low", "low", "ok", "ok", "good", "good"]);
    }
}
