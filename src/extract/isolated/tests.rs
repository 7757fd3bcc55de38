//! The parent against children that misbehave, and the child against a parent in this process.

use std::io::{PipeReader, PipeWriter, Read, pipe};
use std::sync::Arc;
use std::time::Duration;

use crate::extract::extractor::SheetInput;
use crate::extract::isolated::client::{Isolated, ReaderProgram};
use crate::extract::isolated::frame::{self, Frame, Question};
use crate::extract::isolated::serve;
use crate::extract::limits::Limits;
use crate::extract::{Extracted, FORMATS, Format, SheetOptions, extract};

fn format(name: &str) -> &'static Format {
    FORMATS.iter().find(|format| format.name == name).unwrap()
}

/// The child in this process, and what it is asked by.
struct Served {
    asking: PipeWriter,
    answers: PipeReader,
}

impl Served {
    fn new() -> Self {
        let (questions, asking) = pipe().unwrap();
        let (answers, answering) = pipe().unwrap();
        std::thread::spawn(move || serve(questions, answering));
        Self { asking, answers }
    }

    fn ask(&mut self, format: &str, limits: &Limits, document: &[u8]) {
        let question = Question::new(format, &SheetOptions::default(), limits).payload();
        frame::write(&mut self.asking, frame::ASK, &question).unwrap();
        frame::send(&mut self.asking, frame::BYTES, document).unwrap();
    }

    fn answer(&mut self) -> Frame {
        frame::read(&mut self.answers, |_| u64::MAX)
            .unwrap()
            .unwrap()
    }

    #[track_caller]
    fn refuses(&mut self, reason: &str) {
        let frame = self.answer();
        let words = String::from_utf8(frame.payload).unwrap();
        assert_eq!((frame.kind, words.as_str()), (frame::FAILED, reason));
    }
}

#[test]
fn a_document_is_served_as_text_layout_and_encoding() {
    let mut child = Served::new();
    child.ask("Markdown", &Limits::default(), b"# Plan\n\n- We act");
    let kinds = [(); 3].map(|()| child.answer().kind);
    assert_eq!(kinds, [frame::TEXT, frame::LAYOUT, frame::ENCODING]);
}

#[test]
fn the_next_document_is_served_after_one_that_failed() {
    let mut child = Served::new();
    child.ask("Markdown", &Limits::default(), b"");
    child.refuses("file is empty");
    child.ask("Markdown", &Limits::default(), b"We act");
    assert_eq!(child.answer().payload, b"We act");
}

#[test]
fn a_format_that_nobody_knows_is_refused() {
    let mut child = Served::new();
    child.ask("Punch card", &Limits::default(), b"");
    child.refuses("there is no reader for Punch card");
}

#[test]
fn a_text_over_the_limit_is_refused() {
    let mut child = Served::new();
    let limits = Limits {
        unpacked: 5,
        ..Limits::default()
    };
    child.ask("Markdown", &limits, b"We act");
    child.refuses("holds more than 5 bytes when unpacked, the limit");
}

#[test]
fn serving_ends_with_its_input() {
    let (questions, asking) = pipe().unwrap();
    drop(asking);
    serve(questions, std::io::sink()).unwrap();
}

#[test]
fn serving_ends_with_an_error_where_the_input_is_no_question() {
    assert!(serve(&b"We plan, and we act."[..], std::io::sink()).is_err());
}

/// Children that a shell plays.
#[cfg(unix)]
mod misbehaving {
    use super::*;

    /// The document that the scripts are asked to read.
    const DOCUMENT: &[u8] = b"We act";

    fn child_within(limits: Limits, script: &str) -> Isolated {
        let program = ReaderProgram {
            program: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
        };
        Isolated::new(program, limits)
    }

    fn child(script: &str) -> Isolated {
        child_within(Limits::default(), script)
    }

    fn read(child: &Isolated) -> Result<Extracted, String> {
        child.extract(format("Markdown"), DOCUMENT)
    }

    /// The commands that write a good answer: the text `We plan`, no blocks, UTF-8.
    const GOOD: &str =
        r"printf 'T\007\0\0\0\0\0\0\0We planL\0\0\0\0\0\0\0\0E\005\0\0\0\0\0\0\0UTF-8'";

    /// The command that waits for a question about a document and takes it.
    fn take(format: &str, limits: &Limits, document: &[u8]) -> String {
        let question = Question::new(format, &SheetOptions::default(), limits);
        let length = 9 + question.payload().len() + 9 + document.len();
        format!("head -c {length} >/dev/null")
    }

    #[test]
    fn a_good_answer_is_taken() {
        let read = read(&child(&format!(
            "{}; {GOOD}",
            take("Markdown", &Limits::default(), DOCUMENT)
        )))
        .unwrap();
        assert_eq!((&read.text[..], read.encoding), ("We plan", "UTF-8"));
    }

