//! JSON lines: one object a line.
//!
//! **In:** lines. **Out:** the values of the keys that are read. **Unit:** lines.
//!
//! The decisions that live here: blank lines are no rows; of a key that stands twice in
//! an object the last value counts; `null` is an empty text, a key that is missing is not;
//! a text is a string, while ids and carried columns may be any value; a nested value is
//! read by a dotted name (`posting.body`).

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memrchr};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::extract::delimited::Cut;

/// Where the last whole line of `bytes` ends. With `last`, the last line needs no end.
pub(super) fn cut(bytes: &[u8], last: bool) -> Cut {
    let end = match last {
        true => bytes.len(),
        false => memrchr(b'\n', bytes).map_or(0, |i| i + 1),
    };
    Cut {
        end,
        rows: lines(&bytes[..end]).count() as u64,
        open_quote: None,
    }
}

/// The lines that are not blank, without their ends, with their places.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i);
            at = end + 1;
            let line = &bytes[start..end];
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Some((start, line));
            }
        }
        None
    })
}

/// A value of a key, as far as it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'b> {
    /// The key is not there.
    Missing,
    /// `null`.
    Null,
    /// A string.
    Text(Cow<'b, str>),
    /// Anything else, as JSON.
    Other(String),
}

impl Value<'_> {
    /// The value as a cell: empty where there is none.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Missing | Self::Null => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Other(text) => Cow::Borrowed(text),
        }
    }
}

/// Reads the values of the keys in `wanted` from one line into `values`, which has a place
/// for each.
///
/// # Errors
///
/// What is wrong with the line, in words: if it is not one JSON object.
pub(super) fn read<'b>(
    line: &'b str,
    wanted: &[String],
    values: &mut [Value<'b>],
) -> Result<(), String> {
    values.fill(Value::Missing);
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let object = Object {
        wanted,
        values,
        prefix: "",
    };
    (object.deserialize(&mut deserializer))
        .and_then(|()| deserializer.end())
        .map_err(|error| message(line, &error))
}

/// The error in words. serde's place is the line within this one line, so only the column
/// is told.
fn message(line: &str, error: &serde_json::Error) -> String {
    if line.trim_start().starts_with('[') {
        return "is a JSON array, not an object".to_owned();
    }
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or("not JSON");
    match error.column() {
        0 => format!("is not a JSON object: {what}"),
        column => format!("is not a JSON object: {what} (at byte {column} of the line)"),
    }
}

/// The keys of the object in `line`, nested ones with dots, added to `names` where new.
pub(super) fn keys(line: &str, names: &mut Vec<String>) -> Result<(), String> {
    let value: serde_json::Value =
        serde_json::from_str(line).map_err(|error| message(line, &error))?;
    let Some(object) = value.as_object() else {
        return Err(match value.is_array() {
            true => "is a JSON array, not an object".to_owned(),
            false => "is not a JSON object".to_owned(),
        });
    };
    add_keys(object, "", names);
    Ok(())
}

fn add_keys(
    object: &serde_json::Map<String, serde_json::Value>,
    prefix: &str,
    names: &mut Vec<String>,
) {
    for (key, value) in object {
        let name = dotted(prefix, key).into_owned();
        match value.as_object() {
            Some(inner) => add_keys(inner, &name, names),
            None if names.len() < KEYS && !names.contains(&name) => names.push(name),
            None => {}
        }
    }
}

/// How many keys are taken as columns: an object used as a map must not become a header.
const KEYS: usize = 1000;

fn dotted<'k>(prefix: &str, key: &'k str) -> Cow<'k, str> {
    match prefix.is_empty() {
        true => Cow::Borrowed(key),
        false => Cow::Owned(format!("{prefix}.{key}")),
    }
}

/// Visits an object and keeps the wanted values.
struct Object<'w, 'p, 'v, 'b> {
    wanted: &'w [String],
    values: &'v mut [Value<'b>],
    /// The dotted name of the object itself; empty for the line's own.
    prefix: &'p str,
}

impl<'b> DeserializeSeed<'b> for Object<'_, '_, '_, 'b> {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.prefix.is_empty() {
            true => deserializer.deserialize_map(self),
            false => deserializer.deserialize_any(self),
        }
    }
}

impl<'b> Visitor<'b> for Object<'_, '_, '_, 'b> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Word)? {
            let name = dotted(self.prefix, &key);
            let leads_to = |wanted: &String| {
                wanted
                    .strip_prefix(&*name)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            if let Some(place) = self.wanted.iter().position(|wanted| *wanted == *name) {
                self.values[place] = map.next_value_seed(Any)?;
            } else if self.wanted.iter().any(leads_to) {
                map.next_value_seed(Object {
                    wanted: self.wanted,
                    values: &mut *self.values,
                    prefix: &name,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    // A name that could hold an object holds something else: the keys below are missing.

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads a key, borrowed where it holds no escapes.
struct Word;

impl<'b> DeserializeSeed<'b> for Word {
    type Value = Cow<'b, str>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'b> Visitor<'b> for Word {
    type Value = Cow<'b, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'b str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Reads any value.
struct Any;

impl<'b> DeserializeSeed<'b> for Any {
    type Value = Value<'b>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// From here on a number may be another than the one that was written.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<'b> Visitor<'b> for Any {
    type Value = Value<'b>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'b str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Other(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Other(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Other(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        if value.abs() >= EXACT && value.fract() == 0.0 {
            return Err(E::custom(
                "a number too large to keep exactly; write it as a string",
            ));
        }
        Ok(Value::Other(value.to_string()))
    }

    fn visit_map<A: MapAccess<'b>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = serde_json::Value::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Value::Other(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'b>>(self, items: A) -> Result<Self::Value, A::Error> {
        let value = serde_json::Value::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(Value::Other(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_waits_for_it() {
        let cut = cut(b"{}\n{\"text\": ", false);
        assert_eq!((cut.end, cut.rows), (3, 1));
    }

    #[test]
    fn the_last_line_needs_no_end() {
        let cut = cut(b"{}\n{}", true);
        assert_eq!((cut.end, cut.rows), (5, 2));
    }

    #[test]
    fn blank_lines_are_no_rows() {
        assert_eq!(cut(b"\n{}\r\n \r\n{}\n\n", false).rows, 2);
    }

    #[test]
    fn a_string_without_escapes_is_borrowed() {
        let mut values = [Value::Missing];
        read("{\"text\": \"We plan\"}", &["text".to_owned()], &mut values).unwrap();
        assert!(matches!(values[0], Value::Text(Cow::Borrowed("We plan"))));
    }

    #[test]
    fn keys_of_inner_objects_have_dotted_names() {
        let mut names = Vec::new();
        keys("{\"id\": 1, \"ad\": {\"body\": \"a\"}}", &mut names).unwrap();
        assert_eq!(names, ["id", "ad.body"]);
    }
}
