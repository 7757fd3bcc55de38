//! Whole files, made here: what a reader of a PDF meets.

use proptest::prelude::*;
use unpdf::parser::raw::crypt::{self, Cipher, EncryptionParams};

use super::*;
use crate::text::document::BlockKind::{Heading, Item, Lines, Paragraph};

/// Objects, numbered from 1, as a file with its table.
fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(table.bytes());
    bytes.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n")
            .bytes(),
    );
    bytes
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// The objects of a file whose pages have these contents: catalog, tree, two fonts, an
/// image, and for each page itself and its content.
fn objects(contents: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let kids: Vec<String> = (0..contents.len())
        .map(|n| format!("{} 0 R", 6 + 2 * n))
        .collect();
    let tree = format!(
        "<</Type/Pages/Count {}/Kids[{}]/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R/B 4 0 R>>/XObject<</I 5 0 R>>>>>>",
        contents.len(),
        kids.join(" ")
    );
    let font = |name| {
        format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")
            .into_bytes()
    };
    let image = stream(
        "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray",
        b"x",
    );
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        tree.into_bytes(),
        font("Helvetica"),
        font("Helvetica-Bold"),
        image,
    ];
    for (at, content) in contents.iter().enumerate() {
        objects
            .push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 7 + 2 * at).into_bytes());
        objects.push(stream("", content));
    }
    objects
}

fn pdf(contents: &[Vec<u8>]) -> Vec<u8> {
    file(&objects(contents), "")
}

/// Lines of text at 10 points: left edge, height from the bottom, text. `*` before the
/// text is bold.
fn page(lines: &[(i32, i32, &str)]) -> Vec<u8> {
    let mut content = String::new();
    for (x, y, text) in lines {
        let (font, text) = text
            .strip_prefix('*')
            .map_or(("F", *text), |text| ("B", text));
        content += &format!("BT /{font} 10 Tf {x} {y} Td ({text}) Tj ET\n");
    }
    content.replace('•', "\\225").into_bytes()
}

/// Lines below each other at the left edge.
fn below(lines: &[&str]) -> Vec<u8> {
    let placed: Vec<_> = (lines.iter().enumerate())
        .map(|(at, text)| (50, 700 - 12 * at as i32, *text))
        .collect();
    page(&placed)
}

fn read(contents: &[Vec<u8>]) -> Vec<(BlockKind, String)> {
    blocks(&extract(pdf(contents), &Limits::default()).unwrap())
}

fn blocks(extracted: &Extracted) -> Vec<(BlockKind, String)> {
    let blocks = extracted.blocks.iter();
    blocks
        .map(|block| (block.kind, block.span.of(&extracted.text).to_owned()))
        .collect()
}

fn texts(contents: &[Vec<u8>]) -> Vec<String> {
    read(contents).into_iter().map(|(_, text)| text).collect()
}

fn refusal(bytes: Vec<u8>) -> String {
    extract(bytes, &Limits::default()).unwrap_err()
}

/// A page of a job description, as most are.
fn job() -> Vec<u8> {
    page(&[
        (50, 700, "*Your work"),
        (
            50,
            686,
            "We mend the boats of the whole harbour, from the small dinghy to the old ferry, and manage-",
        ),
        (50, 674, "ment trusts us to choose our own tools."),
        (50, 650, "You will:"),
        (
            60,
            636,
            "• Plan the repairs of the coming season with the two other yards on the long quay, the",
        ),
        (70, 624, "sail loft among them"),
        (60, 610, "• Lead the crew"),
    ])
}

