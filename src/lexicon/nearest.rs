//! What a person may have meant: the nearest known name to an unknown one.
//!
//! **In:** a name and the known ones. **Out:** a line of help.

/// "did you mean `terms`? the keys are ..." with the suggestion only where one is near.
pub(crate) fn suggest(name: &str, known: &[impl AsRef<str>], lead: &str) -> String {
    let list = || {
        known
            .iter()
            .map(|k| format!("`{}`", k.as_ref()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let near = known
        .iter()
        .map(|k| (distance(name, k.as_ref()), k.as_ref()))
        .min();
    let limit = (name.chars().count() / 3).max(1);
    match near {
        _ if known.is_empty() => format!("{lead}: none"),
        Some((far, near)) if far <= limit => match known.len() {
            1..=20 => format!("did you mean `{near}`? {lead} {}", list()),
            _ => format!("did you mean `{near}`?"),
        },
        _ => format!("{lead} {}", list()),
    }
}

/// Letters to put in, take out, change or swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_two_letters_in_a_long_name_is_near() {
        let help = suggest("defintion", &["definition", "terms"], "the keys are");
        assert_eq!(
            help,
            "did you mean `definition`? the keys are `definition`, `terms`"
        );
    }

    #[test]
    fn a_far_name_is_not_suggested() {
        let help = suggest("colour", &["terms"], "the keys are");
        assert_eq!(help, "the keys are `terms`");
    }

    #[test]
    fn swapped_letters_are_one_slip() {
        assert_eq!(distance("tersm", "terms"), 1);
    }
}
