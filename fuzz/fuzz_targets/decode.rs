//! Bytes as plain text: what is decoded at once is what is decoded in parts.
#![no_main]

use leadager::extract::decode::{decode, is_text};
use leadager::extract::plain::TextParts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = is_text(bytes, true) | is_text(bytes, false);
    let dribs = laws::Dribs {
        bytes: bytes.to_vec(),
        at: 0,
    };
    let mut parts = TextParts::new(Box::new(dribs), "t");
    let mut text = String::new();
    let read = loop {
        match parts.next_part() {
            Ok(Some(part)) => {
                assert_eq!(part.start, text.len() as u64);
                text.push_str(&part.text);
            }
            Ok(None) => break Ok(text),
            Err(error) => break Err(error),
        }
    };
    match (decode(bytes.to_vec()), read) {
        (Ok(whole), Ok(text)) => assert_eq!(whole.text, text),
        (Err(reason), Err(error)) => assert!(!reason.is_empty() && !error.to_string().is_empty()),
        (whole, read) => panic!("at once {whole:?}, in parts {read:?}"),
    }
});
