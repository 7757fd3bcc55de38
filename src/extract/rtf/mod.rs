//! Rich Text Format.
//!
//! **In:** the bytes of an RTF file. **Out:** its text and blocks. **Unit:** bytes of the
//! text.
//!
//! The way of reading is that of `striprtf` and its kin: a stack of states, a list of
//! destinations that hold no text. The decisions that live here:
//!
//! 1. *Kept*: running text, tables, text boxes (behind the paragraph that holds them), what
//!    was inserted while changes were tracked, results of fields.
//! 2. *Dropped*: what was deleted, hidden text, field codes, tables of contents, headers and
//!    footers, comments, footnotes, pictures, marks of lists, and each destination that the
//!    file itself says may be passed over.
//! 3. *A table in a table* is read as paragraphs.
//! 4. *Bytes* are read in the encoding of their font; one that does not fit is an error.
//! 5. *A file whose last group does not end* is cut off.

mod fonts;
mod reader;
mod state;
mod text;
mod tokens;

use crate::extract::decode;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use reader::Reader;
use tokens::Tokens;

/// The text of a file and its blocks.
///
/// # Errors
///
/// The reason, in words: if it is no RTF, is cut off or nested too deep, if a byte does not
/// fit its encoding, or if there is no text in it.
pub(crate) fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    if bytes.is_empty() {
        return Err(decode::EMPTY.to_owned());
    }
    if !is_rtf(&bytes) {
        return Err("damaged, or of another format: it does not begin as RTF does".to_owned());
    }
    let mut reader = Reader::default();
    let mut tokens = Tokens::new(bytes.trim_ascii_start());
    loop {
        let at = tokens.at();
        let Some(token) = tokens.next() else {
            return Err("truncated: the file ends in the middle".to_owned());
        };
        reader.take(token, at, limits)?;
        if reader.is_done() {
            return reader.finish(limits);
        }
    }
}

/// True for the first bytes of an RTF file.
pub(crate) fn is_rtf(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{\\rtf")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::document::BlockKind;

    fn try_read(body: &str) -> Result<Extracted, String> {
        let head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset2 Symbol;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 toc 1;}{\*\cs3 Strong;}}";
        let bytes = format!("{head}{body}}}").into_bytes();
        extract(bytes, &Limits::default())
    }

    fn read(body: &str) -> Extracted {
        try_read(body).unwrap()
    }

    fn text(body: &str) -> String {
        read(body).text
    }

    fn kinds(body: &str) -> Vec<BlockKind> {
        read(body).blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn paragraphs_are_apart() {
        assert_eq!(
            text("\\pard We\r\n plan.\\par We act."),
            "We plan.\n\nWe act."
        );
    }

    #[test]
    fn bytes_are_read_in_the_encoding_of_their_font() {
        assert_eq!(text(r"caf\'e9 {\f1 \'b3}"), "café ł");
    }

    #[test]
    fn unicode_is_read_and_its_stand_ins_are_passed_over() {
        assert_eq!(
            text(r"\u8217?s {\uc2 \u8364 EU5} \uc0\u-10179\u-8704"),
            "’s €5 😀"
        );
    }

    #[test]
    fn a_byte_of_an_unknown_code_page_is_an_error() {
        let reason = extract(br"{\rtf1\pca caf\'e9}".to_vec(), &Limits::default()).unwrap_err();
        assert!(reason.contains("code page 850"), "{reason}");
    }

    #[test]
    fn styles_and_levels_of_the_outline_make_headings() {
        let found =
            kinds(r"\pard\s1 Your day\par\pard\outlinelevel0 Your team\par\pard We plan and act.");
        assert_eq!(
            found,
            [BlockKind::Heading, BlockKind::Heading, BlockKind::Lines]
        );
    }

    #[test]
    fn an_item_loses_its_mark() {
        let body =
            r"\pard\ls1{\listtext\pard\plain\f2 \'b7\tab}plans\par\pard{\pntext 1.\tab}leads\par";
        let found = read(body);
        assert_eq!(found.text, "plans\n\nleads");
        assert!(
            found
                .blocks
                .iter()
                .all(|block| block.kind == BlockKind::Item)
        );
    }

    #[test]
    fn a_bold_line_alone_is_a_heading() {
        let found = kinds(r"\pard{\b Your day}\par We plan and we act.\par");
        assert_eq!(found, [BlockKind::Heading, BlockKind::Lines]);
    }

    #[test]
    fn what_is_not_shown_is_dropped() {
        let body = r"{\info{\title Job}}{\header Page}{\*\generator X;}We {\v hidden }{\deleted dreamed }plan.{\footnote Source.}{\field{\*\fldinst PAGE}{\fldrslt  Now.}}{\pict 00ff}{\pard\s2 Duties 3\par}";
        assert_eq!(text(body), "We plan. Now.");
    }

    #[test]
    fn cells_do_not_run_together() {
        let row = r"\trowd\pard\intbl Plan\cell Budget\cell\row";
        assert_eq!(
            text(&format!("{row}{row}\\pard We act.\\par")),
            "Plan\tBudget\nPlan\tBudget\n\nWe act."
        );
    }

    #[test]
    fn a_text_box_follows_its_paragraph() {
        let body = r"\pard We {\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard In the box.\par}}{\shprslt Old.}}plan.\par";
        assert_eq!(text(body), "We plan.\n\nIn the box.");
    }

    #[test]
    fn signs_stand_for_their_characters() {
        assert_eq!(
            text(r"long\_term\emdash ma\-king \{x\}"),
            "long-term—making {x}"
        );
    }

    #[test]
    fn a_file_that_is_cut_off_is_told_so() {
        let reason = extract(br"{\rtf1 We plan".to_vec(), &Limits::default()).unwrap_err();
        assert_eq!(reason, "truncated: the file ends in the middle");
    }

    #[test]
    fn blanks_before_the_file_are_nothing() {
        let bytes = b" \n{\\rtf1 We plan.}".to_vec();
        assert_eq!(extract(bytes, &Limits::default()).unwrap().text, "We plan.");
    }

    #[test]
    fn groups_over_the_limit_are_refused() {
        let reason = try_read(&"{".repeat(600)).unwrap_err();
        assert!(reason.contains("nested more than 512 deep"), "{reason}");
    }

    #[test]
    fn what_follows_the_last_group_is_nothing() {
        let bytes = b"{\\rtf1 We plan.}\0\0\0garbage".to_vec();
        assert_eq!(extract(bytes, &Limits::default()).unwrap().text, "We plan.");
    }

    proptest! {
        #[test]
        fn any_tokens_are_taken(
            body in r"([a é{}\\;?]|\\par |\\cell|\\row|\\intbl|\\pard|\\u-1000|\\u55357|\\'e9|\\shptxt|\\listtext|\\\*|\\line|\\b|\\bin9|\\f1|\\uc0){0,60}"
        ) {
            let _ = try_read(&body);
            let _ = try_read(&format!("{body}We plan.}}}}}}"));
        }
    }
}
