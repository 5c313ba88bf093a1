//! How many columns of a terminal a text takes: names of threads may be in any script.

/// Letters of these ranges take two columns. Source: Unicode Standard Annex #11,
/// *East Asian Width*, the blocks whose letters are wide (W) or fullwidth (F).
// ANCHOR: wide
const WIDE: [(u32, u32); 9] = [
    (0x1100, 0x115f),   // Hangul Jamo, initial consonants
    (0x2e80, 0xa4cf),   // CJK, Kana, Yi
    (0xa960, 0xa97f),   // Hangul Jamo Extended-A
    (0xac00, 0xd7a3),   // Hangul syllables
    (0xf900, 0xfaff),   // CJK compatibility ideographs
    (0xfe30, 0xfe6f),   // CJK compatibility forms
    (0xff00, 0xff60),   // fullwidth forms
    (0x1f300, 0x1faff), // pictures
    (0x20000, 0x3fffd), // more CJK
];

/// What is put on or joined to the letter before it, and takes none.
const JOINED: [(u32, u32); 4] = [
    (0x0300, 0x036f), // combining diacritical marks
    (0x1160, 0x11ff), // Hangul Jamo, vowels and final consonants
    (0x200b, 0x200d), // zero width space, non-joiner, joiner
    (0xfe00, 0xfe0f), // variation selectors
];
// ANCHOR_END: wide

/// So many columns it takes.
// ANCHOR: fitted
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// A name for a chart: no longer than that many columns, and nothing in it that would
/// move the cursor.
pub(super) fn fitted(name: &str, columns: usize) -> String {
    let name = name.replace(char::is_control, "\u{fffd}");
    if width(&name) <= columns {
        return name;
    }
    let mut left = columns.saturating_sub(1);
    let fits = name.chars().take_while(|&letter| {
        let takes = self::columns(letter);
        let fits = takes <= left;
        left = left.saturating_sub(takes);
        fits
    });
    let mut short: String = fits.collect();
    short.push('…');
    short
}

/// With blanks behind it, up to that many columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{:1$}", "", columns.saturating_sub(width(text)))
}

fn columns(letter: char) -> usize {
    let is_in = |ranges: &[(u32, u32)]| {
        let mut ranges = ranges.iter();
        ranges.any(|&(first, last)| (first..=last).contains(&u32::from(letter)))
    };
    match (is_in(&JOINED), is_in(&WIDE)) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) => 1,
    }
}
// ANCHOR_END: fitted

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns_and_joined_ones_none() {
        for (text, columns) in [
            ("", 0),
            ("worker", 6),
            ("쓰레드", 6),
            ("cafe\u{301}", 4),
            ("読む a", 6),
            ("🦀", 2),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn what_is_cut_says_so_and_never_takes_more_than_there_is() {
        assert_eq!(fitted("worker", 6), "worker");
        assert_eq!(fitted("workers", 6), "worke…");
        assert_eq!(fitted("쓰레드", 6), "쓰레드");
        assert_eq!(fitted("쓰레드", 5), "쓰레…");
        // Half a letter cannot be shown.
        assert_eq!(fitted("쓰레드", 4), "쓰…");
        assert_eq!(fitted("a\nb\u{1b}[2J", 20), "a\u{fffd}b\u{fffd}[2J");
    }

    #[test]
    fn padding_counts_columns_and_not_letters() {
        assert_eq!(padded("쓰레드", 8), "쓰레드  ");
        assert_eq!(padded("worker", 3), "worker");
    }
}
