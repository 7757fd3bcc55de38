//! What is read of mails.

use proptest::prelude::*;

use super::*;
use crate::text::document::Block;

const HEAD: &str = "From: Ann <ann@example.org>\nTo: Bo <bo@example.org>\nDate: Mon, 6 May 2024 10:00:00 +0000\nMIME-Version: 1.0\n";

fn read(rest: &str) -> Result<Extracted, String> {
    extract(format!("{HEAD}{rest}").into_bytes(), &Limits::default())
}

fn texts(rest: &str) -> Vec<String> {
    let extracted = read(rest).unwrap();
    let block = |block: &Block| block.span.of(&extracted.text).to_owned();
    extracted.blocks.iter().map(block).collect()
}

const PLAIN: &str = "--cut\nContent-Type: text/plain\n\nPlain plan\n";
const PAGE: &str = "--cut\nContent-Type: text/html\n\n<p>We plan.</p><ul><li>Lead</ul>\n";
const FILE: &str =
    "--cut\nContent-Type: application/pdf\nContent-Disposition: attachment\n\nJVBERi0=\n";

fn multipart(kind: &str, parts: &[&str]) -> String {
    let parts = parts.concat();
    format!("Content-Type: multipart/{kind}; boundary=cut\n\n{parts}--cut--\n")
}

#[test]
fn the_subject_is_a_heading_and_other_headers_are_dropped() {
    let extracted = read("Subject: Re: A new planner\n\nWe plan.\n").unwrap();
    assert_eq!(extracted.text, "A new planner\n\nWe plan.");
    assert_eq!(extracted.blocks[0].kind, BlockKind::Heading);
}

#[test]
fn an_encoded_subject_is_decoded() {
    let found = texts("Subject: =?utf-8?Q?Planner_f=C3=BCr_Leeds?=\n\nWe plan.\n");
    assert_eq!(found[0], "Planner für Leeds");
}

#[test]
fn of_alternatives_the_page_is_read() {
    assert_eq!(
        texts(&multipart("alternative", &[PLAIN, PAGE])),
        ["We plan.", "Lead"]
    );
}

#[test]
fn an_empty_page_gives_way_to_plain_text() {
    let empty = "--cut\nContent-Type: text/html\n\n<img src=x>\n";
    assert_eq!(
        texts(&multipart("alternative", &[PLAIN, empty])),
        ["Plain plan"]
    );
}

#[test]
fn attachments_are_not_read() {
    let note = "--cut\nContent-Type: text/plain\nContent-Disposition: attachment\n\nA note\n";
    assert_eq!(
        texts(&multipart("mixed", &[PLAIN, note, FILE])),
        ["Plain plan"]
    );
}

#[test]
fn a_mail_of_attachments_only_fails_with_their_number() {
    assert_eq!(
        read(&multipart("mixed", &[FILE, FILE])),
        Err("no text in the mail; 2 attachments, which are not read".to_owned())
    );
}

#[test]
fn an_encrypted_mail_fails_and_says_so() {
    assert_eq!(
        read(&multipart("encrypted", &[FILE])),
        Err("encrypted".to_owned())
    );
}

#[test]
fn quoted_printable_and_its_charset_are_decoded() {
    let found = texts(
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nA caf=E9 pl=\nan\n",
    );
    assert_eq!(found, ["A café plan"]);
}

#[test]
fn flowed_text_is_joined() {
    let found = texts("Content-Type: text/plain; format=flowed\n\nWe plan \nthe week.\n");
    assert_eq!(found, ["We plan the week."]);
}

#[test]
fn quoted_replies_are_dropped() {
    let found = texts(
        "\nWe plan.\n\nOn Mon, 6 May 2024, Bo Hall\n<bo@example.org> wrote:\n> Who leads?\n\nWe act.\n",
    );
    assert_eq!(found, ["We plan.\n\n\nWe act."]);
}

#[test]
fn what_follows_the_headers_of_another_mail_is_dropped() {
    let found =
        texts("\nWe plan.\n\nFrom: Bo\nSent: Monday\nTo: Ann\nSubject: Plans\n\nWho leads?\n");
    assert_eq!(found, ["We plan."]);
}

