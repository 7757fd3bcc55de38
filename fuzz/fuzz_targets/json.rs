//! Bytes as a JSON array.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_sheet("JSON", bytes.to_vec());
});
