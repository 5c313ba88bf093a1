//! The program's text, and places in it. Knows nothing of what the text says.
//!
//! Read next: `lexer.rs`, which cuts the text into words.

/// From one byte of the text to before another.
// ANCHOR: span
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Span {
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    /// From the beginning of this to the end of `other`.
    pub(super) fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end.max(self.end),
        }
    }
}
// ANCHOR_END: span

/// A file that is being assembled.
// ANCHOR: source
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a [u8],
    /// Where each line begins.
    lines: Vec<u32>,
}
// ANCHOR_END: source

impl<'a> Source<'a> {
    /// `text` must be shorter than 4 GiB, so that a [`Span`] can name each byte.
    // ANCHOR: line_starts
    pub(super) fn new(name: &'a str, text: &'a [u8]) -> Source<'a> {
        let after_newlines = text
            .iter()
            .enumerate()
            .filter(|&(_, &byte)| byte == b'\n')
            .map(|(at, _)| at as u32 + 1);
        Source {
            name,
            text,
            lines: std::iter::once(0).chain(after_newlines).collect(),
        }
    }
    // ANCHOR_END: line_starts

    /// The line, from 1 on, that a byte is in.
    // ANCHOR: places
    pub(super) fn line(&self, at: u32) -> u32 {
        self.lines.partition_point(|&start| start <= at) as u32
    }

    /// What is in a line, without the character that ends it.
    pub(super) fn line_bytes(&self, line: u32) -> &'a [u8] {
        let start = self.lines[line as usize - 1] as usize;
        let end = self
            .lines
            .get(line as usize)
            .map_or(self.text.len(), |&next| next as usize - 1);
        self.text[start..end].trim_ascii_end()
    }

    /// Where in its line a byte is.
    pub(super) fn offset_in_line(&self, at: u32) -> usize {
        (at - self.lines[self.line(at) as usize - 1]) as usize
    }
    // ANCHOR_END: places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_in_a_line_and_the_end_of_the_text_too() {
        let source = Source::new("", b"ab\n\ncd");
        let lines: Vec<_> = (0..=6).map(|at| source.line(at)).collect();
        assert_eq!(lines, [1, 1, 1, 2, 3, 3, 3]);
        assert_eq!(source.line_bytes(1), b"ab");
        assert_eq!(source.line_bytes(2), b"");
        assert_eq!(source.line_bytes(3), b"cd");
        assert_eq!(source.offset_in_line(5), 1);
    }

    #[test]
    fn a_carriage_return_is_no_part_of_the_line() {
        assert_eq!(Source::new("", b"ab\r\n").line_bytes(1), b"ab");
    }
}