    #[test]
    fn a_child_that_loops_is_late() {
        let limits = Limits {
            time: Duration::from_millis(200),
            ..Limits::default()
        };
        let reason = read(&child_within(limits, "while :; do :; done")).unwrap_err();
        assert_eq!(reason, "took longer than 0.2 s to read, the limit");
    }

    #[test]
    fn a_child_that_does_not_take_the_question_is_late() {
        // More than a pipe holds, so that the parent is stuck while it writes.
        let limits = Limits {
            time: Duration::from_millis(200),
            ..Limits::default()
        };
        let child = child_within(limits, "exec sleep 1000");
        let reason = child
            .extract(format("Markdown"), &[b'a'; 1 << 20])
            .unwrap_err();
        assert_eq!(reason, "took longer than 0.2 s to read, the limit");
    }

    #[test]
    fn a_child_that_ends_has_crashed() {
        let reason = read(&child("exit 3")).unwrap_err();
        assert_eq!(
            reason,
            "this file makes the Markdown reader crash; please report it"
        );
    }

    #[test]
    fn a_child_that_aborts_has_crashed() {
        let reason = read(&child("kill -ABRT $$")).unwrap_err();
        assert_eq!(
            reason,
            "this file makes the Markdown reader crash; please report it"
        );
    }

    #[test]
    fn a_child_that_the_system_kills_was_killed() {
        let reason = read(&child("kill -KILL $$")).unwrap_err();
        assert!(
            reason.starts_with("the Markdown reader was killed on this file"),
            "{reason}"
        );
    }

    #[test]
    fn a_child_without_memory_says_so() {
        let words = "echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$";
        let reason = read(&child(words)).unwrap_err();
        assert_eq!(
            reason,
            "needs more than 1024 MiB of memory to read, the limit"
        );
    }

    #[test]
    fn a_child_without_stack_says_so() {
        let words = "echo \"thread 'a' has overflowed its stack\" >&2; kill -ABRT $$";
        let reason = read(&child(words)).unwrap_err();
        assert_eq!(reason, "is nested too deep for the Markdown reader");
    }

    #[test]
    fn a_child_that_complains_without_end_can_still_answer() {
        let script = format!(
            "{}; head -c 1000000 /dev/zero >&2; {GOOD}",
            take("Markdown", &Limits::default(), DOCUMENT)
        );
        assert_eq!(read(&child(&script)).unwrap().text, "We plan");
    }

    const NONSENSE: &str =
        "this file makes the Markdown reader give no sensible answer; please report it";

    #[test]
    fn an_answer_of_another_language_is_nonsense() {
        let reason = read(&child("echo 'page 1 of 7: all is well'; exec sleep 1000")).unwrap_err();
        assert_eq!(reason, NONSENSE);
    }

    #[test]
    fn a_flood_is_cut_off() {
        // The frame announces 2^63 bytes, and they come.
        let script = r"printf 'T\0\0\0\0\0\0\0\200'; exec cat /dev/zero";
        assert_eq!(read(&child(script)).unwrap_err(), NONSENSE);
    }

    #[test]
    fn text_that_is_not_utf_8_is_nonsense() {
        let script = r"printf 'T\001\0\0\0\0\0\0\0\377'; exec sleep 1000";
        assert_eq!(read(&child(script)).unwrap_err(), NONSENSE);
    }

    #[test]
    fn blocks_outside_the_text_are_nonsense() {
        let script =
            r"printf 'T\001\0\0\0\0\0\0\0aL\011\0\0\0\0\0\0\0p\0\0\0\0\002\0\0\0'; exec sleep 1000";
        assert_eq!(read(&child(script)).unwrap_err(), NONSENSE);
    }

    #[test]
    fn an_answer_out_of_order_is_nonsense() {
        let script = r"printf 'T\001\0\0\0\0\0\0\0aE\005\0\0\0\0\0\0\0UTF-8'; exec sleep 1000";
        assert_eq!(read(&child(script)).unwrap_err(), NONSENSE);
    }

    #[test]
    fn a_document_that_kills_a_used_child_is_tried_in_a_fresh_one() {
        // Each child answers once and dies of the second question.
        let child = child(&format!(
            "{}; {GOOD}; head -c 1 >/dev/null; exit 3",
            take("Markdown", &Limits::default(), DOCUMENT)
        ));
        for _ in 0..3 {
            assert_eq!(read(&child).unwrap().text, "We plan");
        }
    }

    #[test]
    fn a_child_serves_many_documents() {
        let script = format!(
            "while {}; do {GOOD}; done",
            take("Markdown", &Limits::default(), DOCUMENT)
        );
        let child = child(&script);
        assert!((0..20).all(|_| read(&child).is_ok()));
    }

