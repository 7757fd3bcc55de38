//! x
use crate::extract::{Extracted, plain};
///x
pub fn extract(bytes: Vec<u8>) -> Result<Extracted, String> {
    plain::extract(bytes)
}
