//! Bytes, or the parts of a package, as a document of Word.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_document("Word", laws::package(bytes));
});
