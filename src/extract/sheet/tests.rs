//! Workbooks made by hand, as Excel and LibreOffice write them.

use std::io::{Read, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn archive(parts: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;

/// Parts of a workbook with sheets of these names and contents; a name that begins with `-` is
/// of a hidden one.
fn parts(sheets: &[(&str, &str)], strings: &str) -> Vec<(String, String)> {
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (n, (name, rows)) in sheets.iter().enumerate() {
        let (name, state) = match name.strip_prefix('-') {
            Some(name) => (name, "hidden"),
            None => (*name, "visible"),
        };
        list += &format!(r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>"#);
        links += &format!(
            r#"<Relationship Id="r{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
        let sheet = format!(
            r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    let book = format!(
        r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    parts.push(("_rels/.rels".to_owned(), RELATIONS.to_owned()));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships>{links}</Relationships>"),
    ));
    parts.push(("xl/workbook.xml".to_owned(), book));
    parts.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
    parts.push(("xl/sharedStrings.xml".to_owned(), strings.to_owned()));
    parts
}

const STRINGS: &str = r#"<sst uniqueCount="3"><si><t>id</t></si><si><t>text</t></si><si><r><t xml:space="preserve">We </t></r><r><t>plan</t></r><rPh><t>x</t></rPh></si></sst>"#;

fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    packed(&parts(sheets, STRINGS))
}

fn packed(parts: &[(String, String)]) -> Vec<u8> {
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(n, c)| (n.as_str(), c.as_str()))
        .collect();
    archive(&parts, CompressionMethod::Deflated)
}

/// A row of cells, as XML.
fn row(number: u32, cells: &[&str]) -> String {
    let mut row = format!(r#"<row r="{number}">"#);
    for (column, cell) in ('A'..).zip(cells) {
        row += &cell.replacen("<c", &format!(r#"<c r="{column}{number}""#), 1);
    }
    row + "</row>"
}

/// A sheet with the header `id,text` and one row.
fn plain(text: &str) -> String {
    let header = [r#"<c t="s"><v>0</v></c>"#, r#"<c t="s"><v>1</v></c>"#];
    let text = format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    row(1, &header) + &row(2, &["<c><v>1</v></c>", &text])
}

const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

fn open_document(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles><style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(
        &[("mimetype", ODS), ("content.xml", &content)],
        CompressionMethod::Stored,
    )
}

fn table(name: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}">{rows}</table:table>"#)
}

/// Rows of texts, cells parted by bars.
fn texts(rows: &str) -> String {
    let cell = |text| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    rows.lines()
        .map(|row| {
            let cells: String = row.split('|').map(cell).collect();
            format!("<table:table-row>{cells}</table:table-row>")
        })
        .collect()
}

fn read_with(bytes: &[u8], sheet: Option<&str>, limits: &Limits) -> Result<String, String> {
    let options = SheetOptions {
        sheet: sheet.map(str::to_owned),
        columns: None,
    };
    let mut rows = open(Box::new(Cursor::new(bytes.to_vec())), &options, limits)?;
    let mut text = String::new();
    rows.read_to_string(&mut text).unwrap();
    Ok(text)
}

fn read(bytes: &[u8]) -> Result<String, String> {
    read_with(bytes, None, &Limits::default())
}

#[test]
fn cells_of_every_kind_are_written_as_a_person_reads_them() {
    let header: Vec<String> = ["id", "day", "ok", "bad", "text", "formula"]
        .iter()
        .map(|name| format!(r#"<c t="inlineStr"><is><t>{name}</t></is></c>"#))
        .collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let cells = [
        "<c><v>10023.0</v></c>",
        r#"<c s="1"><v>45352</v></c>"#,
        r#"<c t="b"><v>1</v></c>"#,
        r##"<c t="e"><v>#N/A</v></c>"##,
        r#"<c t="s"><v>2</v></c>"#,
        r#"<c t="str"><f>A1&amp;B1</f><v>We act, "now"</v></c>"#,
    ];
    let book = workbook(&[("one", &(row(1, &header) + &row(2, &cells)))]);
    let expected =
        "id,day,ok,bad,text,formula\n10023,2024-03-01,true,,We plan,\"We act, \"\"now\"\"\"\n";
    assert_eq!(read(&book).unwrap(), expected);
}

#[test]
fn a_line_end_inside_a_cell_stays() {
    let book = workbook(&[("one", &plain("We plan&#10;and act"))]);
    assert_eq!(read(&book).unwrap(), "id,text\n1,\"We plan\nand act\"\n");
}

#[test]
fn the_first_sheet_with_rows_is_read_and_hidden_ones_last() {
    let book = workbook(&[
        ("-notes", &plain("hidden")),
        ("cover", ""),
        ("data", &plain("x")),
    ]);
    assert_eq!(read(&book).unwrap(), "id,text\n1,x\n");
}

#[test]
fn a_sheet_is_chosen_by_name_or_by_number() {
    let book = workbook(&[
        ("one", &plain("a")),
        ("1", &plain("b")),
        ("three", &plain("c")),
    ]);
    for (wanted, text) in [("one", "a"), ("1", "b"), ("3", "c")] {
        let found = read_with(&book, Some(wanted), &Limits::default()).unwrap();
        assert_eq!(found, format!("id,text\n1,{text}\n"));
    }
}

#[test]
fn an_unknown_sheet_lists_those_that_there_are() {
    let book = workbook(&[("one", &plain("a")), ("two", "")]);
    let reason = read_with(&book, Some("three"), &Limits::default()).unwrap_err();
    assert_eq!(
        reason,
        "no sheet is named `three`; its sheets are `one`, `two`"
    );
}

#[test]
fn a_workbook_without_rows_says_so() {
    assert_eq!(
        read(&workbook(&[("one", "")])).unwrap_err(),
        "none of its sheets has rows"
    );
}

#[test]
fn a_claimed_size_of_a_sheet_costs_nothing() {
    // Each sheet here claims all rows and columns that a sheet can have.
    let far = format!(
        "{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        plain("a")
    );
    let rows = read(&workbook(&[("one", &far)])).unwrap();
    assert_eq!(
        (rows.lines().count(), rows.len()),
        (1_048_576, 12 + 3 * 1_048_574)
    );
}

#[test]
fn more_than_the_limit_is_refused_before_it_is_unpacked() {
    let book = workbook(&[("one", &plain(&"a".repeat(1 << 20)))]);
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    assert!(book.len() < 10_000);
    assert_eq!(
        read_with(&book, None, &limits).unwrap_err(),
        limits.too_much()
    );
}

#[test]
fn strings_that_repeat_are_counted_each_time() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "text ".repeat(10_000));
    let rows: String = (1..200)
        .map(|n| row(n, &[r#"<c t="s"><v>0</v></c>"#]))
        .collect();
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    let book = packed(&parts(&[("one", &rows)], &strings));
    assert_eq!(
        read_with(&book, None, &limits).unwrap_err(),
        limits.too_much()
    );
}

#[test]
fn a_claim_of_endless_strings_is_refused() {
    let strings = r#"<sst uniqueCount="4000000000000"><si><t>a</t></si></sst>"#;
    let reason = read(&packed(&parts(&[("one", &plain("a"))], strings))).unwrap_err();
    assert_eq!(reason, "damaged: claims more strings than it can hold");
}

#[test]
fn styles_that_grow_when_they_are_read_are_refused() {
    let mut parts = parts(&[("one", &plain("a"))], STRINGS);
    let font = format!(
        r#"<fonts><font><name val="{}"/></font></fonts>"#,
        "a".repeat(100_000)
    );
    let styles = format!("<styleSheet>{font}<cellXfs><xf fontId=\"0\"/></cellXfs></styleSheet>");
    parts
        .iter_mut()
        .filter(|(name, _)| name == "xl/styles.xml")
        .for_each(|part| part.1 = styles.clone());
    assert_eq!(
        read(&packed(&parts)).unwrap_err(),
        "holds more cell styles than any workbook"
    );
}

#[test]
fn a_truncated_archive_says_so() {
    let book = workbook(&[("one", &plain("a"))]);
    let reason = read(&book[..book.len() / 2]).unwrap_err();
    assert_eq!(reason, "truncated or damaged: the archive has no sound end");
}

#[test]
fn an_encrypted_workbook_says_so() {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bytes = [COMPOUND, &[0; 600], &name, &[0; 600]].concat();
    assert_eq!(read(&bytes).unwrap_err(), ENCRYPTED);
}

#[test]
fn an_old_workbook_that_is_damaged_says_so() {
    let name: Vec<u8> = "Workbook"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let reason = read(&[COMPOUND, &[0; 600], &name].concat()).unwrap_err();
    assert_eq!(reason, "damaged: a part is not written as it should be");
}

#[test]
fn an_archive_of_other_things_is_no_workbook() {
    let bytes = archive(&[("a.txt", "We plan")], CompressionMethod::Stored);
    assert_eq!(read(&bytes).unwrap_err(), "an archive, but not a workbook");
}

#[test]
fn workbooks_are_told_by_their_first_bytes() {
    let ods = open_document("");
    let docx = archive(
        &[
            ("[Content_Types].xml", ""),
            ("word/document.xml", ""),
            ("xl/a.xml", ""),
        ],
        CompressionMethod::Stored,
    );
    let sheets = workbook(&[("one", "")]);
    let inner = archive(
        &[("_rels/.rels", ""), ("xl/workbook.xml", "")],
        CompressionMethod::Stored,
    );
    let mut outer = b"PK\x03\x04".to_vec();
    outer.resize(26, 0);
    outer.extend_from_slice(&[5, 0, 0, 0]);
    outer.extend_from_slice(b"a.zip");
    outer.extend_from_slice(&inner);
    let told = |bytes: &[u8]| (is_excel(bytes), is_open_document(bytes));
    assert_eq!(told(&inner), (true, false));
    assert_eq!(told(&ods), (false, true));
    assert_eq!(told(&docx), (false, false));
    assert_eq!(told(&outer), (false, false));
    // The sheets stand first here, which no program writes.
    assert_eq!(told(&sheets), (true, false));
}

#[test]
fn an_open_document_is_read_like_a_workbook() {
    let cells = concat!(
        "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"10023\"><text:p>10,023</text:p></table:table-cell>",
        "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-03-01T00:00:00\"/>",
        "<table:table-cell office:value-type=\"time\" office:time-value=\"PT14H30M00S\"/>",
        "<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>",
        "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>a note</text:p></office:annotation>",
        "<text:p>We <text:span>plan</text:span> &amp;\n  act<text:s text:c=\"2\"/>now</text:p><text:p>and lead</text:p></table:table-cell>",
        "<table:table-cell office:value-type=\"string\" calcext:value-type=\"error\"><text:p>#N/A</text:p></table:table-cell>",
        "</table:table-row>"
    );
    let rows = texts("id|day|hour|ok|text|bad") + cells;
    let expected = "id,day,hour,ok,text,bad\n10023,2024-03-01,14:30:00,true,\"We plan & act  now\nand lead\",\n";
    assert_eq!(
        read(&open_document(&table("one", &rows))).unwrap(),
        expected
    );
}

#[test]
fn repeated_rows_and_cells_are_where_they_stand() {
    let blank = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"1000\"/></table:table-row>";
    let twice = texts("x|y").replace(
        "<table:table-row>",
        "<table:table-row table:number-rows-repeated=\"2\">",
    );
    let end = blank.replace("\"3\"", "\"1048000\"");
    let rows = texts("id|text") + blank + &twice + &end;
    let expected = "id,text\n\"\"\n\"\"\n\"\"\nx,y\nx,y\n";
    assert_eq!(
        read(&open_document(&table("one", &rows))).unwrap(),
        expected
    );
}

#[test]
fn what_a_merged_cell_covers_is_empty() {
    let rows = texts("id|text") + &texts("1|gone").replace("table-cell office:value-type=\"string\"><text:p>gone</text:p></table:table-cell", "covered-table-cell office:value-type=\"string\"><text:p>gone</text:p></table:covered-table-cell");
    assert_eq!(
        read(&open_document(&table("one", &rows))).unwrap(),
        "id,text\n1,\n"
    );
}

#[test]
fn a_hidden_sheet_of_an_open_document_is_read_last() {
    let hidden = table("one", &texts("id|text\n1|hidden"))
        .replace("<table:table ", "<table:table table:style-name=\"h\" ");
    let tables = hidden + &table("two", "") + &table("three", &texts("id|text\n1|x"));
    let book = open_document(&tables);
    assert_eq!(read(&book).unwrap(), "id,text\n1,x\n");
    let reason = read_with(&book, Some("four"), &Limits::default()).unwrap_err();
    assert_eq!(
        reason,
        "no sheet is named `four`; its sheets are `one`, `two`, `three`"
    );
}

#[test]
fn repetition_without_end_stops_at_the_limit() {
    let wide = texts("id|text\n1|We plan").replace(
        "<table:table-cell ",
        "<table:table-cell table:number-columns-repeated=\"4000000000\" ",
    );
    let deep = wide.replace(
        "<table:table-row>",
        "<table:table-row table:number-rows-repeated=\"4000000000\">",
    );
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    for rows in [wide, deep] {
        read_with(&open_document(&table("one", &rows)), None, &limits).unwrap_err();
    }
}

#[test]
fn an_open_document_that_is_cut_off_says_so() {
    let bytes = archive(
        &[
            ("mimetype", ODS),
            (
                "content.xml",
                "<a><table:table table:name=\"one\"><table:table-row>",
            ),
        ],
        CompressionMethod::Stored,
    );
    assert_eq!(read(&bytes).unwrap_err(), "truncated: a part is cut off");
}

#[test]
fn an_encrypted_open_document_says_so() {
    let manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let parts = [
        ("mimetype", ODS),
        ("content.xml", "x"),
        ("META-INF/manifest.xml", manifest),
    ];
    assert_eq!(
        read(&archive(&parts, CompressionMethod::Stored)).unwrap_err(),
        ENCRYPTED
    );
}

#[test]
fn an_entity_that_grows_is_not_followed() {
    let content = "<!DOCTYPE a [<!ENTITY b \"&c;&c;\"><!ENTITY c \"text\">]><a>".to_owned();
    let rows = texts("id|text\n1|We &b; plan");
    let parts = content + &table("one", &rows) + "</a>";
    let bytes = archive(
        &[("mimetype", ODS), ("content.xml", &parts)],
        CompressionMethod::Stored,
    );
    assert_eq!(read(&bytes).unwrap(), "id,text\n1,We plan\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_workbook_with_wrong_bytes_is_read_or_refused(at in any::<prop::sample::Index>(), byte: u8, ods: bool) {
        let mut bytes = match ods {
            true => open_document(&table("one", &texts("id|text\n1|We plan"))),
            false => {
                let parts = parts(&[("one", &plain("We plan"))], STRINGS);
                let parts: Vec<(&str, &str)> = parts.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect();
                archive(&parts, CompressionMethod::Stored)
            }
        };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
        let _ = read_with(&bytes, None, &limits);
    }
}
