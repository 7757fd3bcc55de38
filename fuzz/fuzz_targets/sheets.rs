//! Bytes, or the parts of a package, as a workbook of Excel and as an OpenDocument sheet.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    if laws::is_left_out(bytes) {
        return;
    }
    let bytes = laws::package(bytes);
    laws::check_sheet("Excel workbook", bytes.clone());
    laws::check_sheet("OpenDocument sheet", bytes);
});
