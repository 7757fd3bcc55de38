//! Archives as inputs: what is in them is read as if it lay in a folder, and nothing that is
//! wrong with them ends a batch.
#![cfg(feature = "archives")]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use flate2::Compression;
use flate2::write::GzEncoder;
use leadager::batch::{self, InputReport, Plan, Receiver, Start, TablePlan};
use leadager::builtin;
use leadager::error::Result;
use leadager::extract::extractor::Isolation;
use leadager::extract::limits::Limits;
use leadager::extract::rows::TableOptions;
use leadager::extract::{Failure, SheetOptions};
use leadager::pipeline::Pipeline;
use leadager::record::{Layout, Table};
use leadager::sink::FORMATS;
use leadager::walk::walk;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use zip::write::SimpleFileOptions;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| builtin::pipeline().expect("the built-in lexicon is good"));

const TEXT: &str = "Our vision is a city without waste. You plan the budget.\n";
const TABLES: [Table; 2] = [Table::Documents, Table::Sentences];

/// Names and contents of files.
type Files = Vec<(String, Vec<u8>)>;

/// What came of a batch.
#[derive(Debug, Default, PartialEq)]
struct Came {
    tables: [String; 2],
    failures: Vec<String>,
    reports: Vec<InputReport>,
    members: Vec<InputReport>,
    passed_over: Vec<String>,
}

impl Receiver for Came {
    fn rows(&mut self, table: usize, bytes: &[u8]) -> Result<()> {
        self.tables[table].push_str(std::str::from_utf8(bytes).expect("UTF-8"));
        Ok(())
    }

    fn failed(&mut self, failure: &Failure) -> Result<()> {
        self.failures.push(failure.to_string());
        Ok(())
    }

    fn read(&mut self, report: InputReport) {
        self.reports.push(report);
    }

    fn member(&mut self, report: InputReport) {
        self.members.push(report);
    }

    fn passed_over(&mut self, id: &str) {
        self.passed_over.push(id.to_owned());
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

impl Came {
    /// The ids of the documents.
    fn ids(&self) -> Vec<&str> {
        let rows = self.tables[0].lines().skip(1);
        rows.map(|row| row.split(',').next().expect("an id"))
            .collect()
    }

    /// The tables, with `prefix` of the ids taken off.
    fn tables_without(&self, prefix: &str) -> [String; 2] {
        TABLES.map(|table| self.tables[usize::from(table == TABLES[1])].replace(prefix, ""))
    }
}

/// A temporary folder in which batches run.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The batch over one file or folder, with the folder taken off all names.
    fn run(&self, name: &str) -> Came {
        self.run_with(name, 2, Limits::default())
    }

    fn run_with(&self, name: &str, threads: usize, limits: Limits) -> Came {
        let came = run(&self.path(name), threads, limits);
        let root = format!("{}/", self.0.path().display());
        let short = |text: String| text.replace(&root, "");
        let report = |mut report: InputReport| {
            report.path = short(report.path);
            report
        };
        Came {
            tables: came.tables.map(short),
            failures: came.failures.into_iter().map(short).collect(),
            reports: came.reports.into_iter().map(report).collect(),
            members: came.members.into_iter().map(report).collect(),
            passed_over: came.passed_over.into_iter().map(short).collect(),
        }
    }
}

fn run(path: &Path, threads: usize, limits: Limits) -> Came {
    let inputs = walk(&[path.to_owned()]).expect("the path is there");
    let tables = TABLES.map(|table| TablePlan {
        table,
        format: &FORMATS[0],
        spreadsheet_safe: false,
    });
    let plan = Plan {
        pipeline: &PIPELINE,
        tables: &tables,
        layout: &Layout::default(),
        rows: &TableOptions::default(),
        sheet: &SheetOptions::default(),
        limits,
        isolation: &Isolation::Here,
        threads,
        hashes: true,
    };
    let mut came = Came::default();
    batch::run(
        &plan,
        &inputs.files,
        &Start::default(),
        &mut came,
        &AtomicBool::new(false),
    )
    .expect("nobody refuses");
    came
}

fn files(files: &[(&str, &str)]) -> Files {
    let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.as_bytes().to_vec());
    files.iter().map(owned).collect()
}

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default();
        writer.start_file(name.as_str(), options).expect("a member");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("an end").into_inner()
}

