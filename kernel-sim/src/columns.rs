//! How many columns of a terminal a text takes: names of threads may be in any script.
//!
//! Not its bytes and not its letters are counted, but what Unicode Standard Annex #11,
//! *East Asian Width*, says of these. A letter whose width depends on the terminal counts as
//! narrow.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// So many columns it takes.
///
/// ```
/// use kernel_sim::columns::width;
///
/// assert_eq!(width("worker"), 6);
/// assert_eq!(width("쓰레드"), 6);
/// ```
// ANCHOR: width
pub fn width(text: &str) -> usize {
    text.width()
}
// ANCHOR_END: width

/// A name in at most so many columns, and without anything in it that would move the cursor.
/// What is cut off is told by `…`.
///
/// ```
/// use kernel_sim::columns::fitted;
///
/// assert_eq!(fitted("worker", 4), "wor…");
/// // Half a letter cannot be shown.
/// assert_eq!(fitted("쓰레드", 4), "쓰…");
/// ```
// ANCHOR: fitted
pub fn fitted(name: &str, columns: usize) -> String {
    let name = name.replace(char::is_control, "\u{fffd}");
    if width(&name) <= columns {
        return name;
    }
    let mut left = columns.saturating_sub(1);
    let fits = name.chars().take_while(|letter| {
        let takes = letter.width().unwrap_or(0);
        let fits = takes <= left;
        left = left.saturating_sub(takes);
        fits
    });
    let mut short: String = fits.collect();
    short.push('…');
    short
}
// ANCHOR_END: fitted

/// With blanks behind it, up to so many columns.
///
/// ```
/// use kernel_sim::columns::padded;
///
/// assert_eq!(padded("쓰레드", 8), "쓰레드  ");
/// ```
// ANCHOR: padded
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{:1$}", "", columns.saturating_sub(width(text)))
}
// ANCHOR_END: padded

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
        assert_eq!(fitted("쓰레드", 4), "쓰…");
        assert_eq!(fitted("a\nb\u{1b}[2J", 20), "a\u{fffd}b\u{fffd}[2J");
    }

    #[test]
    fn padding_counts_columns_and_not_letters() {
        assert_eq!(padded("쓰레드", 8), "쓰레드  ");
        assert_eq!(padded("worker", 3), "worker");
    }
}
