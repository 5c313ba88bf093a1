//! What may have been meant by a name that means nothing.

/// The nearest of `names`, if one is near: one letter in three, but no more than
/// two, may be wrong, missing, superfluous or exchanged with its neighbour.
///
/// Takes time in proportion to the number of names.
// ANCHOR: nearest
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    /// Nobody mistypes names that are longer.
    const LONGEST: usize = 40;
    if name.len() > LONGEST {
        return None;
    }
    let most = name.chars().count().div_ceil(3).min(2);
    names
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}
// ANCHOR_END: nearest

/// How many letters have to be changed, added, taken out or exchanged with
/// their neighbours to make one name of the other.
// ANCHOR: distance
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // Row by row: `rows[i][j]` is the distance of the first i and j letters.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
// ANCHOR_END: distance

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_finger_is_near() {
        let names = ["addi", "andi", "beqz", "ecall"];
        let nearest = |name| nearest(name, names.into_iter());
        assert_eq!(nearest("adi"), Some("addi"));
        assert_eq!(nearest("bqez"), Some("beqz"));
        assert_eq!(nearest("eccall"), Some("ecall"));
        assert_eq!(nearest("syscall"), None);
        assert_eq!(nearest("q"), None);
    }

    #[test]
    fn distances_are_those_of_single_slips() {
        let cases = [
            ("", "", 0),
            ("abc", "", 3),
            ("abc", "acb", 1),
            ("abc", "axc", 1),
        ];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected);
            assert_eq!(distance(b, a), expected);
        }
    }
}
