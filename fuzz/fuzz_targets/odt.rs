//! Bytes (a zip or flat XML), or the parts of a package, as OpenDocument text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_document("OpenDocument text", laws::package(bytes));
});
