//! The files of a lexicon (parts): read or refused with a message; one that is read can be used and shown.
//! A file that is TOML has one form, in which it says the same.
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
    let formed: Vec<SourceFile> = files.iter().map(laws::check_form).collect();
    match parse(&files) {
        Ok(lexicon) => {
            laws::check_same_lexicon(&lexicon, parse(&formed));
            // Its own terms are the text that it surely finds something in.
            laws::check_matches(&Pipeline::new(&lexicon), text, Genre::Any, true);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
