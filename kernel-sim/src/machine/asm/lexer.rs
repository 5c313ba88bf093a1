//! Cuts the text into statements, and statements into tokens. Knows nothing of
//! instructions, directives or registers: those are names to it.
//!
//! Source: the GNU assembler's manual, chapter "Syntax" ("Comments",
//! "Statements", "Constants"). Two things are accepted besides: comments that
//! begin with `//`, and an empty last line that does not end.
//!
//! Read next: `quoted.rs` for strings, then `operands.rs`, which reads tokens.

use super::diagnostic::Diagnostics;
use super::problem::Problem;
use super::quoted;
use super::source::Span;

/// A word of the text.
// ANCHOR: tokens
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A mnemonic, a directive, a register, a symbol, or `.` alone.
    Name(&'a str),
    /// A number, or a character.
    Number(u64),
    /// `1f` or `1b`: the nearest label with that number.
    Numeric { number: u64, forward: bool },
    /// What a string stands for.
    Text(Vec<u8>),
    /// An operator, a bracket, a comma or a colon.
    Mark(&'static str),
    /// After the last token of a statement.
    End,
}

/// What can be a [`Token::Mark`]; those of two characters first.
const MARKS: &[&str] = &[
    "<<", ">>", "<=", ">=", "==", "!=", "<>", "&&", "||", "(", ")", ",", ":", "+", "-", "*", "/",
    "%", "@", "~", "!", "&", "|", "^", "<", ">", "=",
];
// ANCHOR_END: tokens

/// Reads the text from its beginning to its end.
// ANCHOR: lexer
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
}

/// What goes wrong in here goes wrong at a place.
pub(super) type Fault = (Span, Problem);
// ANCHOR_END: lexer

impl<'a> Lexer<'a> {
    // ANCHOR: next_statement
    pub(super) fn new(text: &'a [u8]) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// Puts the tokens of the next statement into `tokens`; the last of them is
    /// [`Token::End`]. Gives `false` at the end of the text.
    ///
    /// After a mistake the rest of the line is skipped.
    pub(super) fn statement(
        &mut self,
        tokens: &mut Vec<(Token<'a>, Span)>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> bool {
        tokens.clear();
        loop {
            match self.token(diagnostics) {
                Ok((Token::End, span)) => {
                    if tokens.is_empty() && self.at < self.text.len() {
                        continue;
                    }
                    let more = !tokens.is_empty();
                    tokens.push((Token::End, span));
                    return more;
                }
                Ok(token) => tokens.push(token),
                Err((span, problem)) => {
                    diagnostics.report(span, problem);
                    tokens.clear();
                    if diagnostics.is_full() {
                        return false;
                    }
                    self.skip_while(|byte| byte != b'\n');
                }
            }
        }
    }
    // ANCHOR_END: next_statement

    // ANCHOR: token
    fn token(&mut self, diagnostics: &mut Diagnostics<'_>) -> Result<(Token<'a>, Span), Fault> {
        self.skip_blanks_and_comments()?;
        let start = self.at;
        let Some(&first) = self.text.get(start) else {
            return Ok((Token::End, Span::new(start, start)));
        };
        let token = match first {
            b'\n' | b';' => {
                self.at += 1;
                return Ok((Token::End, Span::new(start, start)));
            }
            b'"' => {
                let (text, length) = quoted::string(self.text, start, diagnostics)?;
                self.at += length;
                Token::Text(text)
            }
            b'\'' => {
                let (byte, length) = quoted::character(self.text, start, diagnostics)?;
                self.at += length;
                Token::Number(u64::from(byte))
            }
            b'0'..=b'9' => self.number()?,
            _ if is_in_name(first) => self.name()?,
            _ => self.mark()?,
        };
        Ok((token, Span::new(start, self.at)))
    }
    // ANCHOR_END: token

    // ANCHOR: blanks
    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|&byte| wanted(byte)) {
            self.at += 1;
        }
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), Fault> {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0c));
            let rest = &self.text[self.at..];
            if rest.starts_with(b"#") || rest.starts_with(b"//") {
                self.skip_while(|byte| byte != b'\n');
            } else if rest.starts_with(b"/*") {
                let end = rest[2..].windows(2).position(|two| two == b"*/");
                let Some(end) = end else {
                    let start = self.at;
                    self.at = self.text.len();
                    return Err((Span::new(start, start + 2), Problem::UnterminatedComment));
                };
                self.at += 2 + end + 2;
            } else {
                return Ok(());
            }
        }
    }
    // ANCHOR_END: blanks

    // ANCHOR: name
    fn name(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.at;
        self.skip_while(|byte| is_in_name(byte) || byte.is_ascii_digit());
        match std::str::from_utf8(&self.text[start..self.at]) {
            Ok(name) => Ok(Token::Name(name)),
            Err(error) => Err(self.bad_character(start + error.valid_up_to())),
        }
    }
    // ANCHOR_END: name

    /// Digits, or digits and `f` or `b`. `0b1` is a binary number, as GNU's
    /// assembler has it, and not the label 0 above.
    // ANCHOR: number
    fn number(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let word = &self.text[start..self.at];
        let word = std::str::from_utf8(word).expect("these are ASCII characters");
        let bad = || {
            let text = word.to_owned();
            (Span::new(start, self.at), Problem::BadNumber { text })
        };

        let digits = word.trim_end_matches(['f', 'b']);
        let is_label = digits.len() + 1 == word.len();
        if is_label && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let radix = if digits.starts_with('0') { 8 } else { 10 };
            let number = u64::from_str_radix(digits, radix).map_err(|_| bad())?;
            let forward = word.ends_with('f');
            return Ok(Token::Numeric { number, forward });
        }
        let lower = word.to_ascii_lowercase();
        let number = if let Some(digits) = lower.strip_prefix("0x") {
            u64::from_str_radix(digits, 16)
        } else if let Some(digits) = lower.strip_prefix("0b") {
            u64::from_str_radix(digits, 2)
        } else if word.starts_with('0') && word.len() > 1 {
            u64::from_str_radix(word, 8)
        } else {
            word.parse()
        };
        number.map(Token::Number).map_err(|_| bad())
    }
    // ANCHOR_END: number

    // ANCHOR: mark
    fn mark(&mut self) -> Result<Token<'a>, Fault> {
        let rest = &self.text[self.at..];
        match MARKS.iter().find(|mark| rest.starts_with(mark.as_bytes())) {
            Some(mark) => {
                self.at += mark.len();
                Ok(Token::Mark(mark))
            }
            None => Err(self.bad_character(self.at)),
        }
    }

    /// The problem that the character at `at`, or the byte if it is none, has no
    /// place in a program.
    fn bad_character(&self, at: usize) -> Fault {
        let rest = &self.text[at..];
        let character = (1..=rest.len().min(4))
            .find_map(|length| std::str::from_utf8(&rest[..length]).ok())
            .and_then(|text| text.chars().next());
        let (found, length) = match character {
            Some(c) => (c.escape_debug().to_string(), c.len_utf8()),
            None => (format!("\\x{:02x}", rest[0]), 1),
        };
        (Span::new(at, at + length), Problem::BadCharacter { found })
    }
    // ANCHOR_END: mark
}

