//! What the letters of a PDF stand for.
//!
//! **In:** text as a font decodes it, and the name of the font. **Out:** plain text.
//! **Unit:** characters.
//!
//! The decisions that live here:
//!
//! 1. *Ligatures* (`ﬁ`) are their letters; spaces of any width are spaces; what has no
//!    width is dropped, the soft hyphen apart, which `hyphens` needs.
//! 2. *Fonts of pictures* (`FontAwesome`) hold no text: what they draw can only be the sign
//!    of a list item. So can characters for private use.
//! 3. *Signs of a list*: a bullet of any shape; a dash, a star, the circle `o`, a number or
//!    a letter with a stop or bracket, which are weak: they may as well belong to a sentence.

/// The text of a run, cleaned.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => clean.push_str("ff"),
            'ﬁ' => clean.push_str("fi"),
            'ﬂ' => clean.push_str("fl"),
            'ﬃ' => clean.push_str("ffi"),
            'ﬄ' => clean.push_str("ffl"),
            'ﬅ' | 'ﬆ' => clean.push_str("st"),
            '\u{2010}' | '\u{2011}' => clean.push('-'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}' => {}
            c if c.is_whitespace() => clean.push(' '),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    single(&clean).unwrap_or(clean)
}

/// The letters of a text in which each is drawn twice and apart (`PP ll aa nn`), once.
fn single(text: &str) -> Option<String> {
    let drawn = text.trim();
    if !drawn.contains(' ') || drawn.len() < 11 {
        return None;
    }
    let mut single = String::new();
    for pair in drawn.split(' ') {
        let mut letters = pair.chars();
        match (letters.next(), letters.next(), letters.next()) {
            (None, ..) if !single.ends_with(' ') => single.push(' '),
            (None, ..) => {}
            (Some(one), Some(two), None) if one == two => single.push(one),
            _ => return None,
        }
    }
    Some(single)
}

/// True for a font whose characters are pictures.
pub(super) fn is_picture_font(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "awesome",
        "icon",
        "dingbat",
        "wingding",
        "webding",
        "bullet",
        "materialsymbols",
        "glyphicon",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// True for a text of nothing but signs of a list and characters for private use.
pub(super) fn is_sign(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace()).peekable();
    signs.peek().is_some() && signs.all(|c| is_bullet(c) || is_private(c))
}

/// True for a character that only its font knows.
pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// True for a bullet that is nothing else.
fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '●'
            | '○'
            | '▪'
            | '■'
            | '□'
            | '◦'
            | '‣'
            | '∙'
            | '·'
            | '➢'
            | '➤'
            | '►'
            | '▶'
            | '❖'
            | '✓'
            | '✔'
            | '✗'
            | '✘'
            | '☐'
            | '☑'
            | '❑'
            | '❒'
            | '◆'
            | '◇'
            | '♦'
            | '⮚'
            | '\u{2043}'
    )
}

/// What an item of a list begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// A bullet, which is nothing else.
    Bullet,
    /// A dash, a star or the circle `o`.
    Dash,
    /// A number, by its last part (`2.3.` is 3), or a letter, from 1.
    Number(u32),
}

/// The marker that a line begins with and the bytes it takes, white space included; `None`
/// where it begins with none, or with nothing behind it.
pub(super) fn marker(line: &str) -> Option<(Marker, usize)> {
    let mut chars = line.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let (marker, rest) = if is_bullet(first) || is_private(first) {
        // Signs may stand in a row, of items whose text is elsewhere.
        let blank = |c: char| c == ' ' || is_bullet(c) || is_private(c);
        (Marker::Bullet, rest.trim_start_matches(blank))
    } else if matches!(first, '-' | '–' | '—' | '*' | 'o') && rest.starts_with(' ') {
        (Marker::Dash, rest)
    } else {
        numbered(line)?
    };
    let text = rest.trim_start();
    (!text.is_empty()).then(|| (marker, line.len() - text.len()))
}

/// `1.`, `1)`, `(1)`, `2.3`, `a)`, `iv.` and what follows; `1.Plan` too.
fn numbered(line: &str) -> Option<(Marker, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = line.get(digits + 1..).unwrap_or_default();
    if line[digits..].starts_with(['.', ')'])
        && is_number(&line[..digits])
        && behind.starts_with(char::is_alphabetic)
    {
        return Some((Marker::Number(line[..digits].parse().ok()?), behind));
    }
    let (sign, _) = line.split_once(' ')?;
    let rest = &line[sign.len()..];
    let inner = sign.strip_prefix('(').unwrap_or(sign);
    let bare = inner.strip_suffix(['.', ')', ':']).unwrap_or(inner);
    let closed = bare.len() < inner.len() && !inner.ends_with(':');
    let last = bare.rsplit('.').next()?;
    if bare.split('.').all(is_number) && (closed || bare.contains('.')) {
        return Some((Marker::Number(last.parse().ok()?), rest));
    }
    let bytes = bare.as_bytes();
    if closed && bytes.len() == 1 && bytes[0].is_ascii_alphabetic() {
        let number = u32::from(bytes[0].to_ascii_lowercase() - b'a') + 1;
        return Some((Marker::Number(number), rest));
    }
    let roman = ["ii", "iii", "iv", "vi", "vii", "viii", "ix"];
    let at = roman.iter().position(|r| r.eq_ignore_ascii_case(bare))?;
    let number = [2, 3, 4, 6, 7, 8, 9][at];
    closed.then_some((Marker::Number(number), rest))
}

/// A number of at most two digits: longer ones are years and sums.
fn is_number(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ligatures_are_letters() {
        assert_eq!(clean("oﬃce workﬂow"), "office workflow");
    }

    #[test]
    fn letters_drawn_twice_and_apart_are_there_once() {
        assert_eq!(clean("WW ee   pp ll aa nn"), "We plan");
    }

    #[test]
    fn a_space_that_does_not_break_is_a_space() {
        assert_eq!(clean("a\u{a0}plan"), "a plan");
    }

    #[test]
    fn bullets_dashes_and_numbers_mark_items() {
        for line in [
            "• Plan", "▪Plan", "- Plan", "o Plan", "1. Plan", "(2) Plan", "b) Plan", "iv. Plan",
            "2.3 Plan",
        ] {
            let (_, length) = marker(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(&line[length..], "Plan");
        }
    }

    #[test]
    fn words_years_and_sums_mark_no_item() {
        for line in [
            "Plan the work",
            "-5 degrees",
            "2024. A year",
            "3 plans",
            "of the plan",
            "I plan",
            "•",
        ] {
            assert_eq!(marker(line), None, "{line}");
        }
    }

    #[test]
    fn a_letter_counts_from_one() {
        assert_eq!(marker("c) Plan").unwrap().0, Marker::Number(3));
    }
}
