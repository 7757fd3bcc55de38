//! Bytes as RTF.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_document("RTF", bytes.to_vec());
});