#[test]
fn a_mail_that_is_passed_on_is_kept() {
    let found = texts(
        "Subject: Fwd: A planner\n\nSee below.\n\n---------- Forwarded message ---------\nFrom: Bo\nDate: Monday\nSubject: A planner\n\nYou plan the week.\n",
    );
    assert_eq!(
        found[1].split_whitespace().collect::<Vec<_>>().join(" "),
        "See below. You plan the week."
    );
}

#[test]
fn a_mail_that_only_quotes_keeps_what_it_quotes() {
    assert_eq!(texts("\n> We plan.\n> We act.\n"), ["We plan.\nWe act."]);
}

#[test]
fn signatures_are_dropped() {
    assert_eq!(
        texts("\nWe plan.\n-- \nAnn Lee\nHead of vision\n"),
        ["We plan."]
    );
}

#[test]
fn quotations_of_a_page_are_dropped() {
    let page = "Content-Type: text/html\n\n<p>We plan.</p><div class=gmail_quote>On 6 May Bo wrote:<blockquote>Who leads?</blockquote></div>\n";
    assert_eq!(texts(page), ["We plan."]);
}

#[test]
fn a_page_that_only_quotes_is_read() {
    let page = "Content-Type: text/html\n\n<blockquote type=cite><p>Who leads?</p></blockquote>\n";
    assert_eq!(texts(page), ["Who leads?"]);
}

#[test]
fn of_a_saved_page_its_first_part_is_read() {
    let frame = "--cut\nContent-Type: text/html\n\n<p>An advert</p>\n";
    let saved = format!(
        "From: <Saved by a browser>\nSubject: Jobs\nMIME-Version: 1.0\n{}",
        multipart("related", &[PAGE, frame])
    );
    let extracted = extract(saved.into_bytes(), &Limits::default()).unwrap();
    assert_eq!(extracted.text, "We plan.\n\nLead");
}

#[test]
fn bytes_without_headers_are_no_mail() {
    let reason = extract(b"\n\nWe plan.".to_vec(), &Limits::default()).unwrap_err();
    assert_eq!(reason, "not a mail: it begins with no header of one");
}

#[test]
fn parts_nested_too_deep_are_refused() {
    let open: String = (0..200)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n:03}\n\n--b{n:03}\n"))
        .collect();
    assert_eq!(read(&open), Err("its parts are nested too deep".to_owned()));
}

#[test]
fn a_mail_is_known_by_its_headers() {
    assert!(magic(
        format!("{HEAD}Subject: Plans\n\nWe plan.").as_bytes()
    ));
}

#[test]
fn a_note_that_looks_like_a_mail_is_no_mail() {
    assert!(!magic(b"From: Ann\nTo: Bo\nSubject: Plans\n\nWe plan."));
}

#[test]
fn a_text_with_a_colon_is_no_mail() {
    assert!(!magic(b"Duties:\n- plan\nMIME-Version: 1.0\nDate: x\n\n"));
}

#[test]
fn prefixes_of_a_subject_are_dropped() {
    let found = Subject::read("RE[2]: Fwd:  Plans:  the week");
    assert_eq!(
        (found.title.as_str(), found.forwards),
        ("Plans: the week", true)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = extract(bytes, &Limits::default());
    }

    #[test]
    fn any_message_is_taken(
        rest in "(Content-Type: multipart/(mixed|related|alternative); boundary=a\n|Content-Type: text/(html|plain); charset=[a-z0-9-]{0,8}\n|Content-Transfer-Encoding: (base64|quoted-printable)\n|Subject: =\\?[a-z0-9-]{0,5}\\?[QB]\\?[=A-F0-9+/]{0,9}\\?=\n|\n|--a\n|--a--|-- \n|> x\n|On 1 wrote:\n|From: x\nTo: y\nSubject: z\n|[ -~é=]{0,9}\n|<p>x){0,20}"
    ) {
        let _ = read(&rest);
    }
}
