//! Bytes as an archive or a packed stream, and what is in it likewise: each end is reached, and no more comes out than is allowed.
#![no_main]

use std::io::{Cursor, Read};

use leadager::archive::{Allowance, Container, Holds};
use leadager::extract::limits::Limits;
use libfuzzer_sys::fuzz_target;

/// What one read may give beyond what is allowed.
const SLACK: u64 = 1 << 20;

fuzz_target!(init: laws::note_panics_of_libraries(), |bytes: &[u8]| {
    let limits = laws::limits();
    let size = bytes.len() as u64;
    let allowance = Allowance::new(&limits, size, Default::default());
    let mut most = limits.expansion_from.max(limits.expansion * size) + SLACK;
    open(bytes.to_vec(), 0, &limits, &allowance, &mut most);
});

/// Opens what `bytes` are, and reads it to its end. `most` may come out.
fn open(bytes: Vec<u8>, depth: usize, limits: &Limits, allowance: &Allowance, most: &mut u64) {
    let Some(container) = Container::of_magic(&bytes).filter(|_| depth < limits.archives) else {
        return;
    };
    let size = bytes.len();
    let mut members = match container.holds {
        Holds::One(unpack) => {
            let inner = drain(unpack(Box::new(Cursor::new(bytes)), allowance), most);
            return open(inner, depth + 1, limits, allowance, most);
        }
        Holds::Stream(open) => open(Box::new(Cursor::new(bytes))),
        Holds::Listed(open) => match open(Box::new(Cursor::new(bytes)), limits, allowance) {
            Ok(members) => members,
            Err(reason) => return assert!(!reason.is_empty()),
        },
    };
    let mut count = 0;
    // Whoever reads members asks between two of them whether it has been enough.
    while allowance.spent().is_none()
        && let Some(member) = members.next()
    {
        count += 1;
        assert!(count <= size, "more members than bytes");
        match member {
            Ok(member) => {
                if let Ok(content) = member.content {
                    let inner = drain(content, most);
                    open(inner, depth + 1, limits, allowance, most);
                }
            }
            Err(_) => return assert!(members.next().is_none(), "a broken archive goes on"),
        }
    }
}

/// All that can be read.
fn drain(mut content: Box<dyn Read + Send>, most: &mut u64) -> Vec<u8> {
    let mut all = Vec::new();
    // What came before a fault is enough.
    let _ = content.by_ref().take(*most + 1).read_to_end(&mut all);
    assert!(
        all.len() as u64 <= *most,
        "more is unpacked than is allowed"
    );
    *most -= all.len() as u64;
    all
}
