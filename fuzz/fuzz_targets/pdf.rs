//! Bytes as PDF.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_document("PDF", bytes.to_vec());
});
