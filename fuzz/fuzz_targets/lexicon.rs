//! The files of a lexicon (parts): read or refused with a message; one that is read can be used and shown.
#![no_main]

use leadager::lexicon::{SourceFile, parse};
use leadager::pipeline::Pipeline;
use leadager::text::document::Genre;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parts = laws::parts(text, "craft.toml");
    let files: Vec<SourceFile> = parts
        .iter()
        .map(|(name, content)| SourceFile::new(*name, *content))
        .collect();
    match parse(&files) {
        // Its own terms are the text that it surely finds something in.
        Ok(lexicon) => laws::check_matches(&Pipeline::new(lexicon), text, Genre::Any, true),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
