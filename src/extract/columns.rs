//! Which columns of a table are read.
//!
//! **In:** the names of the columns, and what the user asked for. **Out:** their places.
//! **Unit:** columns, counted from 0 in code and from 1 in messages.
//!
//! The decisions that live here: which names plainly hold the text, which of them go
//! together, and what a person is told where the choice is unclear. Names that the user
//! gives must be exact; names that are guessed are compared without case, white space,
//! `_`, `-` and `.`.

use crate::error::{Error, Result};

/// Names that hold the text by themselves. Several of them in one table are a riddle.
const ALONE: &[&str] = &[
    "text",
    "fulltext",
    "texts",
    "review",
    "reviews",
    "reviewtext",
    "reviewbody",
    "reviewcontent",
    "body",
    "content",
    "contents",
    "comment",
    "comments",
    "commenttext",
    "feedback",
    "feedbacktext",
    "narrative",
    "message",
    "answer",
    "response",
    "opentext",
    "freetext",
    "posting",
    "jobposting",
    "jobtext",
    "jobad",
    "adtext",
];

/// The parts of a review that go together.
const REVIEW_PARTS: &[&[&str]] = &[
    &["pros", "pro", "positives", "likes"],
    &["cons", "con", "negatives", "dislikes"],
    &["advice", "advicetomanagement", "advicetomgmt"],
];

/// The parts of a job advertisement that go together. The first two stand for the whole
/// where they are alone.
const JOB_PARTS: &[&[&str]] = &[
    &[
        "description",
        "jobdescription",
        "jobdesc",
        "desc",
        "positiondescription",
        "roledescription",
        "jobdescriptiontext",
        "descriptiontext",
        "fulldescription",
    ],
    &[
        "responsibilities",
        "jobresponsibilities",
        "keyresponsibilities",
        "duties",
        "jobduties",
    ],
    &[
        "requirements",
        "jobrequirements",
        "qualifications",
        "requiredqualifications",
    ],
];

/// The place of the column `name`, asked for by `option` (`--text-column`).
///
/// # Errors
///
/// If no column or more than one has that name. The error lists the columns.
pub(super) fn find(names: &[String], name: &str, option: &str, path: &str) -> Result<usize> {
    let mut places = (0..names.len()).filter(|&i| names[i] == name.trim());
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(Error::usage(format!(
            "{path}: {option} {name}: more than one column has this name; rename one\n{}",
            listing(names)
        ))),
        (None, _) => {
            let nearest = nearest(names, name.trim());
            let hint = nearest.map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
            Err(Error::usage(format!(
                "{path}: {option} {name}: no column has this name{hint}\n{}",
                listing(names)
            )))
        }
    }
}

/// The columns that plainly hold the text.
///
/// # Errors
///
/// If there are none, or several that do not go together. The error lists the columns and
/// says how to choose.
pub(super) fn guess(names: &[String], path: &str) -> Result<Vec<usize>> {
    let plain: Vec<String> = names.iter().map(|name| simplified(name)).collect();
    let among = |words: &[&str]| -> Vec<usize> {
        (0..plain.len())
            .filter(|&i| words.contains(&plain[i].as_str()))
            .collect()
    };
    if let [text] = among(&["text"])[..] {
        return Ok(vec![text]);
    }
    let alone = among(ALONE);
    let review = parts(REVIEW_PARTS, 2, &among);
    let job = parts(JOB_PARTS, 2, &among);
    let mut all: Vec<usize> = [&alone[..], &review[..], &job[..]].concat();
    all.sort_unstable();
    let fits = match (alone.len(), review.is_empty(), job.is_empty()) {
        (1, true, true) => true,
        (0, false, true) => one_each(REVIEW_PARTS, &among),
        (0, true, false) => one_each(JOB_PARTS, &among),
        _ => false,
    };
    if fits {
        return Ok(all);
    }
    let problem = match all.is_empty() {
        true => "no column plainly holds the text".to_owned(),
        false => format!(
            "several columns may hold the text ({})",
            quoted(names, &all)
        ),
    };
    Err(Error::usage(format!(
        "{path}: {problem}; choose with --text-column NAME (more than once for several)\n{}",
        listing(names)
    )))
}

/// The columns of all parts, if one of the first `main` parts is there.
fn parts(parts: &[&[&str]], main: usize, among: &dyn Fn(&[&str]) -> Vec<usize>) -> Vec<usize> {
    match parts
        .iter()
        .take(main)
        .any(|words| !among(words).is_empty())
    {
        true => parts.iter().flat_map(|words| among(words)).collect(),
        false => Vec::new(),
    }
}