    #[test]
    fn the_next_document_has_a_child_of_its_own_after_one_was_killed() {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("seen");
        let seen = seen.display();
        let script = format!(
            "if [ -e {seen} ]; then {GOOD}; else : > {seen}; echo 'all is well'; fi; exec sleep 1000"
        );
        let child = child(&script);
        assert_eq!(read(&child).unwrap_err(), NONSENSE);
        assert_eq!(read(&child).unwrap().text, "We plan");
    }

    #[test]
    fn a_program_that_is_not_there_fails_the_document_with_its_name() {
        let program = ReaderProgram {
            program: "/nowhere/reader".into(),
            args: vec![],
        };
        let reason = read(&Isolated::new(program, Limits::default())).unwrap_err();
        assert!(
            reason.contains("/nowhere/reader, does not start"),
            "{reason}"
        );
    }

    /// Reads a sheet that the script gives; what was read, and why it broke off.
    fn rows(limits: Limits, script: &str) -> Result<(String, Option<String>), String> {
        let take = take("CSV", &limits, b"PK");
        let child = child_within(limits, &format!("{take}; {script}"));
        let input = SheetInput::Bytes(b"PK".to_vec());
        let mut rows = child.rows(
            format("CSV"),
            input,
            &SheetOptions::default(),
            &Arc::default(),
        )?;
        let (mut text, mut buffer) = (String::new(), [0; 1000]);
        loop {
            match rows.read(&mut buffer) {
                Ok(0) => return Ok((text, None)),
                Ok(count) => text.push_str(&String::from_utf8_lossy(&buffer[..count])),
                Err(error) => return Ok((text, Some(error.to_string()))),
            }
        }
    }

    #[test]
    fn rows_come_in_pieces_until_their_end() {
        let script = r"printf 'R\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0a\nR\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0b\nZ\0\0\0\0\0\0\0\0'";
        let read = rows(Limits::default(), script);
        assert_eq!(read, Ok(("a\nb\n".to_owned(), None)));
    }

    #[test]
    fn a_sheet_that_cannot_be_opened_has_no_rows() {
        let script = r"printf 'F\011\0\0\0\0\0\0\0encrypted'";
        assert_eq!(rows(Limits::default(), script), Err("encrypted".to_owned()));
    }

    #[test]
    fn rows_that_break_off_are_those_before_and_the_reason() {
        let script = r"printf 'R\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0a\nK\011\0\0\0\0\0\0\0truncated'";
        let read = rows(Limits::default(), script);
        assert_eq!(read, Ok(("a\n".to_owned(), Some("truncated".to_owned()))));
    }

    #[test]
    fn a_child_that_dies_among_rows_breaks_them_off() {
        let script = r"printf 'R\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0a\n'; exit 3";
        let reason = "this file makes the CSV reader crash; please report it";
        let read = rows(Limits::default(), script);
        assert_eq!(read, Ok(("a\n".to_owned(), Some(reason.to_owned()))));
    }

    #[test]
    fn a_child_that_is_late_with_the_next_rows_breaks_them_off() {
        let limits = Limits {
            time: Duration::from_secs(2),
            ..Limits::default()
        };
        let script = r"printf 'R\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0a\n'; exec sleep 1000";
        let reason = "took longer than 2 s to read, the limit";
        let read = rows(limits, script);
        assert_eq!(read, Ok(("a\n".to_owned(), Some(reason.to_owned()))));
    }

    #[test]
    fn rows_without_end_are_cut_off() {
        let limits = Limits {
            unpacked: 100,
            ..Limits::default()
        };
        let script = r"while printf 'R\012\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0a\n'; do :; done";
        let (read, reason) = rows(limits, script).unwrap();
        let most = 100 + 1100 * "PK".len();
        assert_eq!(read.len(), most);
        let expected = "holds more than 100 bytes when unpacked, the limit";
        assert_eq!(reason.as_deref(), Some(expected));
    }
}

#[test]
fn what_a_served_document_holds_is_what_is_extracted_here() {
    let text = "# Größe\n\nWe plan.\n\n- act\n- decide\n".as_bytes();
    let here = extract(format("Markdown"), text.to_vec(), &Limits::default()).unwrap();
    let mut child = Served::new();
    child.ask("Markdown", &Limits::default(), text);
    let (text, layout, encoding) = (child.answer(), child.answer(), child.answer());
    let text = String::from_utf8(text.payload).unwrap();
    let blocks = frame::blocks(&layout.payload, &text).unwrap();
    assert_eq!((&text, &blocks), (&here.text, &here.blocks));
    assert_eq!(encoding.payload, here.encoding.as_bytes());
}
