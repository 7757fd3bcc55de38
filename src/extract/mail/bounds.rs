//! What is refused before a message is parsed.
//!
//! **In:** the bytes of a message. **Out:** why it is not parsed. **Unit:** bytes, parts.
//!
//! One decision lives here: the bounds. The parser looks through a header again for each
//! encoded word, and keeps a list of all parts.

/// The longest header that the parser is given to read.
const HEADER: usize = 64 * 1024;

/// The most lines that may part a message.
const PARTS: usize = 20_000;

/// Why the message is not parsed, if a header that is read is too long, or if it has too
/// many parts.
pub(super) fn check(message: &[u8]) -> Result<(), String> {
    let (mut header, mut parts) = (0, 0);
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        header = match line[0] {
            b' ' | b'\t' if header > 0 => header + line.len(),
            _ if is_read(line) => line.len(),
            _ => 0,
        };
        if header > HEADER {
            return Err(format!(
                "a header is longer than {} KiB, the limit",
                HEADER >> 10
            ));
        }
        parts += usize::from(line.starts_with(b"--"));
        if parts > PARTS {
            return Err(format!("has more than {PARTS} parts, the limit"));
        }
    }
    Ok(())
}

/// True where the line begins a header whose value is looked at.
fn is_read(line: &[u8]) -> bool {
    let begins = |name: &[u8]| {
        (line.get(..name.len())).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    begins(b"content-") || begins(b"subject")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_end_is_refused() {
        let message = format!("From: Ann\nSubject: x\n{}\nWe plan.", " y\n".repeat(30_000));
        let expected = "a header is longer than 64 KiB, the limit";
        assert_eq!(check(message.as_bytes()), Err(expected.to_owned()));
    }

    #[test]
    fn a_long_text_is_no_header() {
        let message = format!("Subject: x\n\n{}\n we plan", "We plan. ".repeat(30_000));
        assert_eq!(check(message.as_bytes()), Ok(()));
    }

    #[test]
    fn endless_parts_are_refused() {
        let expected = "has more than 20000 parts, the limit";
        assert_eq!(
            check("--b\n\nx\n".repeat(20_001).as_bytes()),
            Err(expected.to_owned())
        );
    }
}