#[test]
fn headings_items_and_paragraphs_are_told_apart() {
    let expected = [
        (Heading, "Your work"),
        (
            Paragraph,
            "We mend the boats of the whole harbour, from the small dinghy to the old ferry, and management trusts us to choose our own tools.",
        ),
        (Lines, "You will:"),
        (
            Item,
            "Plan the repairs of the coming season with the two other yards on the long quay, the sail loft among them",
        ),
        (Item, "Lead the crew"),
    ];
    assert_eq!(
        read(&[job()]),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn a_sentence_goes_on_over_the_page_and_its_header() {
    let pages = [
        page(&[
            (50, 780, "Yard guide, page 1"),
            (50, 700, "We plan the work of the"),
            (50, 20, "1"),
        ]),
        page(&[
            (50, 780, "Yard guide, page 2"),
            (50, 700, "whole yard."),
            (50, 20, "2"),
        ]),
    ];
    assert_eq!(texts(&pages), ["We plan the work of the whole yard."]);
}

#[test]
fn columns_are_read_in_order() {
    let left = ["We plan the work of", "the yard, and we act", "on it."];
    let right = ["Others sell what we", "mended, to whoever", "comes by."];
    let mut lines = Vec::new();
    for (at, text) in left.iter().enumerate() {
        lines.push((50, 700 - 12 * at as i32, *text));
    }
    for (at, text) in right.iter().enumerate() {
        lines.push((300, 694 - 12 * at as i32, *text));
    }
    let expected = [
        "We plan the work of the yard, and we act on it.",
        "Others sell what we mended, to whoever comes by.",
    ];
    assert_eq!(texts(&[page(&lines)]), expected);
}

#[test]
fn cells_of_a_table_stand_apart() {
    let content = page(&[
        (50, 700, "Goal"),
        (250, 700, "Owner"),
        (50, 680, "Mend boats"),
        (250, 680, "Yard"),
    ]);
    let extracted = extract(pdf(&[content]), &Limits::default()).unwrap();
    assert_eq!(extracted.text, "Goal\tOwner\nMend boats\tYard\n");
}

#[test]
fn a_page_that_is_turned_is_read_as_it_is_seen() {
    let content = "BT /F 10 Tf 0 1 -1 0 100 100 Tm (We plan) Tj ET BT /F 10 Tf 0 1 -1 0 112 100 Tm (the work.) Tj ET";
    assert_eq!(texts(&[content.into()]), ["We plan the work."]);
}

#[test]
fn a_number_at_the_start_of_a_line_is_a_marker_only_where_an_item_may_begin() {
    let found = read(&[below(&[
        "1. Plan the work",
        "2. Act on it",
        "We were founded by the harbour board, which had no yard of its own until the year of",
        "9. More came soon.",
    ])]);
    assert_eq!(found[0], (Item, "Plan the work".to_owned()));
    assert_eq!(found[1], (Item, "Act on it".to_owned()));
    assert_eq!((found.len(), found[2].0), (3, Paragraph));
}

#[test]
fn a_compound_keeps_its_hyphen_at_the_end_of_a_line() {
    let found = texts(&[below(&["We think of the long-", "term good of the yard."])]);
    assert_eq!(found, ["We think of the long-term good of the yard."]);
}

#[test]
fn a_scan_is_told_from_an_empty_page() {
    let images = refusal(pdf(&[
        b"q 600 0 0 800 0 0 cm /I Do Q".to_vec(),
        b"/I Do".to_vec(),
    ]));
    assert_eq!(images, "no text layer; 2 pages of images");
    assert_eq!(
        refusal(pdf(&[b"0 0 m 9 9 l S".to_vec()])),
        "no text layer; 1 page without text"
    );
}

#[test]
fn a_page_number_is_no_text() {
    assert_eq!(
        refusal(pdf(&[page(&[(300, 20, "1")])])),
        "no text layer but page numbers"
    );
}

/// What a short password is filled up with (ISO 32000-1, Algorithm 2).
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// A job description, encrypted with that password (revision 2, 40 bits).
fn encrypted(password: &[u8]) -> Vec<u8> {
    let params = EncryptionParams {
        version: 1,
        revision: 2,
        key_length: 40,
        owner_hash: vec![7; 32],
        user_hash: Vec::new(),
        permissions: -4,
        file_id: b"0123456789abcdef".to_vec(),
        cipher: Cipher::Rc4,
        owner_key: Vec::new(),
        user_key: Vec::new(),
        encrypt_metadata: true,
    };
    let key = crypt::compute_encryption_key(&params, password);
    let user_hash = crypt::decrypt_rc4(&key, &PADDING);
    let mut objects = objects(&[job()]);
    let object_key = crypt::object_key(&key, 7, 0, Cipher::Rc4);
    objects[6] = stream("", &crypt::decrypt_rc4(&object_key, &job()));
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let trailer = format!(
        "/ID[<{id}><{id}>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{o}>/U<{u}>>>",
        id = hex(&params.file_id),
        o = hex(&params.owner_hash),
        u = hex(&user_hash)
    );
    file(&objects, &trailer)
}

#[test]
fn a_file_with_an_empty_password_opens() {
    let extracted = extract(encrypted(b""), &Limits::default()).unwrap();
    assert_eq!(blocks(&extracted).len(), 5);
}

#[test]
fn a_file_with_a_password_says_so() {
    assert_eq!(refusal(encrypted(b"boat")), "encrypted: needs a password");
}

#[test]
fn a_truncated_file_says_so() {
    let bytes = pdf(&[job()]);
    assert_eq!(
        refusal(bytes[..bytes.len() / 3].to_vec()),
        "truncated: the end of the file is missing"
    );
}

#[test]
fn a_file_without_its_end_is_refused_though_a_library_could_read_its_pages() {
    let bytes = pdf(&[job()]);
    let end = memchr::memmem::rfind(&bytes, b"xref").unwrap() - b"start".len();
    assert_eq!(
        refusal(bytes[..end].to_vec()),
        "truncated: the end of the file is missing"
    );
}

#[test]
fn what_stands_behind_the_end_of_a_file_does_not_matter() {
    let mut bytes = pdf(&[job()]);
    bytes.extend([0; 5000]);
    assert_eq!(
        blocks(&extract(bytes, &Limits::default()).unwrap()).len(),
        5
    );
}

#[test]
fn a_file_that_lost_a_page_is_not_read_in_part() {
    let mut objects = objects(&[job(), job()]);
    objects[7] = b"null".to_vec();
    assert_eq!(
        refusal(file(&objects, "")),
        "damaged: 1 of its 2 pages are lost"
    );
}

#[test]
fn a_tree_of_pages_that_holds_itself_ends() {
    let mut objects = objects(&[]);
    objects[1] = b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>".to_vec();
    assert_eq!(refusal(file(&objects, "")), "damaged: it has no pages");
}

#[test]
fn more_pages_than_the_limit_are_refused() {
    let limits = Limits {
        pages: 2,
        ..Limits::default()
    };
    let reason = extract(pdf(&[job(), job(), job()]), &limits).unwrap_err();
    assert_eq!(reason, "has 3 pages, more than 2, the limit");
}

#[test]
fn more_text_than_the_limit_is_refused() {
    let limits = Limits {
        unpacked: 100,
        ..Limits::default()
    };
    let reason = extract(pdf(&[job()]), &limits).unwrap_err();
    assert_eq!(reason, "holds more than 100 bytes when unpacked, the limit");
}

#[test]
fn forms_that_paint_forms_without_end_are_refused() {
    let mut objects = objects(&[b"/A Do".to_vec()]);
    let first = objects.len() + 1;
    for at in 0..30 {
        let next = first + at + 1;
        let resources = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A {next} 0 R>>>>"
        );
        objects.push(stream(&resources, b"/A Do /A Do"));
    }
    objects.push(stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"n"));
    objects[5] = format!(
        "<</Type/Page/Parent 2 0 R/Contents 7 0 R/Resources<</XObject<</A {first} 0 R>>>>>>"
    )
    .into_bytes();
    assert_eq!(
        refusal(file(&objects, "")),
        "a page draws more than 1000000 things, the limit"
    );
}