fn tarred(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_cksum();
        let member = writer.append_data(&mut header, name, content.as_slice());
        member.expect("a member");
    }
    writer.into_inner().expect("an end")
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("its content");
    encoder.finish().expect("an end")
}

/// A table of `rows` rows.
fn table(rows: usize) -> Vec<u8> {
    let mut table = b"id,text\n".to_vec();
    for row in 0..rows {
        writeln!(
            table,
            "{row},\"In week {row} we plan the budget and lead the change.\""
        )
        .expect("memory");
    }
    table
}

#[test]
fn members_are_inputs_named_after_the_archive() {
    let zip = zipped(&files(&[
        ("jobs/b.txt", TEXT),
        ("a.csv", "text\nWe plan.\n"),
    ]));
    let came = Place::new().with("a.zip", zip).run("a.zip");
    assert_eq!(came.ids(), ["a.zip!a.csv#1", "a.zip!jobs/b.txt"]);
    assert_eq!(came.failures, [""; 0]);
}

#[test]
fn members_of_a_zip_come_as_files_of_a_folder_do_and_those_of_a_tar_as_they_stand() {
    let members = files(&[("b.txt", TEXT), ("a-b.txt", TEXT), ("a/z.txt", TEXT)]);
    let place = Place::new()
        .with("a.zip", zipped(&members))
        .with("a.tar", tarred(&members));
    let expected = ["a.zip!a/z.txt", "a.zip!a-b.txt", "a.zip!b.txt"];
    assert_eq!(place.run("a.zip").ids(), expected);
    let expected = ["a.tar!b.txt", "a.tar!a-b.txt", "a.tar!a/z.txt"];
    assert_eq!(place.run("a.tar").ids(), expected);
}

#[test]
fn a_packed_file_is_the_input_itself() {
    let place = Place::new()
        .with("a.csv.gz", gzipped(&table(3)))
        .with(
            "b.txt.zst",
            compress_to_vec(TEXT.as_bytes(), CompressionLevel::Fastest),
        )
        .with("c", gzipped(&gzipped(TEXT.as_bytes())));
    assert_eq!(
        place.run("a.csv.gz").ids(),
        ["a.csv.gz#1", "a.csv.gz#2", "a.csv.gz#3"]
    );
    assert_eq!(place.run("b.txt.zst").ids(), ["b.txt.zst"]);
    assert_eq!(place.run("c").ids(), ["c"]);
}

#[test]
fn what_is_packed_too_often_is_refused() {
    let mut packed = TEXT.as_bytes().to_vec();
    for _ in 0..4 {
        packed = gzipped(&packed);
    }
    let came = Place::new().with("a.gz", packed).run("a.gz");
    assert_eq!(came.failures, ["a.gz: packed more than 3 times over"]);
}

#[test]
fn packed_tars_are_known_by_their_content() {
    let tar = tarred(&files(&[("x.txt", TEXT)]));
    let packed = compress_to_vec(tar.as_slice(), CompressionLevel::Fastest);
    let place = Place::new()
        .with("a.tar.gz", gzipped(&tar))
        .with("b.tgz", gzipped(&tar))
        .with("c.tar.zst", packed)
        .with("d", gzipped(&tar));
    for name in ["a.tar.gz", "b.tgz", "c.tar.zst", "d"] {
        assert_eq!(place.run(name).ids(), [format!("{name}!x.txt")]);
    }
}

