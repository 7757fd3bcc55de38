//! Bytes as a table whose delimiter is guessed, as tab-separated values, and as the rows of a sheet.
#![no_main]

use leadager::extract::rows::Syntax;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for syntax in [
        Syntax::Delimited(None),
        Syntax::Delimited(Some(b'\t')),
        Syntax::Sheet,
    ] {
        laws::check_table(bytes, syntax);
    }
});
