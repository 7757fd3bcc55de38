//! A text, the first byte of which says as what kind of block, into units.
#![no_main]

use leadager::span::Span;
use leadager::text::document::{Block, BlockKind};
use leadager::text::segment::segment;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let kind = match first % 5 {
        0 => Some(BlockKind::Heading),
        1 => Some(BlockKind::Item),
        2 => Some(BlockKind::Paragraph),
        3 => Some(BlockKind::Lines),
        _ => None,
    };
    let span = Span::new(0, text.len());
    let blocks: Vec<Block> = kind.map(|kind| Block { span, kind }).into_iter().collect();
    let mut units = Vec::new();
    segment(&text, &blocks, &mut units);
    laws::check_units(&text, &units);
    laws::check_nothing_is_lost(&text, &units);
});