fn one_each(parts: &[&[&str]], among: &dyn Fn(&[&str]) -> Vec<usize>) -> bool {
    parts.iter().all(|words| among(words).len() <= 1)
}

fn simplified(name: &str) -> String {
    let dropped = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '.');
    name.chars()
        .filter(dropped)
        .flat_map(char::to_lowercase)
        .collect()
}

fn quoted(names: &[String], places: &[usize]) -> String {
    let quoted: Vec<String> = places.iter().map(|&i| format!("`{}`", names[i])).collect();
    quoted.join(", ")
}

/// How many columns a message lists.
const LISTED: usize = 40;

fn listing(names: &[String]) -> String {
    let shown = |(i, name): (usize, &String)| match name.is_empty() {
        true => format!("(column {} has no name)", i + 1),
        false => format!("`{name}`"),
    };
    let shown: Vec<String> = names.iter().enumerate().take(LISTED).map(shown).collect();
    let more = match names.len() > LISTED {
        true => format!(" and {} more", names.len() - LISTED),
        false => String::new(),
    };
    format!("columns: {}{more}", shown.join(", "))
}

/// The column whose name is nearest, where it is near enough to be a slip.
fn nearest<'n>(names: &'n [String], name: &str) -> Option<&'n str> {
    let wanted = simplified(name);
    (names
        .iter()
        .filter(|name| !name.is_empty() && name.len() < 200))
    .map(|name| (distance(&simplified(name), &wanted), name.as_str()))
    .min_by_key(|&(distance, _)| distance)
    .filter(|&(distance, _)| distance <= (wanted.chars().count() / 3).max(1))
    .map(|(_, name)| name)
}

/// Edits (a character put in, left out or changed) from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    fn guessed(header: &str) -> Vec<usize> {
        guess(&names(header), "t.csv").unwrap()
    }

    fn refused(header: &str) -> String {
        guess(&names(header), "t.csv").unwrap_err().to_string()
    }

    fn lookup_error(header: &str, name: &str) -> String {
        find(&names(header), name, "--text-column", "t.csv")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn text_is_taken_alone() {
        assert_eq!(guessed("id,pros,cons,text,review"), [3]);
    }

    #[test]
    fn a_plain_name_is_taken_whatever_its_case_and_signs() {
        for name in [
            "Job Description",
            "job_description",
            "JOB-DESCRIPTION",
            "Review Text",
            "Body",
        ] {
            assert_eq!(guessed(&format!("id,{name}")), [1], "{name}");
        }
    }

    #[test]
    fn pros_and_cons_go_together() {
        assert_eq!(guessed("id,cons,stars,pros"), [1, 3]);
    }

    #[test]
    fn the_parts_of_an_advertisement_go_together() {
        assert_eq!(
            guessed("title,description,responsibilities,requirements"),
            [1, 2, 3]
        );
    }

    #[test]
    fn requirements_alone_are_not_plainly_the_text() {
        assert!(refused("title,requirements").contains("no column plainly holds the text"));
    }

    #[test]
    fn several_texts_that_do_not_go_together_are_not_guessed() {
        let message = refused("id,review,feedback");
        assert!(message.contains("several columns may hold the text (`review`, `feedback`)"));
    }

    #[test]
    fn two_columns_of_one_name_are_not_guessed() {
        assert!(refused("text,Text").contains("several columns may hold the text"));
    }

    #[test]
    fn a_refusal_says_how_to_choose_and_lists_the_columns() {
        let message = refused("id,,stars");
        assert!(message.contains("--text-column NAME"), "{message}");
        assert!(
            message.contains("columns: `id`, (column 2 has no name), `stars`"),
            "{message}"
        );
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let message = lookup_error("id,review_text,stars", "reviewtxt");
        assert!(message.contains("did you mean `review_text`?"), "{message}");
    }

    #[test]
    fn a_name_far_from_all_suggests_none() {
        assert!(!lookup_error("id,stars", "narrative").contains("did you mean"));
    }

    #[test]
    fn a_chosen_name_that_two_columns_bear_is_refused() {
        assert!(lookup_error("a,a,b", "a").contains("more than one column has this name"));
    }

    #[test]
    fn a_name_that_two_other_columns_bear_does_no_harm() {
        assert_eq!(find(&names("a,a,b"), "b", "--keep", "t.csv").unwrap(), 2);
    }
}
