//! Terms found in sentences: what matches, what a guard or a longer match takes away, and
//! whether what is named is there or missing.

mod anchors;
mod bits;
mod compile;
mod context;
mod overlap;
mod pattern_set;
mod sequence;
mod sequence_builder;

pub mod matcher;
pub mod sentence;
