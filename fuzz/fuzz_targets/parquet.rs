//! Bytes as Parquet.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    laws::check_sheet("Parquet", bytes.to_vec());
});
