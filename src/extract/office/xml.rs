//! The XML of office documents, element by element.
//!
//! **In:** the text of a part. **Out:** calls of a [`Visitor`]. **Unit:** levels of nested
//! elements.
//!
//! The decisions that live here:
//!
//! 1. *Names* are told by the address of their namespace, not by the prefix, which every
//!    writer may choose.
//! 2. *Entities* of the document's own are refused: no office program writes them, and they
//!    can be made to grow without end.
//! 3. *Depth*: at most [`Limits::depth`] levels.
//! 4. *A part that is cut off or badly nested is damaged*: half a text is no text.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{PrefixDeclaration, QName};
use quick_xml::{Reader, XmlVersion};

use crate::extract::limits::Limits;

/// Addresses of namespaces, each with the short name that a visitor knows it by.
pub(super) type Spaces = &'static [(&'static str, &'static str)];

/// An element, by names that do not depend on its writer.
pub(super) struct Tag<'t> {
    /// Short name of its namespace; empty where the visitor knows none.
    pub(super) space: &'static str,
    /// Its name.
    pub(super) name: &'t str,
    start: Option<&'t BytesStart<'t>>,
}

/// What becomes of the content of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is visited, and the end of the element too.
    Into,
    /// It is passed over, with the end of the element.
    Over,
}

/// Is told what is in a part, in order.
pub(super) trait Visitor {
    /// An element begins.
    fn start(&mut self, tag: &Tag<'_>) -> Step;
    /// An element ends.
    fn end(&mut self, tag: &Tag<'_>);
    /// Text, with its entities read.
    fn text(&mut self, text: &str);
}

impl Tag<'_> {
    /// The value of an attribute, whatever its namespace.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut attributes = self.start?.attributes();
        let mut found = attributes
            .with_checks(false)
            .map_while(Result::ok)
            .filter(|attribute| {
                let (local, prefix) = attribute.key.decompose();
                local.into_inner() == name && prefix.is_none_or(|p| p.into_inner() != "xmlns")
            });
        let attribute = found.next()?;
        let raw = attribute.value.clone();
        Some(
            (attribute.normalized_value(XmlVersion::Implicit1_0))
                .map_or(raw, |value| Cow::Owned(value.into_owned())),
        )
    }

    /// True where an attribute has that value.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|found| found == value)
    }
}

/// Goes through a part.
///
/// # Errors
///
/// The reason, in words: if it is damaged or cut off, declares entities or is nested too
/// deep.
pub(super) fn walk(
    part: &str,
    xml: &str,
    spaces: Spaces,
    limits: &Limits,
    visitor: &mut impl Visitor,
) -> Result<(), String> {
    let mut walker = Walker {
        scopes: Scopes::new(spaces),
        depth: 0,
        over: None,
        visitor,
    };
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    loop {
        let event = reader.read_event().map_err(|_| damaged(part))?;
        if matches!(event, Event::Eof) {
            return match walker.depth {
                0 => Ok(()),
                _ => Err(format!("damaged: {part} is cut off")),
            };
        }
        walker.take(event, part, limits)?;
    }
}

fn damaged(part: &str) -> String {
    format!("damaged: {part} is not well-formed XML")
}

struct Walker<'v, V> {
    scopes: Scopes,
    depth: usize,
    /// The depth of the element that is passed over.
    over: Option<usize>,
    visitor: &'v mut V,
}

