//! From matches to counts, and from counts to numbers.
//!
//! **In:** counts. **Out:** shares, balances and agreement, each with its interval.
//! **Unit:** stated at every value; a value that cannot be computed is `None`, never 0.
//! `docs/measures.md` has the formulas in one place, with sources and limits.

pub mod agreement;
pub mod balance;
pub mod interval;
pub mod tally;
