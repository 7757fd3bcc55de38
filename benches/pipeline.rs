//! How fast one document goes through the pipeline: empty, short, long.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadager::builtin;
use leadager::pipeline::{Document, Scored};
use leadager::text::document::Genre;

fn pipeline(c: &mut Criterion) {
    let pipeline = builtin::pipeline().expect("the built-in lexicon is good");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/jobs");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("samples")
        .flatten()
        .map(|e| e.path())
        .collect();
    files.sort();
    let long: String = files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let mut group = c.benchmark_group("pipeline");
    for (name, text) in [
        ("empty", ""),
        ("short", "You plan the rota and inspire the team."),
        ("long", &long),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut scored = Scored::default();
        group.bench_function(name, |b| {
            b.iter(|| {
                let document = Document {
                    text,
                    blocks: &[],
                    genre: Genre::Job,
                };
                pipeline.run(&document, false, &mut scored);
                scored.matches.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
