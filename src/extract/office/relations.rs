//! Which part of a Word document is which.
//!
//! **In:** an open [`Package`]. **Out:** names of parts. **Unit:** none.
//!
//! One decision lives here: a part is found by what the document says of it, and where that
//! leads nowhere, by the name that Word gives it.

use std::collections::HashMap;

use crate::extract::limits::Limits;
use crate::extract::office::package::Package;
use crate::extract::office::xml::{Spaces, Step, Tag, Visitor, walk};

const SPACES: Spaces = &[(
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "rel",
)];

/// The parts that a part refers to, by the last word of what they are to it.
#[derive(Debug, Default)]
pub(super) struct Relations {
    /// The folder of the part, empty or with a slash at its end.
    folder: String,
    targets: HashMap<String, String>,
}

impl Relations {
    /// What `part` refers to; nothing where the document does not say.
    ///
    /// # Errors
    ///
    /// The reason, in words, if the list is damaged or over a limit.
    pub(super) fn of(part: &str, package: &mut Package, limits: &Limits) -> Result<Self, String> {
        let (folder, name) = part.split_at(part.rfind('/').map_or(0, |at| at + 1));
        let list = format!("{folder}_rels/{name}.rels");
        let mut relations = Self {
            folder: folder.to_owned(),
            targets: HashMap::new(),
        };
        if let Some(xml) = package.part(&list, limits)? {
            walk(&list, &xml, SPACES, limits, &mut relations)?;
        }
        Ok(relations)
    }

    /// The name and the text of the part that is the `kind` of this one.
    ///
    /// # Errors
    ///
    /// The reason, in words, if it is damaged or over a limit.
    pub(super) fn part(
        &self,
        kind: &str,
        package: &mut Package,
        limits: &Limits,
    ) -> Result<Option<(String, String)>, String> {
        let usual = format!("{}{kind}.xml", self.folder);
        for name in self.targets.get(kind).into_iter().chain([&usual]) {
            if let Some(text) = package.part(name, limits)? {
                return Ok(Some((name.clone(), text)));
            }
        }
        Ok(None)
    }
}

impl Visitor for Relations {
    fn start(&mut self, tag: &Tag<'_>) -> Step {
        if tag.name == "Relationship"
            && let (Some(kind), Some(target)) = (tag.get("Type"), tag.get("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default();
            // Of pictures and links there may be many; only a few kinds are asked for.
            if matches!(kind, "officeDocument" | "styles" | "numbering") {
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{}{target}", self.folder),
                };
                self.targets.insert(kind.to_owned(), target);
            }
        }
        Step::Into
    }

    fn end(&mut self, _: &Tag<'_>) {}

    fn text(&mut self, _: &str) {}
}

/// The name of the part that holds the text.
///
/// # Errors
///
/// The reason, in words, if the list of parts is damaged or over a limit.
pub(super) fn main_part(package: &mut Package, limits: &Limits) -> Result<String, String> {
    let relations = Relations::of("", package, limits)?;
    let named = relations.targets.get("officeDocument").cloned();
    Ok(named.unwrap_or_else(|| "word/document.xml".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::package::tests::zipped;

    #[test]
    fn a_part_is_found_by_what_the_document_says() {
        let rels = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Type="http://x.org/relationships/styles" Target="looks.xml"/></Relationships>"#;
        let members: [(&str, &[u8]); 2] = [
            ("word/_rels/document.xml.rels", rels),
            ("word/looks.xml", b"x"),
        ];
        let limits = Limits::default();
        let mut package = Package::open(zipped(&members), &limits).unwrap();
        let relations = Relations::of("word/document.xml", &mut package, &limits).unwrap();
        let found = relations.part("styles", &mut package, &limits).unwrap();
        assert_eq!(found.unwrap().0, "word/looks.xml");
    }

    #[test]
    fn a_part_that_nobody_names_is_found_where_word_keeps_it() {
        let limits = Limits::default();
        let bytes = zipped(&[("word/styles.xml", b"x")]);
        let mut package = Package::open(bytes, &limits).unwrap();
        let relations = Relations::of("word/document.xml", &mut package, &limits).unwrap();
        assert!(
            relations
                .part("styles", &mut package, &limits)
                .unwrap()
                .is_some()
        );
    }
}
