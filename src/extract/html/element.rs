//! What an element of a page is for its text.
//!
//! **In:** the name and the attributes of an element. **Out:** [`Element`]. **Unit:** none.
//!
//! The decisions that live here: which elements hold no text, which begin a block and of
//! what kind, what is marked as hidden, as chrome (what stands round the matter of a page)
//! or as bold, and the signs by which mail programs mark what they quote. Whether an
//! element so marked is left out is decided in [`super::matter`].

use html5ever::{Attribute, QualName};

/// What an element is for the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// Part of a line.
    #[default]
    Inline,
    /// Holds no text that a reader sees.
    Silent,
    /// Data for search engines (JSON-LD), which no reader sees either.
    Data,
    /// A line end.
    Break,
    /// Begins and ends a block.
    Block,
    /// A heading, a term of a list of definitions, the caption of a table.
    Heading,
    /// An item of a list.
    Item,
    /// Text whose line ends count.
    Preformatted,
    Table,
    Row,
    /// A cell of a table.
    Cell,
    /// A cell that names a row or a column.
    HeadCell,
}

impl Kind {
    /// True where nothing inside is shown.
    pub(super) fn is_silent(self) -> bool {
        matches!(self, Self::Silent | Self::Data)
    }

    /// True where a block ends at both ends of the element.
    pub(super) fn is_block(self) -> bool {
        !matches!(self, Self::Inline | Self::Silent | Self::Data | Self::Break)
    }
}

/// An element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Element {
    pub(super) kind: Kind,
    marks: u16,
}

/// What an element is marked as; several may be joined.
pub(super) mod mark {
    /// A link to somewhere.
    pub(in super::super) const LINK: u16 = 1;
    pub(in super::super) const BOLD: u16 = 1 << 1;
    /// Not to be seen.
    pub(in super::super) const HIDDEN: u16 = 1 << 2;
    /// A menu, a search, a bar of tools.
    pub(in super::super) const NAVIGATION: u16 = 1 << 3;
    /// The head or foot of a page, or of a section of it.
    pub(in super::super) const HEADER: u16 = 1 << 4;
    pub(in super::super) const FOOTER: u16 = 1 << 5;
    /// Beside the matter: `<aside>`, dialogs.
    pub(in super::super) const ASIDE: u16 = 1 << 6;
    pub(in super::super) const FORM: u16 = 1 << 7;
    /// A button.
    pub(in super::super) const CONTROL: u16 = 1 << 8;
    /// Asks for consent to cookies.
    pub(in super::super) const COOKIES: u16 = 1 << 9;
    pub(in super::super) const MAIN: u16 = 1 << 10;
    pub(in super::super) const ARTICLE: u16 = 1 << 11;
    /// Heads and feet inside are those of a part of the page.
    pub(in super::super) const SECTION: u16 = 1 << 12;
    /// A table that is said to be for the layout.
    pub(in super::super) const LAYOUT: u16 = 1 << 13;
    /// A mail that is answered.
    pub(in super::super) const QUOTE: u16 = 1 << 14;
    /// The signature of a mail.
    pub(in super::super) const SIGNATURE: u16 = 1 << 15;
}

impl Element {
    /// True where it bears one of the marks.
    pub(super) fn is(self, marks: u16) -> bool {
        self.marks & marks != 0
    }
}

/// What the element of that name and those attributes is.
pub(super) fn describe(name: &QualName, attributes: &[Attribute]) -> Element {
    let (kind, marks) = by_name(&name.local);
    let mut element = Element { kind, marks };
    for attribute in attributes {
        element.read(&attribute.name.local, &attribute.value);
    }
    if matches!(&*name.local, "html" | "body") {
        // Classes there speak of the whole page, and nobody hides one for good.
        element.marks = 0;
    }
    element
}

fn by_name(name: &str) -> (Kind, u16) {
    let block = |marks| (Kind::Block, marks);
    match name {
        "b" | "strong" => (Kind::Inline, mark::BOLD),
        "head" | "title" | "script" | "style" | "template" | "noscript" | "svg" | "math"
        | "iframe" | "object" | "embed" | "audio" | "video" | "canvas" | "map" | "select"
        | "option" | "datalist" | "textarea" | "input" | "progress" | "meter" | "rp" | "rt"
        | "noframes" | "noembed" => (Kind::Silent, 0),
        "br" => (Kind::Break, 0),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary" | "caption" | "legend" => {
            (Kind::Heading, 0)
        }
        "li" | "dd" => (Kind::Item, 0),
        "pre" | "listing" | "xmp" | "plaintext" => (Kind::Preformatted, 0),
        "table" => (Kind::Table, 0),
        "tr" => (Kind::Row, 0),
        "td" => (Kind::Cell, 0),
        "th" => (Kind::HeadCell, 0),
        "button" => (Kind::Inline, mark::CONTROL),
        "nav" | "menu" | "search" => block(mark::NAVIGATION | mark::SECTION),
        "header" => block(mark::HEADER),
        "footer" => block(mark::FOOTER),
        "aside" => block(mark::ASIDE | mark::SECTION),
        "dialog" => block(mark::ASIDE),
        "form" => block(mark::FORM),
        "main" => block(mark::MAIN | mark::SECTION),
        "article" => block(mark::ARTICLE | mark::SECTION),
        "section" => block(mark::SECTION),
        "address" | "blockquote" | "body" | "center" | "details" | "dir" | "div" | "dl"
        | "fieldset" | "figcaption" | "figure" | "frameset" | "hgroup" | "hr" | "html" | "ol"
        | "optgroup" | "p" | "tbody" | "tfoot" | "thead" | "ul" => block(0),
        _ => (Kind::Inline, 0),
    }
}

