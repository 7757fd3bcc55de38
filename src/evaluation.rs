//! How well the tags agree with labels that people gave.
//!
//! **In:** a [`Pipeline`] and [`GoldRow`]s: a text and what people said of it. **Out:** [`Judgement`]s of single rows
//! and their sum, an [`Agreement`]. **Unit:** rows. The decision that lives here: a row that is split into several units
//! has the tags of all of them, *present* in one being present in all.

use std::ops::AddAssign;

use crate::matching::matcher::Polarity;
use crate::pipeline::{Document, Pipeline, Scored};
use crate::scoring::agreement::{Confusion, PolarityCount, alpha};
use crate::scoring::tally::{Tag, Tags, tag};
use crate::text::document::Genre;

/// What people said of one category of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The row does not speak of it.
    Absent,
    /// It does; whether as present or lacking, where they said.
    Given(Option<Polarity>),
}

impl Label {
    /// Reads a cell: empty or `0`; `1`; `p` or `present`; `l` or `lacking`. `None` for other text.
    pub fn parse(cell: &str) -> Option<Self> {
        match cell.trim().to_ascii_lowercase().as_str() {
            "" | "0" => Some(Self::Absent),
            "1" => Some(Self::Given(None)),
            "p" | "present" => Some(Self::Given(Some(Polarity::Present))),
            "l" | "lacking" => Some(Self::Given(Some(Polarity::Lacking))),
            _ => None,
        }
    }

    /// True where the row speaks of the category.
    pub fn is_given(self) -> bool {
        self != Self::Absent
    }
}

/// A text and what people said of it.
#[derive(Debug, Clone)]
pub struct GoldRow<'a> {
    /// The text.
    pub text: &'a str,
    /// What kind of text it is.
    pub genre: Genre,
    /// One label for each category of the lexicon, in its order; `None` where nobody was asked.
    pub labels: &'a [Option<Label>],
}

/// What the tool said of a row.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Its tags, one for each category of the lexicon.
    pub tags: Tags,
    /// Its units and matches.
    pub scored: Scored,
    unit: Tags,
}

impl Judgement {
    /// Tags `row`; what stood here before is overwritten.
    pub fn judge(&mut self, pipeline: &Pipeline, row: &GoldRow<'_>) {
        let document = Document {
            text: row.text,
            blocks: &[],
            genre: row.genre,
        };
        pipeline.run(&document, false, &mut self.scored);
        self.tags.clear();
        self.tags
            .resize(pipeline.scheme().categories.len(), Tag::default());
        for unit in &self.scored.units {
            tag(
                pipeline.scheme(),
                self.scored.matches_of(unit),
                &mut self.unit,
            );
            for (sum, part) in self.tags.iter_mut().zip(&self.unit) {
                sum.present += part.present;
                sum.lacking += part.lacking;
            }
        }
    }
}

/// Agreement on one category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CategoryAgreement {
    /// Rows by what the tool and what people said.
    pub confusion: Confusion,
    /// Polarity of the rows that both gave the category.
    pub polarity: PolarityCount,
}

/// Agreement on every category; adds up in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Rows judged.
    pub rows: u64,
    /// One for each category of the lexicon; `None` where nobody was asked.
    pub categories: Vec<Option<CategoryAgreement>>,
}

impl Agreement {
    /// The agreement on one row.
    pub fn of(labels: &[Option<Label>], tags: &[Tag]) -> Self {
        let category = |(label, tag): (&Option<Label>, &Tag)| {
            let (label, polarity) = ((*label)?, tag.polarity());
            let mut agreement = CategoryAgreement {
                confusion: Confusion::of(polarity.is_some(), label.is_given()),
                polarity: PolarityCount::default(),
            };
            if let (Label::Given(Some(people)), Some(tool)) = (label, polarity) {
                agreement.polarity.both = 1;
                agreement.polarity.right = u64::from(people == tool);
            }
            Some(agreement)
        };
        Self {
            rows: 1,
            categories: labels.iter().zip(tags).map(category).collect(),
        }
    }

    /// Polarity over all categories.
    pub fn polarity(&self) -> PolarityCount {
        let mut sum = PolarityCount::default();
        self.categories
            .iter()
            .flatten()
            .for_each(|category| sum += category.polarity);
        sum
    }
}

impl CategoryAgreement {
    /// Krippendorff's alpha between the tool and people, on given or not given; see
    /// [`alpha`].
    pub fn alpha(&self) -> Option<f64> {
        let Confusion { tp, fp, fn_, tn } = self.confusion;
        let cells = [
            (tp, [true, true]),
            (fp, [true, false]),
            (fn_, [false, true]),
            (tn, [false, false]),
        ];
        alpha(
            cells
                .into_iter()
                .flat_map(|(n, unit)| (0..n).map(move |_| unit.map(Some))),
        )
    }
}

impl AddAssign<&Agreement> for Agreement {
    fn add_assign(&mut self, other: &Agreement) {
        self.rows += other.rows;
        if self.categories.is_empty() {
            self.categories.clone_from(&other.categories);
            return;
        }
        for (sum, part) in self.categories.iter_mut().zip(&other.categories) {
            match (sum.as_mut(), part) {
                (Some(sum), Some(part)) => {
                    sum.confusion += part.confusion;
                    sum.polarity += part.polarity;
                }
                (None, part) => *sum = *part,
                (_, None) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESENT: Tag = Tag {
        present: 1,
        lacking: 0,
    };
    const LACKING: Tag = Tag {
        present: 0,
        lacking: 2,
    };

    #[test]
    fn cells_are_read_in_both_codings() {
        assert_eq!(
            Label::parse("p"),
            Some(Label::Given(Some(Polarity::Present)))
        );
        assert_eq!(Label::parse("1"), Some(Label::Given(None)));
        assert_eq!(Label::parse(""), Some(Label::Absent));
        assert_eq!(Label::parse("maybe"), None);
    }

    #[test]
    fn rows_add_up_category_by_category() {
        let labels = [Label::parse("p"), Label::parse("")];
        let mut sum = Agreement::of(&labels, &[PRESENT, PRESENT]);
        sum += &Agreement::of(&labels, &[LACKING, Tag::default()]);
        let confusion = |n: usize| sum.categories[n].unwrap().confusion;
        assert_eq!(
            confusion(0),
            Confusion {
                tp: 2,
                fp: 0,
                fn_: 0,
                tn: 0
            }
        );
        assert_eq!(
            confusion(1),
            Confusion {
                tp: 0,
                fp: 1,
                fn_: 0,
                tn: 1
            }
        );
        assert_eq!(sum.polarity(), PolarityCount { right: 1, both: 2 });
    }
}
