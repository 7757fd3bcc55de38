//! How well tags agree with the labels that people gave.
//!
//! **In:** counts of agreement, or the values that coders gave. **Out:** precision, recall, F1,
//! macro F1, polarity accuracy, Krippendorff's alpha. **Unit:** none; the case is a sentence
//! (or other unit) that both the tool and people judged. Three decisions live here: what is
//! undefined (`None`, never 0 or 1), where the interval of F1 comes from, and which categories
//! the macro mean runs over.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::interval::{Estimate, wilson};

/// Units by what the tool and what people said of one category. Adds up in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion {
    /// Units that both gave the category.
    pub tp: u64,
    /// Units that only the tool gave it.
    pub fp: u64,
    /// Units that only people gave it.
    pub fn_: u64,
    /// Units that neither gave it.
    pub tn: u64,
}

impl Confusion {
    /// One unit.
    pub fn of(tool: bool, people: bool) -> Self {
        let is = |found: (bool, bool)| u64::from((tool, people) == found);
        Self {
            tp: is((true, true)),
            fp: is((true, false)),
            fn_: is((false, true)),
            tn: is((false, false)),
        }
    }

    /// Share of the units tagged by the tool that people gave the category too,
    /// `tp / (tp + fp)`, with its Wilson interval. `None` where the tool tagged no unit.
    pub fn precision(self) -> Option<Estimate> {
        wilson(self.tp, self.tp + self.fp)
    }

    /// Share of the units labelled by people that the tool tagged too, `tp / (tp + fn)`,
    /// with its Wilson interval. `None` where people gave the category to no unit.
    pub fn recall(self) -> Option<Estimate> {
        wilson(self.tp, self.tp + self.fn_)
    }

    /// F1, the harmonic mean of precision and recall, with its 95 % interval; in 0..=1.
    ///
    /// # Missing values
    ///
    /// `None` where neither the tool nor people gave the category to any unit. It is 0, not
    /// missing, where one of them did and they share no unit, though precision or recall
    /// may then be undefined.
    ///
    /// # Source
    ///
    /// C. J. van Rijsbergen (1979), Information Retrieval, 2nd ed., chapter 7:
    /// `F1 = 2 tp / (2 tp + fp + fn)`, which is Dice's coefficient. With Jaccard's
    /// `J = tp / (tp + fp + fn)` it is `2 J / (1 + J)`, an increasing function. Among the
    /// units that either of the two gave the category, `tp` is a binomial count with share
    /// `J`, so the ends of the Wilson interval of `J`, put through that function, are the ends
    /// of an interval of F1 of the same level. It assumes what Wilson's interval assumes:
    /// independent units. Units from few documents are not, and the interval is then too narrow.
    ///
    /// # Example
    ///
    /// ```
    /// use leadager::scoring::agreement::Confusion;
    ///
    /// let vision = Confusion { tp: 40, fp: 10, fn_: 10, tn: 940 };
    /// let f1 = vision.f1().unwrap();
    /// assert!((f1.value - 0.80).abs() < 1e-12);
    /// assert!((f1.low - 0.702).abs() < 5e-4 && (f1.high - 0.872).abs() < 5e-4);
    /// assert_eq!(Confusion { tn: 9, ..Confusion::default() }.f1(), None);
    /// ```
    pub fn f1(self) -> Option<Estimate> {
        wilson(self.tp, self.tp + self.fp + self.fn_)
            .map(|jaccard| jaccard.map(|j| 2.0 * j / (1.0 + j)))
    }
}

impl AddAssign for Confusion {
    fn add_assign(&mut self, other: Self) {
        self.tp += other.tp;
        self.fp += other.fp;
        self.fn_ += other.fn_;
        self.tn += other.tn;
    }
}

/// Macro F1: the plain mean of the categories' F1, each category the same weight; in 0..=1.
///
/// # Missing values
///
/// A category that neither the tool nor people gave to any unit has no F1 and is left out of
/// the mean: it counts neither as 0 nor as 1. `None` where no category is left.
///
/// # Source
///
/// The mean of the F1 values, not the F1 of mean precision and mean recall; Opitz & Burst
/// (2019), Macro F1 and Macro F1, arXiv:1911.03347, show how far the two can differ and
/// recommend the former. (They count an undefined F1 as 0; here it is left out.)
///
/// # Example
///
/// ```
/// use leadager::scoring::agreement::{Confusion, macro_f1};
///
/// let good = Confusion { tp: 4, fp: 1, fn_: 1, tn: 4 }; // F1 0.8
/// let poor = Confusion { tp: 2, fp: 3, fn_: 3, tn: 2 }; // F1 0.4
/// let unseen = Confusion { tn: 10, ..Confusion::default() };
/// assert!((macro_f1(&[good, poor, unseen]).unwrap() - 0.6).abs() < 1e-12);
/// assert_eq!(macro_f1(&[unseen]), None);
/// ```
pub fn macro_f1(categories: &[Confusion]) -> Option<f64> {
    let defined: Vec<f64> = (categories.iter())
        .filter_map(|c| c.f1().map(|f1| f1.value))
        .collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

/// Units that both the tool and people gave a category, and in how many of them the
/// polarity (present or lacking) is the same. Adds up in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PolarityCount {
    /// Units with the same polarity.
    pub right: u64,
    /// Units that both gave the category: the `tp` of its [`Confusion`].
    pub both: u64,
}