#[test]
fn a_small_file_that_is_an_archive_against_its_name_is_read_in_its_turn() {
    let place = Place::new()
        .with("in/a.txt", TEXT)
        .with(
            "in/b.txt",
            zipped(&files(&[("x.txt", TEXT), ("y.txt", TEXT)])),
        )
        .with("in/c.txt", gzipped(TEXT.as_bytes()))
        .with("in/d.txt", TEXT);
    let came = place.run("in");
    let expected = [
        "in/a.txt",
        "in/b.txt!x.txt",
        "in/b.txt!y.txt",
        "in/c.txt",
        "in/d.txt",
    ];
    assert_eq!(came.ids(), expected);
    assert_eq!(came, place.run_with("in", 1, Limits::default()));
}

#[test]
fn a_file_that_is_not_packed_though_its_name_says_so_is_read_as_it_is() {
    let came = Place::new().with("a.csv.gz", table(2)).run("a.csv.gz");
    assert_eq!(came.ids(), ["a.csv.gz#1", "a.csv.gz#2"]);
}

#[test]
fn archives_in_archives_are_read_three_deep() {
    let nest =
        |inner: Vec<u8>| zipped(&[("n.zip".to_owned(), inner), ("t.txt".into(), TEXT.into())]);
    let three = nest(nest(zipped(&files(&[("t.txt", TEXT)]))));
    let place = Place::new()
        .with("a.zip", &three)
        .with("b.zip", nest(three));
    let expected = [
        "a.zip!n.zip!n.zip!t.txt",
        "a.zip!n.zip!t.txt",
        "a.zip!t.txt",
    ];
    assert_eq!(place.run("a.zip").ids(), expected);
    let came = place.run("b.zip");
    let expected = [
        "b.zip!n.zip!n.zip!t.txt",
        "b.zip!n.zip!t.txt",
        "b.zip!t.txt",
    ];
    assert_eq!(came.ids(), expected);
    let reason = "an archive inside of 3 others, which is not opened";
    assert_eq!(
        came.failures,
        [format!("b.zip!n.zip!n.zip!n.zip: {reason}")]
    );
}

#[test]
fn tars_are_read_inside_of_zips_and_zips_inside_of_tars() {
    let tar = gzipped(&tarred(&[(
        "z.zip".into(),
        zipped(&files(&[("x.txt", TEXT)])),
    )]));
    let came = Place::new()
        .with("a.zip", zipped(&[("t.tgz".into(), tar)]))
        .run("a.zip");
    assert_eq!(came.ids(), ["a.zip!t.tgz!z.zip!x.txt"]);
}

#[test]
fn hidden_members_are_ignored_and_others_are_counted() {
    let members = files(&[
        (".git/a.txt", TEXT),
        ("__MACOSX/._a.txt", TEXT),
        ("~$a.docx", TEXT),
        ("a.txt", TEXT),
        ("logo.png", "PNG"),
        ("data", "\0\u{1}\0\u{2}"),
        ("notes", TEXT),
    ]);
    let came = Place::new().with("a.zip", zipped(&members)).run("a.zip");
    assert_eq!(came.ids(), ["a.zip!a.txt", "a.zip!notes"]);
    assert_eq!(came.passed_over, ["a.zip!data", "a.zip!logo.png"]);
    assert_eq!(came.failures, [""; 0]);
    let counts = came.reports[0].members.expect("an archive");
    assert_eq!((counts.read, counts.passed_over), (2, 2));
}

#[test]
fn an_archive_without_a_document_has_failed() {
    let place = Place::new()
        .with("a.zip", zipped(&[]))
        .with("b.tar", tarred(&files(&[("logo.png", "PNG")])));
    assert_eq!(place.run("a.zip").failures, ["a.zip: holds no document"]);
    assert_eq!(place.run("b.tar").failures, ["b.tar: holds no document"]);
}