impl Element {
    fn read(&mut self, name: &str, value: &str) {
        match name {
            "href" => self.marks |= mark::LINK,
            "hidden" if !value.eq_ignore_ascii_case("until-found") => self.marks |= mark::HIDDEN,
            "aria-hidden" if value.eq_ignore_ascii_case("true") => self.marks |= mark::HIDDEN,
            "aria-modal" if value.eq_ignore_ascii_case("true") => self.marks |= mark::ASIDE,
            "style" => self.read_style(value),
            "role" => self.read_role(value),
            "class" | "id" => self.read_class(value),
            "type" if value.eq_ignore_ascii_case("cite") && self.kind == Kind::Block => {
                self.marks |= mark::QUOTE;
            }
            "type" if value.eq_ignore_ascii_case("application/ld+json") => self.kind = Kind::Data,
            // Its contents are shown.
            "shadowrootmode" if self.kind == Kind::Silent => self.kind = Kind::Inline,
            _ => {}
        }
    }

    fn read_role(&mut self, role: &str) {
        let first = role.split_ascii_whitespace().next().unwrap_or("");
        self.marks |= match first.to_ascii_lowercase().as_str() {
            "navigation" | "search" | "menu" | "menubar" | "toolbar" => mark::NAVIGATION,
            "banner" => mark::HEADER,
            "contentinfo" => mark::FOOTER,
            "complementary" | "dialog" | "alertdialog" => mark::ASIDE,
            "main" => mark::MAIN | mark::SECTION,
            "article" => mark::ARTICLE | mark::SECTION,
            "presentation" | "none" => mark::LAYOUT,
            "button" => mark::CONTROL,
            "heading" => {
                self.kind = Kind::Heading;
                0
            }
            "listitem" => {
                self.kind = Kind::Item;
                0
            }
            _ => 0,
        };
    }

    /// What programs that write pages and mails put there.
    fn read_class(&mut self, names: &str) {
        for name in names.split_ascii_whitespace().take(64) {
            let name = &name.to_ascii_lowercase()[..];
            if ["cookie", "consent", "gdpr", "onetrust", "didomi"]
                .iter()
                .any(|sign| name.contains(sign))
            {
                self.marks |= mark::COOKIES;
            }
            match name {
                "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" => {
                    self.marks |= mark::HIDDEN;
                }
                "gmail_quote" | "yahoo_quoted" | "moz-cite-prefix" | "divrplyfwdmsg" => {
                    self.marks |= mark::QUOTE;
                }
                "gmail_signature" | "moz-signature" | "signature" => {
                    self.marks |= mark::SIGNATURE;
                }
                _ if name.starts_with("msolistparagraph") => self.kind = Kind::Item,
                _ => {}
            }
        }
    }

    fn read_style(&mut self, style: &str) {
        for declaration in style.split(';').take(256) {
            let Some((property, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value.split('!').next().unwrap_or("").trim();
            match property.trim().to_ascii_lowercase().as_str() {
                "display" if value.eq_ignore_ascii_case("none") => self.marks |= mark::HIDDEN,
                "font-weight" => match value.to_ascii_lowercase().as_str() {
                    "bold" | "bolder" | "600" | "700" | "800" | "900" => {
                        self.marks |= mark::BOLD;
                    }
                    "normal" | "400" => self.marks &= !mark::BOLD,
                    _ => {}
                },
                // The sign of a list, written out by a word processor.
                "mso-list" if value.eq_ignore_ascii_case("ignore") => self.kind = Kind::Silent,
                "mso-list" if self.kind == Kind::Block => self.kind = Kind::Item,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use html5ever::{LocalName, ns};

    use super::*;

    fn described(element: &str, attribute: &str, value: &str) -> Element {
        let name = |name: &str| QualName::new(None, ns!(), LocalName::from(name));
        let attribute = Attribute {
            name: name(attribute),
            value: value.into(),
        };
        describe(&name(element), &[attribute])
    }

    #[test]
    fn a_style_hides_however_it_is_written() {
        for style in [
            "display:none",
            "color: red; DISPLAY : None !important",
            "x;;display:none;",
        ] {
            assert!(described("div", "style", style).is(mark::HIDDEN), "{style}");
        }
    }

    #[test]
    fn other_styles_hide_nothing() {
        assert!(!described("div", "style", "display:block;none:display").is(mark::HIDDEN));
    }

    #[test]
    fn what_the_browser_may_find_is_not_hidden() {
        assert!(!described("div", "hidden", "until-found").is(mark::HIDDEN));
    }

    #[test]
    fn a_page_is_not_its_own_cookie_banner() {
        assert!(!described("body", "class", "cookie-consent-given").is(mark::COOKIES));
    }

    #[test]
    fn an_item_that_a_word_processor_saved_is_an_item() {
        assert_eq!(
            described("p", "class", "MsoListParagraphCxSpFirst").kind,
            Kind::Item
        );
    }

    #[test]
    fn its_written_out_sign_is_no_text() {
        let sign = described("span", "style", "font-family:Symbol; mso-list:Ignore");
        assert_eq!(sign.kind, Kind::Silent);
    }
}
