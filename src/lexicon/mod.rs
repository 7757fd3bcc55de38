//! Lexicons: what they are and how they are read and refused.

pub mod model;