/// What a name may begin with. Characters beyond ASCII are letters.
// ANCHOR: is_in_name
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'$') || !byte.is_ascii()
}
// ANCHOR_END: is_in_name

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    /// The tokens of each statement, without [`Token::End`], and the problems.
    fn lex(text: &[u8]) -> (Vec<Vec<Token<'_>>>, Vec<Problem>) {
        let source = Source::new("", text);
        let mut diagnostics = Diagnostics::new(&source);
        let mut lexer = Lexer::new(text);
        let (mut statements, mut tokens) = (Vec::new(), Vec::new());
        while lexer.statement(&mut tokens, &mut diagnostics) {
            assert_eq!(tokens.pop().map(|(token, _)| token), Some(Token::End));
            statements.push(tokens.iter().map(|(token, _)| token.clone()).collect());
        }
        let problems = match diagnostics.finish() {
            Ok(warnings) => warnings,
            Err(errors) => errors.0,
        };
        let problems = problems.into_iter().map(|found| found.problem).collect();
        (statements, problems)
    }

    fn tokens(text: &str) -> Vec<Token<'_>> {
        let (mut statements, problems) = lex(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(statements.len(), 1);
        statements.pop().unwrap()
    }

    #[test]
    fn statements_end_at_line_ends_and_semicolons_and_comments_are_blanks() {
        let text = b"a # x ; y\n\n;; b // z\n c /* \n d */ e ; 'f";
        let (statements, problems) = lex(text);
        assert_eq!(problems, []);
        let names = |names: &[&'static str]| names.iter().map(|&n| Token::Name(n)).collect();
        let expected: [Vec<Token<'_>>; 4] = [
            names(&["a"]),
            names(&["b"]),
            names(&["c", "e"]),
            vec![Token::Number(b'f'.into())],
        ];
        assert_eq!(statements, expected);
    }

    #[test]
    fn numbers_have_four_bases_and_f_and_b_make_them_labels() {
        let numbers = "10 0x1F 0B101 017 0 18446744073709551615";
        let expected = [10, 0x1f, 5, 15, 0, u64::MAX].map(Token::Number);
        assert_eq!(tokens(numbers), expected);
        let numeric = |number, forward| Token::Numeric { number, forward };
        let expected = [(1, true), (12, false), (0, false), (8, false)];
        let expected = expected.map(|(number, forward)| numeric(number, forward));
        assert_eq!(tokens("1f 12b 0b 010b"), expected);
    }

    #[test]
    fn what_is_no_number_is_named() {
        for text in [
            "08",
            "0x",
            "0b2",
            "12h",
            "1_000",
            "0xg",
            "1fb",
            "18446744073709551616",
        ] {
            let (_, problems) = lex(text.as_bytes());
            let text = text.to_owned();
            assert_eq!(problems, [Problem::BadNumber { text }]);
        }
    }

    #[test]
    fn the_longest_operator_wins() {
        let expected = ["<<", "<", "<=", "<>", "!", "="].map(Token::Mark);
        assert_eq!(tokens("<< < <= <> ! ="), expected);
        assert_eq!(tokens("1<<2")[1], Token::Mark("<<"));
    }

    #[test]
    fn a_mistake_costs_its_line_only() {
        let (statements, problems) = lex(b"a ? b ; c\nd \\\ne");
        assert_eq!(statements, [[Token::Name("e")]]);
        let bad = |found: &str| Problem::BadCharacter {
            found: found.to_owned(),
        };
        assert_eq!(problems, [bad("?"), bad("\\\\")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_named_by_number() {
        let found = "\\xff".to_owned();
        let bad = [Problem::BadCharacter { found }];
        assert_eq!(lex(b"a\xff").1, bad);
        assert_eq!(lex(b"\xff").1, bad);
        // However far along.
        let long = [&[b'a'; 1000][..], b"\xff"].concat();
        assert_eq!(lex(&long).1, bad);
        let (statements, problems) = lex("größe".as_bytes());
        assert_eq!(statements, [[Token::Name("größe")]]);
        assert_eq!(problems, []);
    }

    #[test]
    fn a_comment_that_does_not_end_is_said_once() {
        let (statements, problems) = lex(b"a /* b");
        assert!(statements.is_empty());
        assert_eq!(problems, [Problem::UnterminatedComment]);
    }
}
