//! A problem and where in the text it is, and how that is shown to a person.
//!
//! Read next: `source.rs`.

use std::fmt;

use super::problem::Problem;
use super::source::{Source, Span};

/// How many mistakes are collected before the assembler gives up: whoever hands
/// it something that is no program at all needs no more.
// ANCHOR: limits
pub(super) const MOST: usize = 50;

/// How much of a long line is shown, in characters.
const WIDTH: usize = 100;
// ANCHOR_END: limits

/// Something wrong, or odd, at one place of a program's text.
///
/// ```
/// use kernel_sim::machine::asm::{Layout, assemble};
///
/// let errors = assemble("wrong.s", "    addi a0, a9, 1\n", Layout::default()).unwrap_err();
/// let first = &errors.all()[0];
/// assert_eq!((first.line, first.column), (1, 14));
/// assert_eq!(
///     first.to_string(),
///     "wrong.s:1:14: error: `a9` does not belong here\n    \
///          1 |     addi a0, a9, 1\n      \
///            |              ^^\n      \
///            = expected a register: x0 to x31, or zero, ra, sp, gp, tp, t0 to t6, \
///              s0 to s11, fp, a0 to a7\n"
/// );
/// ```
// ANCHOR: diagnostic
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as it was called when it was given to the assembler.
    pub file: String,
    /// The line, from 1 on.
    pub line: u32,
    /// The column, from 1 on, in characters.
    pub column: u32,
    /// What is wrong.
    pub problem: Problem,
    excerpt: Excerpt,
}

/// A line of the text, or what of it can be shown, and what of that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    /// In characters.
    before: usize,
    marked: usize,
}
// ANCHOR_END: diagnostic

impl Diagnostic {
    // ANCHOR: excerpt
    pub(super) fn new(source: &Source<'_>, span: Span, problem: Problem) -> Diagnostic {
        let line = source.line(span.start);
        let bytes = source.line_bytes(line);
        let start = source.offset_in_line(span.start).min(bytes.len());
        let end = (start + (span.end - span.start) as usize).min(bytes.len());
        let length = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count();

        let column = length(&bytes[..start]);
        // Of a line that is too long, as much as has the mistake in its middle.
        let skipped = if length(bytes) > WIDTH {
            column.saturating_sub(WIDTH / 2)
        } else {
            0
        };
        let text = String::from_utf8_lossy(bytes);
        let before = column - skipped;
        let marked = length(&bytes[start..end]).clamp(1, WIDTH.saturating_sub(before).max(1));
        Diagnostic {
            file: source.name.to_owned(),
            line,
            column: column as u32 + 1,
            problem,
            excerpt: Excerpt {
                text: text.chars().skip(skipped).take(WIDTH).collect(),
                before,
                marked,
            },
        }
    }
    // ANCHOR_END: excerpt
}

impl fmt::Display for Diagnostic {
    /// Several lines: place and problem, the line of the text, a row of carets
    /// under what is meant, and what was expected.
    // ANCHOR: display
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic {
            file,
            line,
            column,
            problem,
            excerpt,
        } = self;
        let severity = if problem.is_warning() {
            "warning"
        } else {
            "error"
        };
        writeln!(f, "{file}:{line}:{column}: {severity}: {problem}")?;
        writeln!(f, "{line:>5} | {}", printable(&excerpt.text))?;
        // Tabs are kept, so that the carets stand below what they mean.
        let indent: String = excerpt
            .text
            .chars()
            .take(excerpt.before)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let carets = "^".repeat(excerpt.marked);
        writeln!(f, "      | {indent}{carets}")?;
        writeln!(f, "      = expected {}", problem.expected())
    }
    // ANCHOR_END: display
}

/// Without what would move the cursor of a terminal.
// ANCHOR: printable
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}
// ANCHOR_END: printable

/// Why a program was not assembled: all mistakes that were found, in the order
/// of the text, up to fifty.
// ANCHOR: errors
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(pub(super) Vec<Diagnostic>);

impl Errors {
    /// The mistakes. At least one.
    pub fn all(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|error| error.fmt(f))
    }
}

impl std::error::Error for Errors {}
// ANCHOR_END: errors

/// What has been found so far.
// ANCHOR: diagnostics
#[derive(Debug)]
pub(super) struct Diagnostics<'a> {
    pub(super) source: &'a Source<'a>,
    found: Vec<(Span, Problem)>,
    errors: usize,
}
// ANCHOR_END: diagnostics

impl<'a> Diagnostics<'a> {
    // ANCHOR: report
    pub(super) fn new(source: &'a Source<'a>) -> Diagnostics<'a> {
        Diagnostics {
            source,
            found: Vec::new(),
            errors: 0,
        }
    }

    /// Writes down a problem.
    pub(super) fn report(&mut self, span: Span, problem: Problem) {
        if problem.is_warning() {
            // Warnings do not end the work, so there has to be another end.
            if self.found.len() - self.errors < MOST {
                self.found.push((span, problem));
            }
        } else if !self.is_full() {
            self.errors += 1;
            // Of the one behind the last it is only said that it is there.
            let is_last = self.is_full();
            let problem = if is_last { Problem::TooMany } else { problem };
            self.found.push((span, problem));
        }
    }

    /// Whether it is pointless to look for more.
    pub(super) fn is_full(&self) -> bool {
        self.errors > MOST
    }
    // ANCHOR_END: report

    /// What was odd, or, if something was wrong, what that was.
    // ANCHOR: finish
    pub(super) fn finish(mut self) -> Result<Vec<Diagnostic>, Errors> {
        if self.errors > 0 {
            // What is odd may be so because of what is wrong.
            self.found.retain(|(_, problem)| !problem.is_warning());
        }
        // By place, and "more than these" last.
        self.found
            .sort_by_key(|(span, problem)| (*problem == Problem::TooMany, span.start));
        let all = self
            .found
            .into_iter()
            .map(|(span, problem)| Diagnostic::new(self.source, span, problem))
            .collect();
        if self.errors == 0 {
            Ok(all)
        } else {
            Err(Errors(all))
        }
    }
    // ANCHOR_END: finish
}