#[test]
fn bytes_and_hash_are_those_of_the_archive() {
    use sha2::{Digest, Sha256};
    let members = files(&[("a.txt", TEXT), ("b.csv", "text\nWe plan.\n")]);
    let tar = tarred(&members);
    for (name, bytes) in [
        ("a.zip", zipped(&members)),
        ("a.tar", tar.clone()),
        ("a.tar.gz", gzipped(&tar)),
        ("a.csv.gz", gzipped(&table(40_000))),
    ] {
        let came = Place::new().with(name, &bytes).run(name);
        let hash: String = (Sha256::digest(&bytes).iter())
            .map(|b| format!("{b:02x}"))
            .collect();
        let told: Vec<_> = came
            .reports
            .iter()
            .map(|r| (r.path.as_str(), r.bytes))
            .collect();
        assert_eq!(told, [(name, bytes.len() as u64)]);
        assert_eq!(came.reports[0].sha256, hash, "{name}");
    }
}

#[test]
fn what_is_told_of_a_member_is_told_under_its_name() {
    let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let members = [
        ("a.txt".to_owned(), [b"\xFF\xFE".to_vec(), utf16].concat()),
        ("b.csv".to_owned(), b"Job Description\nWe plan.\n".to_vec()),
    ];
    let came = Place::new().with("a.zip", zipped(&members)).run("a.zip");
    assert_eq!(came.members[0].encoding, "UTF-16LE");
    assert_eq!(came.members[1].path, "a.zip!b.csv");
    assert!(came.members[1].note.contains("`Job Description`"));
}

/// Large members are cut as they are read: a table, a text in one part, a text in many.
#[test]
fn large_members_give_the_rows_that_large_files_give() {
    let paragraph = format!("{}\n", TEXT.repeat(20));
    let sparse = format!("{}\n{}", " ".repeat(10_000), TEXT);
    let rows = "{\"text\": \"In spring we plan the budget and lead the change.\"}, ";
    let large = vec![
        ("a.csv".to_owned(), table(25_000)),
        ("b.txt".to_owned(), paragraph.repeat(1_000).into_bytes()),
        ("c.txt".to_owned(), sparse.repeat(850).into_bytes()),
        ("d.md".to_owned(), paragraph.repeat(1_000).into_bytes()),
        ("e.txt".to_owned(), TEXT.as_bytes().to_vec()),
        (
            "f.json".to_owned(),
            format!("[{}{{}}]", rows.repeat(20_000)).into_bytes(),
        ),
    ];
    assert!(large[2].1.len() > 8 << 20);
    assert_same_as_folder(&large);
}

/// Every format that is read in a folder is read in an archive.
#[test]
fn the_samples_of_formats_are_read_in_archives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let entries = folder.read_dir().expect("the samples");
    let mut samples: Files = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("a file"))
        })
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    samples.sort();
    assert_same_as_folder(&samples);
}