#[test]
fn arrays_in_arrays_do_not_exhaust_the_stack() {
    let mut objects = objects(&[job()]);
    objects.push(b"[".repeat(200_000));
    assert!(refusal(file(&objects, "")).contains("nested"));
}

#[test]
fn the_deepest_arrays_that_are_let_through_can_be_read() {
    let mut objects = objects(&[job()]);
    objects.push([b"[".repeat(255), b"]".repeat(255)].concat());
    assert!(extract(file(&objects, ""), &Limits::default()).is_ok());
}

#[test]
fn a_pdf_is_known_by_its_mark_behind_other_bytes() {
    assert!(magic(
        &[b"\xef\xbb\xbf\n".as_slice(), &pdf(&[job()])].concat()
    ));
    assert!(!magic(b"The mark of a PDF is written otherwise."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_damage_is_taken(at in 0.0..1.0_f64, bytes in prop::collection::vec(any::<u8>(), 0..40), cut in 0.0..1.0_f64) {
        let mut file = pdf(&[job(), job()]);
        let at = (at * file.len() as f64) as usize;
        let end = (at + bytes.len()).min(file.len());
        file[at..end].copy_from_slice(&bytes[..end - at]);
        if cut > 0.5 {
            file.truncate((cut * file.len() as f64) as usize);
        }
        let _ = extract(file, &Limits::default());
    }

    #[test]
    fn any_content_is_taken_and_blocks_are_in_order(
        content in "(BT|ET|q|Q|Tj|TJ|Td|Tm|Tf|cm|/F|/B|/I Do|\\(We plan\\)|\\(• a\\)|\\[|\\]|<41>|-?[0-9]{1,3}| |1 0 0 1|\\n){0,80}"
    ) {
        let content = format!("BT /F 9 Tf 50 700 Td (The work.) Tj ET BT /F 9 Tf {content}");
        let extracted = extract(pdf(&[content.into_bytes()]), &Limits::default());
        let Ok(extracted) = extracted else { return Ok(()) };
        let mut at = 0;
        for block in &extracted.blocks {
            prop_assert!(block.span.start as usize >= at);
            prop_assert!(extracted.text[at..block.span.start as usize].trim().is_empty());
            at = block.span.end as usize;
        }
        prop_assert!(extracted.text[at..].trim().is_empty());
    }
}
