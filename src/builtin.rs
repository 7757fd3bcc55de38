//! The built-in lexicon, ready for matching.
//!
//! **In:** what `build.rs` compiled of `lexicons/` when the program was built. **Out:** a [`Pipeline`]. The
//! decision that lives here: the work of reading and compiling thousands of terms is done once, by the builder,
//! and not whenever the program starts.

use crate::error::{Error, Result};
use crate::pipeline::Pipeline;

/// A pipeline over the built-in lexicon: the same as of [`crate::lexicon::builtin`], made many times as fast.
///
/// # Errors
///
/// If what was compiled is damaged, which a sound build never is.
pub fn pipeline() -> Result<Pipeline> {
    let compiled = include_bytes!(concat!(env!("OUT_DIR"), "/builtin.bin"));
    postcard::from_bytes(compiled).map_err(|error| {
        let reason = format!("the program was built badly, build it again: {error}");
        Error::input("the built-in lexicon", "read", reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon;

    #[test]
    fn what_is_built_in_is_what_the_files_say() {
        let read = Pipeline::new(&lexicon::builtin().expect("the built-in lexicon is good"));
        let built = pipeline().expect("a sound build");
        let bytes =
            |pipeline: &Pipeline| postcard::to_allocvec(pipeline).expect("it can be stored");
        assert!(bytes(&read) == bytes(&built));
    }
}
