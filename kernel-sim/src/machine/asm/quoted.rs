//! What strings and character constants stand for: the escapes.
//!
//! Source: the GNU assembler's manual, sections "Strings" and "Characters". Of
//! escapes that it does not list it takes the character itself, and so `'\0'`
//! is the digit 0, and `'\v'` the letter v. That is done here as well, and said in
//! a warning.
//!
//! Read next: `operands.rs`.

use super::diagnostic::Diagnostics;
use super::lexer::Fault;
use super::problem::Problem;
use super::source::Span;

/// The string whose opening quotes are at `start`, and how long it is in the
/// text, quotes included.
// ANCHOR: string
pub(super) fn string(
    text: &[u8],
    start: usize,
    diagnostics: &mut Diagnostics<'_>,
) -> Result<(Vec<u8>, usize), Fault> {
    let mut string = Vec::new();
    let mut at = start + 1;
    loop {
        let rest = &text[at..];
        let (byte, length) = match rest {
            [b'"', ..] => return Ok((string, at + 1 - start)),
            [b'\\', b'0'..=b'9', ..] => octal(rest),
            [b'\\', b'x' | b'X', ..] => hexadecimal(rest),
            [b'\\', b'v', ..] => (0x0b, 2),
            [b'\\', escape, ..] if *escape != b'\n' => {
                let span = Span::new(at, at + 2);
                (unescaped(*escape, span, diagnostics), 2)
            }
            [] | [b'\n' | b'\\', ..] => {
                return Err((Span::new(start, at), Problem::UnterminatedString));
            }
            [byte, ..] => (*byte, 1),
        };
        string.push(byte);
        at += length;
    }
}
// ANCHOR_END: string

/// The byte that a backslash and digits stand for, and how long that is in the text.
// ANCHOR: by_number
fn octal(rest: &[u8]) -> (u8, usize) {
    // GNU's assembler lets 8 and 9 pass as octal digits.
    let digits = rest[1..].iter().take(3);
    let digits = digits.take_while(|digit| digit.is_ascii_digit());
    let value = digits
        .clone()
        .fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
    (value as u8, 1 + digits.count())
}

/// The same for `\x` and hexadecimal digits, of which the last two count.
fn hexadecimal(rest: &[u8]) -> (u8, usize) {
    let digits = rest[2..].iter();
    let digits = digits.take_while(|digit| digit.is_ascii_hexdigit());
    let value = digits.clone().fold(0_u8, |value, &digit| {
        let digit = char::from(digit).to_digit(16).unwrap_or(0);
        value << 4 | digit as u8
    });
    (value, 2 + digits.count())
}
// ANCHOR_END: by_number

/// The character whose opening quote is at `start`, and how long it is in the
/// text. The closing quote may be missing.
// ANCHOR: character
pub(super) fn character(
    text: &[u8],
    start: usize,
    diagnostics: &mut Diagnostics<'_>,
) -> Result<(u8, usize), Fault> {
    let (byte, length) = match &text[start + 1..] {
        [b'\\', escape, ..] if *escape != b'\n' => {
            let span = Span::new(start + 1, start + 3);
            (unescaped(*escape, span, diagnostics), 3)
        }
        [byte, ..] if !matches!(byte, b'\n' | b'\\') && byte.is_ascii() => (*byte, 2),
        _ => {
            return Err((Span::new(start, start + 1), Problem::BadCharacterConstant));
        }
    };
    let rest = &text[start + length..];
    if rest.starts_with(b"'") {
        return Ok((byte, length + 1));
    }
    // `'ab'`: two characters, and not one whose closing quote is missing.
    match rest.first() {
        Some(next) if next.is_ascii_alphanumeric() => Err((
            Span::new(start, start + length + 1),
            Problem::BadCharacterConstant,
        )),
        _ => Ok((byte, length)),
    }
}
// ANCHOR_END: character

/// The byte that a backslash and `escape` stand for, in strings and characters.
// ANCHOR: unescaped
fn unescaped(escape: u8, span: Span, diagnostics: &mut Diagnostics<'_>) -> u8 {
    match escape {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'\\' | b'\'' | b'"' => escape,
        // It stands for itself too, but rarely on purpose.
        _ => {
            let escape = char::from(escape);
            diagnostics.report(span, Problem::UnknownEscape { escape });
            escape as u8
        }
    }
}
// ANCHOR_END: unescaped

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn with_diagnostics<T>(
        text: &str,
        read: impl Fn(&[u8], &mut Diagnostics<'_>) -> Result<T, Fault>,
    ) -> (Result<T, Problem>, usize) {
        let source = Source::new("", text.as_bytes());
        let mut diagnostics = Diagnostics::new(&source);
        let result = read(text.as_bytes(), &mut diagnostics);
        let warnings = diagnostics.finish().expect("nothing but warnings").len();
        (result.map_err(|(_, problem)| problem), warnings)
    }

    fn string_of(text: &str) -> (Result<Vec<u8>, Problem>, usize) {
        with_diagnostics(text, |text, diagnostics| {
            let (string, length) = string(text, 0, diagnostics)?;
            assert_eq!(length, text.len());
            Ok(string)
        })
    }

    fn character_of(text: &str) -> (Result<(u8, usize), Problem>, usize) {
        with_diagnostics(text, |text, diagnostics| character(text, 0, diagnostics))
    }

    #[test]
    fn strings_have_gnus_escapes() {
        let (string, warnings) = string_of(r#""\b\f\n\r\t\v\0\7\08\1234\x1\xfff\"\\""#);
        let expected = b"\x08\x0c\n\r\t\x0b\0\x07\x08S4\x01\xff\"\\";
        assert_eq!((string, warnings), (Ok(expected.to_vec()), 0));
    }

    #[test]
    fn other_escapes_stand_for_themselves_with_a_warning() {
        assert_eq!(string_of(r#""\a\z""#), (Ok(b"az".to_vec()), 2));
        assert_eq!(character_of(r"'\0'"), (Ok((b'0', 4)), 1));
        assert_eq!(character_of(r"'\v'"), (Ok((b'v', 4)), 1));
    }

    #[test]
    fn a_string_ends_in_its_line() {
        for text in ["\"abc", "\"abc\n\"", "\"abc\\\n\"", "\"abc\\"] {
            assert_eq!(string_of(text).0, Err(Problem::UnterminatedString));
        }
    }

    #[test]
    fn the_closing_quote_of_a_character_may_be_missing() {
        for text in ["'a'", "'a", "'a +1", "'a,", "'a\n"] {
            let (byte, _) = character_of(text).0.unwrap();
            assert_eq!(byte, b'a');
        }
        assert_eq!(character_of("'''"), (Ok((b'\'', 3)), 0));
        assert_eq!(character_of(r"'\n'"), (Ok((b'\n', 4)), 0));
        assert_eq!(character_of(r"'\''"), (Ok((b'\'', 4)), 0));
    }

    #[test]
    fn a_character_is_one() {
        for text in ["'ab'", "'", "'\n", "'\\", "'é'"] {
            assert_eq!(character_of(text).0, Err(Problem::BadCharacterConstant));
        }
    }
}