fn assert_same_as_folder(members: &[(String, Vec<u8>)]) {
    let mut place = Place::new()
        .with("a.zip", zipped(members))
        .with("a.tar", tarred(members))
        .with("a.tar.gz", gzipped(&tarred(members)));
    for (name, content) in members {
        place = place.with(&format!("folder/{name}"), content);
    }
    let folder = place.run("folder");
    for archive in ["a.zip", "a.tar", "a.tar.gz"] {
        let came = place.run(archive);
        let prefix = format!("{archive}!");
        assert_eq!(
            came.tables_without(&prefix),
            folder.tables_without("folder/"),
            "{archive}"
        );
        let failures = came.failures.iter().map(|f| f.replace(&prefix, "folder/"));
        assert_eq!(failures.collect::<Vec<_>>(), folder.failures);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut members = files(&[("a.csv", "text\nWe plan.\n,\n"), ("bad.txt", "\0\0\0")]);
    members.extend((0..150).map(|n| (format!("f{n:03}.txt"), TEXT.repeat(n).into_bytes())));
    members.push(("large.csv".to_owned(), table(25_000)));
    members.push((
        "inner.zip".to_owned(),
        zipped(&files(&[("a.txt", TEXT), ("b.png", "x")])),
    ));
    let place = Place::new()
        .with("in/a.zip", zipped(&members))
        .with("in/b.tar.gz", gzipped(&tarred(&members)))
        .with("in/c.txt", zipped(&members))
        .with("in/d.csv.gz", gzipped(&table(25_000)));
    let one = place.run_with("in", 1, Limits::default());
    assert!(one.failures.len() > 3, "{:?}", one.failures);
    for threads in [2, 5] {
        assert!(
            place.run_with("in", threads, Limits::default()) == one,
            "{threads} threads"
        );
    }
}

mod broken {
    use super::*;

    /// Changes the two bytes at `at` of the head of the first member, before it and in the
    /// list.
    fn patched(mut zip: Vec<u8>, in_local: usize, value: u16) -> Vec<u8> {
        let list = zip
            .windows(4)
            .position(|w| w == b"PK\x01\x02")
            .expect("a list");
        // In the list, the same fields stand two bytes further on.
        for at in [in_local, list + in_local + 2] {
            zip[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
        zip
    }

    fn two() -> Vec<u8> {
        zipped(&files(&[("a.txt", TEXT), ("b.txt", TEXT)]))
    }

    /// The failures of that zip, of which the second member is read.
    fn failures_of(zip: Vec<u8>) -> Vec<String> {
        let came = Place::new().with("z.zip", zip).run("z.zip");
        assert_eq!(came.ids(), ["z.zip!b.txt"]);
        came.failures
    }

    #[test]
    fn an_encrypted_member_is_a_failure_and_the_rest_is_read() {
        assert_eq!(
            failures_of(patched(two(), 6, 1)),
            ["z.zip!a.txt: encrypted"]
        );
    }

    #[test]
    fn an_unknown_packing_is_named() {
        let expected = "z.zip!a.txt: packed with LZMA, which is not read; pack it the usual way \
                        (Deflate)";
        assert_eq!(failures_of(patched(two(), 8, 14)), [expected]);
        let expected = "z.zip!a.txt: packed in an unknown way (number 77)";
        assert_eq!(failures_of(patched(two(), 8, 77)), [expected]);
    }

    #[test]
    fn a_wrong_checksum_is_damage() {
        let expected = "z.zip!a.txt: damaged: the packed data or its checksum is wrong";
        assert_eq!(failures_of(patched(two(), 14, 0x1234)), [expected]);
    }

    #[test]
    fn a_wrong_length_is_damage() {
        let expected = "z.zip!a.txt: damaged: longer than the list of the archive says";
        assert_eq!(failures_of(patched(two(), 22, 5)), [expected]);
        let expected = "z.zip!a.txt: truncated: the packed data has no end";
        assert_eq!(failures_of(patched(two(), 22, 500)), [expected]);
    }

    #[test]
    fn absurd_names_cost_no_text() {
        // The writer refuses such names, so they are put in afterwards.
        let mut zip = zipped(&files(&[("aaaaaaaa.txt", TEXT), ("bbbbbb.txt", TEXT)]));
        let mut tar = tarred(&files(&[("aaaaaaaa.txt", TEXT)]));
        for bytes in [&mut zip, &mut tar] {
            for (from, to) in [
                (&b"aaaaaaaa.txt"[..], &b"../../ab.txt"[..]),
                (b"bbbbbb", b"/b\0b\nb"),
            ] {
                while let Some(at) = bytes.windows(from.len()).position(|w| w == from) {
                    bytes[at..at + from.len()].copy_from_slice(to);
                }
            }
        }
        let sum: u32 = tar[..148]
            .iter()
            .chain(&tar[156..512])
            .map(|&b| u32::from(b))
            .sum();
        tar[148..156].copy_from_slice(format!("{:06o}\0 ", sum + 256).as_bytes());
        let place = Place::new().with("a.zip", zip).with("a.tar", tar);
        let came = place.run("a.zip");
        let rows = came.tables[0].replace('\u{FFFD}', "?");
        assert!(
            rows.contains("\na.zip!_/_/ab.txt,") && rows.contains("\na.zip!b?b?b.txt,"),
            "{rows}"
        );
        assert_eq!(place.run("a.tar").ids(), ["a.tar!_/_/ab.txt"]);
    }

    #[test]
    fn an_archive_that_is_none_is_a_failure() {
        let place = Place::new()
            .with("a.zip", TEXT)
            .with("a.tar", TEXT.repeat(50));
        let expected = "a.zip: truncated or damaged: its list of members cannot be read";
        assert_eq!(place.run("a.zip").failures, [expected]);
        assert_eq!(place.run("a.tar").failures, ["a.tar: not a tar archive"]);
    }

    #[test]
    fn a_head_that_is_wrong_ends_a_tar() {
        let mut tar = tarred(&files(&[("a.txt", TEXT), ("b.txt", TEXT)]));
        tar[1024] = b'x';
        let came = Place::new().with("a.tar", tar).run("a.tar");
        assert_eq!(came.ids(), ["a.tar!a.txt"]);
        assert_eq!(
            came.failures,
            ["a.tar: damaged: the head of a member is wrong"]
        );
    }

    #[test]
    fn a_wrong_checksum_at_the_end_of_a_packed_tar_is_told() {
        let mut packed = gzipped(&tarred(&files(&[("a.txt", TEXT)])));
        let checksum = packed.len() - 8;
        packed[checksum] ^= 1;
        let came = Place::new().with("a.tgz", packed).run("a.tgz");
        assert_eq!(came.ids(), ["a.tgz!a.txt"]);
        let expected = "a.tgz: damaged: the packed data or its checksum is wrong";
        assert_eq!(came.failures, [expected]);
    }

    /// An office file that nobody gave its extension, say.
    #[test]
    fn an_office_package_is_not_opened_as_an_archive() {
        let members = files(&[
            ("[Content_Types].xml", "<x/>"),
            ("odd/document.xml", "<x/>"),
        ]);
        let came = Place::new().with("a", zipped(&members)).run("a");
        let expected = "a: an office document or the like, not an archive of documents";
        assert_eq!(came.failures, [expected]);
    }

    /// Everything that a cut-off archive gives is whole, and that it was cut off is told.
    fn assert_cut_anywhere(name: &str, bytes: &[u8], documents: usize) {
        let place = Place::new();
        for end in 0..bytes.len() {
            std::fs::write(place.path(name), &bytes[..end]).expect("a file");
            let came = place.run_with(name, 1, Limits::default());
            assert!(!came.failures.is_empty(), "{end} bytes of {name}");
            assert!(came.ids().len() <= documents, "{end} bytes of {name}");
        }
    }

    #[test]
    fn a_zip_may_be_cut_off_anywhere() {
        assert_cut_anywhere("a.zip", &two(), 2);
    }

    #[test]
    fn a_packed_table_may_be_cut_off_anywhere() {
        let packed = gzipped(&table(3));
        // So short that it cannot be told from another file.
        let place = Place::new();
        for end in 0..packed.len() {
            std::fs::write(place.path("a.csv.gz"), &packed[..end]).expect("a file");
            assert_eq!(
                place
                    .run_with("a.csv.gz", 1, Limits::default())
                    .failures
                    .len(),
                1
            );
        }
    }

    #[test]
    fn a_tar_may_be_cut_off_at_any_block() {
        let tar = tarred(&files(&[("a.txt", TEXT), ("b.txt", TEXT)]));
        let place = Place::new();
        for end in (0..=tar.len() - 1024).step_by(64) {
            std::fs::write(place.path("a.tar"), &tar[..end]).expect("a file");
            let came = place.run_with("a.tar", 1, Limits::default());
            assert!(!came.failures.is_empty(), "{end} bytes");
        }
    }

    #[test]
    fn a_packed_tar_may_be_cut_off_anywhere() {
        let tar = tarred(&files(&[("a.txt", TEXT), ("b.txt", TEXT)]));
        assert_cut_anywhere("a.tgz", &gzipped(&tar), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_damage_is_survived(
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            kind in 0usize..4,
        ) {
            let members = files(&[("a.txt", TEXT), ("b.csv", "text\nWe plan.\n")]);
            let (name, mut bytes) = match kind {
                0 => ("a.zip", zipped(&members)),
                1 => ("a.tar", tarred(&members)),
                2 => ("a.tar.gz", gzipped(&tarred(&members))),
                _ => ("a.tar.zst", compress_to_vec(&*tarred(&members), CompressionLevel::Fastest)),
            };
            for (at, value) in flips {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            let limits = Limits { expansion_from: 1 << 20, ..Limits::default() };
            Place::new().with(name, bytes).run_with(name, 1, limits);
        }
    }
}

mod bombs {
    use super::*;

    fn limits() -> Limits {
        Limits {
            file: 2 << 20,
            expansion_from: 4 << 20,
            ..Limits::default()
        }
    }

    /// Text that packs to a thousandth.
    fn blanks(mebibytes: usize) -> Vec<u8> {
        let mut line = " ".repeat(1023);
        line.push('\n');
        line.repeat(mebibytes << 10).into_bytes()
    }

    #[test]
    fn a_packed_text_that_is_a_bomb_fails() {
        let came = Place::new()
            .with("a.txt.gz", gzipped(&blanks(20)))
            .run_with("a.txt.gz", 2, limits());
        let expected = "a.txt.gz: unpacks to more than 200 times its size, as a zip bomb does";
        assert_eq!(came.failures, [expected]);
    }

    #[test]
    fn a_member_that_is_a_bomb_fails_and_the_rest_is_read() {
        // What does not pack makes the archive as a whole harmless.
        let mut noise = 1u32;
        let noise: String = (0..150_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'!' + (noise >> 24) as u8 % 90)
            })
            .collect();
        let members = [
            ("a.txt".to_owned(), blanks(20)),
            ("b.txt".to_owned(), noise.into_bytes()),
        ];
        let came = Place::new()
            .with("a.zip", zipped(&members))
            .run_with("a.zip", 2, limits());
        let expected = "a.zip!a.txt: unpacks to more than 200 times its size, as a zip bomb does";
        assert_eq!(came.failures, [expected]);
        assert!(came.ids().contains(&"a.zip!b.txt"));
    }

    #[test]
    fn a_member_that_says_it_is_a_bomb_takes_nothing_from_the_others() {
        let members = [
            ("a.txt".to_owned(), blanks(20)),
            ("b.txt".to_owned(), TEXT.into()),
        ];
        let came = Place::new()
            .with("a.zip", zipped(&members))
            .run_with("a.zip", 2, limits());
        let expected = "a.zip!a.txt: unpacks to more than 200 times its size, as a zip bomb does";
        assert_eq!(came.failures, [expected]);
        assert_eq!(came.ids(), ["a.zip!b.txt"]);
    }

    #[test]
    fn many_bombs_end_the_archive() {
        let members: Files = (0..20)
            .map(|n| (format!("{n:02}.txt"), blanks(3)))
            .collect();
        let came = Place::new()
            .with("a.zip", zipped(&members))
            .run_with("a.zip", 2, limits());
        let last = came.failures.last().expect("a failure");
        let expected = "a.zip: unpacks to more than 200 times its size, as a zip bomb does";
        assert_eq!(last, expected);
        assert!(came.ids().len() < 15, "{:?}", came.ids());
    }

    #[test]
    fn bombs_in_bombs_count_together() {
        let inner = zipped(&[("a.txt".to_owned(), blanks(3))]);
        let members: Files = (0..20)
            .map(|n| (format!("{n:02}.zip"), inner.clone()))
            .collect();
        let bomb = gzipped(&tarred(&members));
        let came = Place::new()
            .with("a.tgz", bomb)
            .run_with("a.tgz", 2, limits());
        assert!(came.ids().len() < 10, "{:?}", came.ids());
        assert!(
            came.failures
                .iter()
                .any(|f| f.starts_with("a.tgz: unpacks")),
            "{:?}",
            came.failures
        );
    }

    #[test]
    fn a_document_over_the_limit_fails_as_it_does_in_a_folder() {
        let members = [("a.md".to_owned(), table(60_000))];
        let came = Place::new()
            .with("a.zip", zipped(&members))
            .run_with("a.zip", 2, limits());
        let expected = "a.zip!a.md: file is larger than 2 MiB, the limit for Markdown";
        assert_eq!(came.failures, [expected]);
    }

    #[test]
    fn a_zip_in_a_zip_over_the_limit_is_not_read_into_memory() {
        let inner = zipped(&[("a.txt".to_owned(), blanks(1))]);
        let padded = [vec![0; 3 << 20], inner].concat();
        let members = [("n.zip".to_owned(), padded)];
        let came = Place::new()
            .with("a.zip", zipped(&members))
            .run_with("a.zip", 2, limits());
        let expected = "a.zip!n.zip: file is larger than 2 MiB, the limit for a zip that is not a \
                        file of its own";
        assert_eq!(came.failures, [expected]);
    }

    #[test]
    fn members_that_overlap_are_not_read() {
        let mut zip = zipped(&files(&[("a.txt", TEXT), ("b.txt", TEXT)]));
        let second = zip
            .windows(4)
            .rposition(|w| w == b"PK\x01\x02")
            .expect("a list");
        // The second member is said to be where the first one is.
        zip[second + 42..second + 46].fill(0);
        let came = Place::new().with("a.zip", zip).run("a.zip");
        assert_eq!(
            came.failures,
            ["a.zip: its members overlap, as in a zip bomb"]
        );
    }
}

/// Trees of a few small files, sorted as a folder is.
fn trees() -> impl Strategy<Value = Files> {
    let name = prop::string::string_regex("([ab-]{1,2}/){0,2}[abé-]{1,3}").expect("a pattern");
    let extension = prop::sample::select(vec![".txt", ".md", ".csv", ".jsonl", "", ".odd", ".png"]);
    let content = prop_oneof![
        4 => "([A-C][a-d ]{0,9}(plan|vision|lead)[.,;\n]){0,6}".prop_map(String::into_bytes),
        1 => Just(b"id,text\n1,We plan.\n2,We,lead\n3,We act.\n".to_vec()),
        1 => Just(b"{\"text\": \"We plan.\"}\n{\"text\": 3}\n".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    let file = (name, extension, content).prop_map(|(name, ext, content)| (name + ext, content));
    prop::collection::vec(file, 1..8).prop_map(|files| {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let mut files: Files = files.into_iter().collect();
        // A file cannot be where a folder is.
        let names: Vec<String> = files.iter().map(|(name, _)| format!("{name}/")).collect();
        files.retain(|(name, _)| !names.iter().any(|folder| name.starts_with(folder.as_str())));
        files.sort_by(|(a, _), (b, _)| a.split('/').cmp(b.split('/')));
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn a_folder_and_its_archives_give_the_same_rows(tree in trees()) {
        let mut place = Place::new();
        for (name, content) in &tree {
            place = place.with(&format!("folder/{name}"), content);
        }
        let folder = place.run("folder");
        // An archive without any document is a failure, an empty folder is not.
        prop_assume!(folder.failures.len() + folder.reports.len() > 0);
        assert_same_as_folder(&tree);
    }
}