impl PolarityCount {
    /// Share of `both` with the same polarity, with its Wilson interval; in 0..=1. `None`
    /// where there is no unit that both gave the category.
    ///
    /// ```
    /// use leadager::scoring::agreement::PolarityCount;
    ///
    /// let polarity = PolarityCount { right: 45, both: 50 };
    /// assert_eq!(polarity.accuracy().unwrap().value, 0.9);
    /// ```
    pub fn accuracy(self) -> Option<Estimate> {
        wilson(self.right, self.both)
    }
}

impl AddAssign for PolarityCount {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.both += other.both;
    }
}

/// Krippendorff's alpha for nominal data: agreement beyond chance among any number of coders.
///
/// # Shapes and units
///
/// One item of `units` for each unit: the values that its coders gave, in any order (for
/// nominal data it does not matter who gave which). No unit of measurement; 1 is perfect
/// agreement, 0 what chance gives, below 0 (down to -1) disagreement by system.
///
/// # Missing values
///
/// `None` among the values: that coder did not judge the unit. A unit with fewer than two
/// values pairs with nothing and is left out. The result is `None` where no unit has two
/// values (one coder) or all values that are left are the same: without variation nothing
/// shows that the coders could tell values apart.
///
/// # Source
///
/// K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of
/// Pennsylvania. Each pair of values of a unit with `m` values adds `1 / (m - 1)` to the
/// coincidence matrix `o`; `n_c` are its margins, `n` its sum:
///
/// ```text
/// alpha = 1 - (n - 1) · Σ_{c≠k} o_ck / (n² - Σ_c n_c²)
/// ```
///
/// Nominal data need the margins and the sum off the diagonal only, so the matrix is never
/// stored and any number of units fits.
///
/// # Example
///
/// ```
/// use leadager::scoring::agreement::alpha;
///
/// // The tool and two people on five sentences; one person skipped the last.
/// let units = [
///     [Some(true), Some(true), Some(true)],
///     [Some(true), Some(true), Some(false)],
///     [Some(false), Some(false), Some(false)],
///     [Some(false), Some(false), Some(false)],
///     [Some(true), Some(true), None],
/// ];
/// assert!((alpha(units).unwrap() - 0.735).abs() < 5e-4);
/// assert_eq!(alpha([[Some(1), None], [Some(2), None]]), None);
/// ```
pub fn alpha<V: Ord>(
    units: impl IntoIterator<Item = impl IntoIterator<Item = Option<V>>>,
) -> Option<f64> {
    let mut margins = BTreeMap::new();
    let mut apart = 0.0;
    for unit in units {
        let mut counts = BTreeMap::new();
        for value in unit.into_iter().flatten() {
            *counts.entry(value).or_insert(0_u64) += 1;
        }
        let coders: u64 = counts.values().sum();
        if coders < 2 {
            continue;
        }
        apart += ordered_pairs_apart(&counts) / (coders - 1) as f64;
        for (value, count) in counts {
            *margins.entry(value).or_insert(0_u64) += count;
        }
    }
    let chance = ordered_pairs_apart(&margins);
    let values = margins.values().sum::<u64>() as f64;
    (chance > 0.0).then(|| 1.0 - (values - 1.0) * apart / chance)
}

