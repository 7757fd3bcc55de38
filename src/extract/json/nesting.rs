//! Where a byte of JSON stands.
//!
//! **In:** bytes, one after the other. **Out:** the depth of brackets, and whether the byte is of a
//! string. **Unit:** bytes. Nothing is judged here: what is no JSON goes through.

/// What stands between the brackets of a JSON text, told byte by byte.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    pub(super) depth: u64,
    pub(super) in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes note of the next byte; true where it belongs to a string or opens or closes one.
    pub(super) fn passes_string(&mut self, byte: u8) -> bool {
        if !self.in_string {
            self.in_string = byte == b'"';
            return self.in_string;
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
        true
    }

    /// Takes note of a byte outside of strings.
    pub(super) fn turn(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