impl<V: Visitor> Walker<'_, V> {
    fn take(&mut self, event: Event<'_>, part: &str, limits: &Limits) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                if self.depth == limits.depth {
                    return Err(limits.too_deep());
                }
                self.depth += 1;
                self.start(&start);
            }
            Event::End(end) => self.end(end.name()),
            Event::Text(text) if self.over.is_none() => self.visitor.text(&text.xml10_content()),
            Event::CData(data) if self.over.is_none() => self.visitor.text(&data.into_inner()),
            Event::GeneralRef(entity) if self.over.is_none() => {
                let c = character(&entity).ok_or_else(|| damaged(part))?;
                self.visitor.text(c.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(declared) if declared.contains("<!ENTITY") => {
                return Err(format!("{part} declares entities of its own"));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        if self.over.is_some() {
            return;
        }
        self.scopes.enter(start, self.depth);
        let name = start.name();
        let tag = Tag {
            space: self.scopes.space(name),
            name: name.local_name().into_inner(),
            start: Some(start),
        };
        if self.visitor.start(&tag) == Step::Over {
            self.over = Some(self.depth);
        }
    }

    fn end(&mut self, name: QName<'_>) {
        match self.over {
            None => self.visitor.end(&Tag {
                space: self.scopes.space(name),
                name: name.local_name().into_inner(),
                start: None,
            }),
            Some(depth) if depth == self.depth => self.over = None,
            Some(_) => {}
        }
        if self.over.is_none() {
            self.scopes.leave(self.depth);
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

/// The character of a numeric or predefined entity.
fn character(entity: &BytesRef<'_>) -> Option<char> {
    if entity.is_char_ref() {
        return entity.resolve_char_ref().ok().flatten();
    }
    match &**entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Which prefix stands for which namespace at a place.
struct Scopes {
    spaces: Spaces,
    known: HashMap<String, &'static str>,
    /// What declarations replaced, with the depth of the element that holds them. Looking
    /// names up in a list of all declarations could be made to take long.
    replaced: Vec<(usize, String, Option<&'static str>)>,
}

impl Scopes {
    fn new(spaces: Spaces) -> Self {
        Self {
            spaces,
            known: HashMap::new(),
            replaced: Vec::new(),
        }
    }

    fn enter(&mut self, start: &BytesStart<'_>, depth: usize) {
        if !start.attributes_raw().contains("xmlns") {
            return;
        }
        for attribute in start.attributes().with_checks(false) {
            let Ok(attribute) = attribute else { return };
            let prefix = match attribute.key.as_namespace_binding() {
                Some(PrefixDeclaration::Default) => "",
                Some(PrefixDeclaration::Named(prefix)) => prefix,
                None => continue,
            };
            let space = (self.spaces.iter()).find(|(address, _)| *address == attribute.value);
            let space = space.map_or("", |(_, space)| space);
            let before = self.known.insert(prefix.to_owned(), space);
            self.replaced.push((depth, prefix.to_owned(), before));
        }
    }

    fn leave(&mut self, depth: usize) {
        while (self.replaced.last()).is_some_and(|(declared, ..)| *declared == depth) {
            match self.replaced.pop() {
                Some((_, prefix, Some(before))) => self.known.insert(prefix, before),
                Some((_, prefix, None)) => self.known.remove(&prefix),
                None => None,
            };
        }
    }

    fn space(&self, name: QName<'_>) -> &'static str {
        let prefix = name.prefix().map_or("", |prefix| prefix.into_inner());
        self.known.get(prefix).copied().unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACES: Spaces = &[("urn:words", "w")];

    /// Writes down what it is told; passes over `w:not`.
    #[derive(Default)]
    struct Notes(String);

    impl Visitor for Notes {
        fn start(&mut self, tag: &Tag<'_>) -> Step {
            if (tag.space, tag.name) == ("w", "not") {
                return Step::Over;
            }
            let value = tag.get("val").unwrap_or_default();
            self.0 += &format!("<{}:{} {value}>", tag.space, tag.name);
            Step::Into
        }

        fn end(&mut self, tag: &Tag<'_>) {
            self.0 += &format!("</{}:{}>", tag.space, tag.name);
        }

        fn text(&mut self, text: &str) {
            self.0 += text;
        }
    }

    fn walked(xml: &str) -> Result<String, String> {
        let mut notes = Notes::default();
        let limits = Limits {
            depth: 4,
            ..Limits::default()
        };
        walk("part", xml, SPACES, &limits, &mut notes)?;
        Ok(notes.0)
    }

    #[test]
    fn the_prefix_does_not_matter_but_its_address_does() {
        let xml = r#"<x:a xmlns:x="urn:words" xmlns:w="urn:other"><w:b/><c/></x:a>"#;
        assert_eq!(walked(xml).unwrap(), "<w:a ><:b ></:b><:c ></:c></w:a>");
    }

    #[test]
    fn a_prefix_means_what_its_nearest_declaration_says() {
        let xml = r#"<a xmlns="urn:words"><b xmlns="urn:x"><c/></b><d/></a>"#;
        let expected = "<w:a ><:b ><:c ></:c></:b><w:d ></w:d></w:a>";
        assert_eq!(walked(xml).unwrap(), expected);
    }

    #[test]
    fn what_is_passed_over_leaves_nothing() {
        let xml = r#"<a xmlns="urn:words">1<not>2<b>3</b></not>4</a>"#;
        assert_eq!(walked(xml).unwrap(), "<w:a >14</w:a>");
    }

    #[test]
    fn entities_of_xml_are_read() {
        let xml = "<a val='&quot;1&quot;'>&lt;&#65;&#x42;&amp;</a>";
        assert_eq!(walked(xml).unwrap(), "<:a \"1\"><AB&</:a>");
    }

    #[test]
    fn own_entities_are_refused() {
        let xml = r#"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#;
        assert_eq!(
            walked(xml).unwrap_err(),
            "part declares entities of its own"
        );
    }

    #[test]
    fn elements_over_the_limit_are_refused() {
        let reason = "its elements are nested more than 4 deep, the limit";
        assert_eq!(walked(&"<a>".repeat(5)).unwrap_err(), reason);
    }

    #[test]
    fn a_part_that_is_cut_off_is_damaged() {
        assert_eq!(
            walked("<a><b></b>").unwrap_err(),
            "damaged: part is cut off"
        );
    }

    #[test]
    fn badly_nested_elements_are_damage() {
        let reason = "damaged: part is not well-formed XML";
        assert_eq!(walked("<a><b></a></b>").unwrap_err(), reason);
    }
}
