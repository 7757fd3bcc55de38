//! The tokens of an RTF file.
//!
//! **In:** its bytes. **Out:** [`Token`]s. **Unit:** bytes of the file.
//!
//! The decisions that live here: line ends of the file mean nothing; binary data is passed
//! over by the length that it says it has; a number that is too large is none.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'b> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word and its number: `\b0` is `b` with 0.
    Word(&'b str, Option<i32>),
    /// A control sign: `\~`.
    Sign(u8),
    /// A byte of text.
    Byte(u8),
}

/// The tokens of a file, in order.
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn escaped(&mut self) -> Option<Token<'b>> {
        let sign = *self.bytes.get(self.at)?;
        if sign.is_ascii_alphabetic() {
            return Some(self.word());
        }
        self.at += 1;
        if sign != b'\'' {
            return Some(match sign {
                b'\\' | b'{' | b'}' => Token::Byte(sign),
                _ => Token::Sign(sign),
            });
        }
        let digits = self.bytes.get(self.at..self.at + 2);
        let value =
            digits.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if value.is_some() {
            self.at += 2;
        }
        Some(value.map_or(Token::Sign(sign), Token::Byte))
    }

    fn word(&mut self) -> Token<'b> {
        let name = self.take_while(u8::is_ascii_alphabetic);
        let from = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        let number = match self.take_while(u8::is_ascii_digit) {
            "" => {
                self.at = from;
                None
            }
            _ => self.text(from, self.at).parse().ok(),
        };
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        if let ("bin", Some(length)) = (name, number) {
            let length = usize::try_from(length).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
        }
        Token::Word(name, number)
    }

    fn take_while(&mut self, is: impl Fn(&u8) -> bool) -> &'b str {
        let from = self.at;
        self.at += self.bytes[from..].iter().take_while(|b| is(b)).count();
        self.text(from, self.at)
    }

    fn text(&self, from: usize, to: usize) -> &'b str {
        std::str::from_utf8(&self.bytes[from..to]).unwrap_or("")
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.escaped(),
                b'\r' | b'\n' | 0 => continue,
                _ => Some(Token::Byte(byte)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(rtf: &str) -> Vec<Token<'_>> {
        Tokens::new(rtf.as_bytes()).collect()
    }

    #[test]
    fn a_word_ends_with_its_number_and_one_blank() {
        use Token::{Byte, Word};
        let expected = [
            Word("b", Some(0)),
            Byte(b' '),
            Byte(b'a'),
            Word("par", None),
        ];
        assert_eq!(tokens("\\b0  a\\par"), expected);
    }

    #[test]
    fn a_byte_may_be_written_in_hexadecimal() {
        assert_eq!(tokens("\\'e9"), [Token::Byte(0xe9)]);
    }

    #[test]
    fn a_minus_without_a_number_is_text() {
        assert_eq!(
            tokens("\\tab-a")[..2],
            [Token::Word("tab", None), Token::Byte(b'-')]
        );
    }

    #[test]
    fn binary_data_is_passed_over() {
        assert_eq!(tokens("\\bin3 {{{}").last(), Some(&Token::Close));
    }

    #[test]
    fn more_binary_data_than_there_is_ends_the_file() {
        assert_eq!(tokens("\\bin2000000000 a").len(), 1);
    }
}
