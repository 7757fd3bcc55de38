//! Bytes as JSON lines.
#![no_main]

use leadager::extract::rows::Syntax;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| laws::check_table(bytes, Syntax::JsonLines));
