//! The job that a page describes to search engines.
//!
//! **In:** the JSON-LD data of a page. **Out:** a title and a description, in HTML.
//! **Unit:** bytes.
//!
//! One decision lives here: a `JobPosting` may stand anywhere in the data, and the longest
//! description wins.

use serde_json::Value;

use crate::extract::html::element::Kind;
use crate::extract::html::tree::{Id, Tree};

/// A job, as search engines are told of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) title: String,
    /// HTML.
    pub(super) description: String,
}

/// The job that the data of a page describe; `None` where they describe none.
pub(super) fn posting(tree: &Tree) -> Option<Posting> {
    let data = (0..tree.len() as Id).filter(|&id| tree.element(id).kind == Kind::Data);
    let texts = data.filter_map(|id| tree.first_child(id).and_then(|text| tree.text(text)));
    let postings = texts.filter_map(in_json);
    postings.max_by_key(|posting| posting.description.len())
}

/// The longest posting in a text of JSON. The library bounds how deep it may be nested.
fn in_json(text: &str) -> Option<Posting> {
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    let mut best: Option<Posting> = None;
    let mut open = vec![&value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(fields) => {
                open.extend(fields.values());
                let field = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or("");
                let best_so_far = best.as_ref().map_or(0, |best| best.description.len());
                let is_posting = fields.get("@type").is_some_and(names_posting);
                if is_posting && field("description").len() > best_so_far {
                    best = Some(Posting {
                        title: field("title").to_owned(),
                        description: field("description").to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    best
}

fn names_posting(kind: &Value) -> bool {
    match kind {
        Value::String(name) => name == "JobPosting",
        Value::Array(names) => names.iter().any(|name| name == "JobPosting"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posting_is_found_in_a_graph() {
        let json = r#"{"@graph": [{"@type": "WebPage", "description": "Jobs with a view of all"},
            {"@type": ["JobPosting"], "title": "Planner", "description": "We plan."}]}"#;
        let expected = Posting {
            title: "Planner".to_owned(),
            description: "We plan.".to_owned(),
        };
        assert_eq!(in_json(json), Some(expected));
    }

    #[test]
    fn broken_data_hold_no_posting() {
        assert_eq!(in_json(r#"{"@type": "JobPosting", "description": "#), None);
    }
}
