//! A text, the first byte of which says of what genre, through the built-in lexicon.
#![no_main]

use std::sync::LazyLock;

use leadager::builtin;
use leadager::pipeline::Pipeline;
use leadager::text::document::Genre;
use libfuzzer_sys::fuzz_target;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| builtin::pipeline().expect("the built-in lexicon"));

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let (_, genre) = Genre::NAMES[usize::from(first) % Genre::NAMES.len()];
    laws::check_matches(&PIPELINE, &text, genre, first & 4 == 0);
});
