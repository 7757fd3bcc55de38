//! temp
use crate::text::{vocabulary::Vocabulary, tokenize::Token, document::Unit};
/// temp
#[derive(Debug)]
pub struct Boilerplate;
impl Boilerplate {
  /// temp
  pub fn new(_v: &mut Vocabulary) -> Self { Self }
  /// temp
  pub fn mark(&self, _t: &str, _k: &[Token], _u: &mut [Unit]) {}
}