/// Ordered pairs of values that are not the same: `n² - Σ n_c²`, and exactly 0 where all are.
fn ordered_pairs_apart<V>(counts: &BTreeMap<V, u64>) -> f64 {
    let all: u64 = counts.values().sum();
    counts
        .values()
        .map(|&count| count as f64 * (all - count) as f64)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alpha of a table with a line for each coder and a character for each unit; `.` is missing.
    fn alpha_of(coders: &[&str]) -> Option<f64> {
        let value = |coder: &str, unit: usize| coder.chars().nth(unit).filter(|&c| c != '.');
        alpha((0..coders[0].len()).map(|unit| coders.iter().map(move |coder| value(coder, unit))))
    }

    #[track_caller]
    fn assert_published(coders: &[&str], expected: f64) {
        let found = alpha_of(coders).unwrap();
        assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
    }

    // Examples A, B and C of Krippendorff (2011).

    #[test]
    fn the_published_binary_example_holds() {
        assert_published(&["0100000010", "1110010000"], 0.095);
    }

    #[test]
    fn the_published_nominal_example_of_two_coders_holds() {
        assert_published(&["aabbdcccedda", "babbbccceddd"], 0.692);
    }

    #[test]
    fn the_published_example_of_four_coders_with_missing_values_holds() {
        assert_published(
            &[
                "123321412...",
                "1233224125.3",
                ".3332342251.",
                "12332441251.",
            ],
            0.743,
        );
    }

    #[test]
    fn perfect_agreement_is_exactly_one() {
        assert_eq!(alpha_of(&["0110", "0110", "0110"]), Some(1.0));
    }

    #[test]
    fn disagreement_by_system_is_below_zero() {
        assert!(alpha_of(&["0101", "1010"]).unwrap() < 0.0);
    }

    #[test]
    fn without_variation_alpha_is_undefined() {
        assert_eq!(alpha_of(&["0000", "0000"]), None);
    }

    #[test]
    fn variation_in_units_that_pair_with_nothing_is_no_variation() {
        assert_eq!(alpha_of(&["0001", "000."]), None);
    }

    #[test]
    fn one_coder_agrees_with_nobody() {
        assert_eq!(alpha_of(&["0101"]), None);
    }

    #[test]
    fn no_units_have_no_alpha() {
        assert_eq!(alpha::<u8>([[None; 2]; 0]), None);
    }

    #[test]
    fn who_gave_which_value_changes_nothing() {
        assert_eq!(alpha_of(&["0110", "0011"]), alpha_of(&["0011", "0110"]));
        // The coders change places in the second and in the third unit only.
        assert_eq!(alpha_of(&["01.10", "0011."]), alpha_of(&["00110", "01.1."]));
    }

    #[test]
    fn a_unit_of_one_value_changes_nothing() {
        assert_eq!(alpha_of(&["01100", "0011."]), alpha_of(&["0110", "0011"]));
    }

    fn confusion(tp: u64, fp: u64, fn_: u64) -> Confusion {
        Confusion {
            tp,
            fp,
            fn_,
            tn: 100,
        }
    }

    #[test]
    fn f1_is_the_harmonic_mean_of_precision_and_recall() {
        let counts = confusion(30, 20, 10);
        let (p, r) = (
            counts.precision().unwrap().value,
            counts.recall().unwrap().value,
        );
        assert!((p - 0.6).abs() < 1e-12 && (r - 0.75).abs() < 1e-12);
        assert!((counts.f1().unwrap().value - 2.0 * p * r / (p + r)).abs() < 1e-12);
    }

    #[test]
    fn precision_of_a_tool_that_tags_nothing_is_undefined_and_its_f1_is_zero() {
        let silent = confusion(0, 0, 5);
        assert_eq!(silent.precision(), None);
        assert_eq!(silent.recall().unwrap().value, 0.0);
        assert_eq!(silent.f1().unwrap().value, 0.0);
    }

    #[test]
    fn a_category_that_nobody_gave_has_no_figures() {
        let unseen = confusion(0, 0, 0);
        assert_eq!(
            (unseen.precision(), unseen.recall(), unseen.f1()),
            (None, None, None)
        );
    }

    #[test]
    fn units_that_neither_gave_do_not_move_f1() {
        let many = Confusion {
            tn: 1_000_000,
            ..confusion(3, 2, 1)
        };
        assert_eq!(many.f1(), confusion(3, 2, 1).f1());
    }

    #[test]
    fn the_interval_of_f1_covers_as_promised() {
        // Exact coverage, by summing the binomial distribution of tp among the 60 units that
        // either gave the category, for true F1 from 0.3 to 0.95. Wilson's varies around 95 %.
        let units = 60_u64;
        let mut coverages = Vec::new();
        for step in 6..=19 {
            let f1 = f64::from(step) / 20.0;
            let share = f1 / (2.0 - f1);
            let mut chance = (1.0 - share).powi(units as i32);
            let mut covered = 0.0;
            for tp in 0..=units {
                let interval = confusion(tp, units - tp, 0).f1().unwrap();
                covered += if interval.low <= f1 && f1 <= interval.high {
                    chance
                } else {
                    0.0
                };
                chance *= (units - tp) as f64 / (tp + 1) as f64 * share / (1.0 - share);
            }
            coverages.push(covered);
        }
        let mean = coverages.iter().sum::<f64>() / coverages.len() as f64;
        assert!((mean - 0.95).abs() < 0.01, "{coverages:?}");
        assert!(coverages.iter().all(|&c| c > 0.92), "{coverages:?}");
    }

    #[test]
    fn counts_add_up_unit_by_unit() {
        let mut sum = Confusion::default();
        for (tool, people) in [(true, true), (true, false), (false, true), (false, false)] {
            sum += Confusion::of(tool, people);
        }
        assert_eq!(
            sum,
            Confusion {
                tp: 1,
                fp: 1,
                fn_: 1,
                tn: 1
            }
        );
    }

    #[test]
    fn macro_f1_leaves_out_what_is_undefined_and_counts_zero_as_zero() {
        let (half, zero, unseen) = (confusion(1, 1, 1), confusion(0, 2, 2), confusion(0, 0, 0));
        assert_eq!(macro_f1(&[half, zero, unseen]), Some(0.25));
        assert_eq!(macro_f1(&[unseen]), None);
        assert_eq!(macro_f1(&[]), None);
    }

    #[test]
    fn polarity_of_no_common_unit_is_undefined() {
        let mut polarity = PolarityCount::default();
        assert_eq!(polarity.accuracy(), None);
        polarity += PolarityCount { right: 1, both: 2 };
        assert_eq!(polarity.accuracy().unwrap().value, 0.5);
    }
}
