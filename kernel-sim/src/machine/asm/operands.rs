//! A statement, token by token: what stands next, and whether it is what has to
//! stand there.
//!
//! Knows registers by name, and nothing of instructions. Read next:
//! `expression.rs`.

use super::lexer::{Fault, Token};
use super::problem::Problem;
use super::source::Span;
use crate::machine::isa::Register;

/// Reads a statement from left to right.
// ANCHOR: operands
#[derive(Debug)]
pub(super) struct Operands<'a, 't> {
    /// The last one is [`Token::End`], and nobody goes beyond it.
    tokens: &'t [(Token<'a>, Span)],
    at: usize,
}
// ANCHOR_END: operands

impl<'a, 't> Operands<'a, 't> {
    /// `tokens` has to end with [`Token::End`].
    // ANCHOR: next
    pub(super) fn new(tokens: &'t [(Token<'a>, Span)]) -> Operands<'a, 't> {
        debug_assert!(matches!(tokens.last(), Some((Token::End, _))));
        Operands { tokens, at: 0 }
    }

    /// The token that is next, or `ahead` tokens after it.
    fn peek_at(&self, ahead: usize) -> &'t (Token<'a>, Span) {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + ahead).min(last)]
    }

    /// The token that is next.
    pub(super) fn peek(&self) -> &'t Token<'a> {
        &self.peek_at(0).0
    }

    /// Where the next token is.
    pub(super) fn span(&self) -> Span {
        self.peek_at(0).1
    }

    /// Where the last token was.
    pub(super) fn previous_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].1
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> &'t (Token<'a>, Span) {
        let token = self.peek_at(0);
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }
    // ANCHOR_END: next

    /// Whether the next tokens are a name and this mark.
    // ANCHOR: questions
    pub(super) fn is_name_and(&self, mark: &str) -> bool {
        matches!(self.peek(), Token::Name(_))
            && matches!(self.peek_at(1).0, Token::Mark(m) if m == mark)
    }

    /// Whether the next tokens are a number and this mark.
    pub(super) fn is_number_and(&self, mark: &str) -> bool {
        matches!(self.peek(), Token::Number(_))
            && matches!(self.peek_at(1).0, Token::Mark(m) if m == mark)
    }

    /// Takes this mark, if it is next.
    pub(super) fn take(&mut self, mark: &str) -> bool {
        let is_next = matches!(self.peek(), Token::Mark(m) if *m == mark);
        if is_next {
            self.next();
        }
        is_next
    }

    /// Whether nothing is left.
    pub(super) fn is_end(&self) -> bool {
        *self.peek() == Token::End
    }
    // ANCHOR_END: questions

    /// The problem that something else is next.
    // ANCHOR: unexpected
    pub(super) fn unexpected(&self, expected: &'static str) -> Fault {
        let found = match self.peek() {
            Token::Name(name) => format!("`{name}`"),
            Token::Number(number) => format!("the number {number}"),
            Token::Numeric { number, forward } => {
                format!("`{number}{}`", if *forward { 'f' } else { 'b' })
            }
            Token::Text(_) => "a string".to_owned(),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::End => return (self.span(), Problem::Missing { expected }),
        };
        (self.span(), Problem::Unexpected { found, expected })
    }
    // ANCHOR_END: unexpected

    /// Nothing may be left.
    // ANCHOR: expect
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.is_end() {
            Ok(())
        } else {
            Err(self.unexpected("the end of the statement"))
        }
    }

    /// Takes a mark that has to be there.
    pub(super) fn expect(&mut self, mark: &str, expected: &'static str) -> Result<(), Fault> {
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// Takes the comma before a further operand.
    pub(super) fn comma(&mut self) -> Result<(), Fault> {
        self.expect(",", "a comma and a further operand")
    }
    // ANCHOR_END: expect

    /// Takes a name.
    // ANCHOR: words
    pub(super) fn name(&mut self, expected: &'static str) -> Result<(&'a str, Span), Fault> {
        match *self.peek() {
            Token::Name(name) => Ok((name, self.next().1)),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Takes a string.
    pub(super) fn text(&mut self) -> Result<&'t [u8], Fault> {
        match self.peek() {
            Token::Text(text) => {
                self.next();
                Ok(text)
            }
            _ => Err(self.unexpected("a string in double quotes")),
        }
    }
    // ANCHOR_END: words

    /// The register that is next, if one is.
    // ANCHOR: register
    pub(super) fn peek_register(&self) -> Option<Register> {
        match self.peek() {
            Token::Name(name) => Register::named(name),
            _ => None,
        }
    }

    /// Takes a register.
    pub(super) fn register(&mut self) -> Result<Register, Fault> {
        let register = self.peek_register().ok_or_else(|| {
            self.unexpected(
                "a register: x0 to x31, or zero, ra, sp, gp, tp, t0 to t6, s0 to s11, fp, a0 to a7",
            )
        })?;
        self.next();
        Ok(register)
    }
    // ANCHOR_END: register

    /// Whether a register in parentheses is next, `(sp)`.
    // ANCHOR: base
    pub(super) fn is_base(&self) -> bool {
        matches!(self.peek(), Token::Mark("("))
            && matches!(self.peek_at(1).0, Token::Name(name) if Register::named(name).is_some())
            && matches!(self.peek_at(2).0, Token::Mark(")"))
    }

    /// Takes a register in parentheses.
    pub(super) fn base(&mut self) -> Result<Register, Fault> {
        self.expect("(", "a register in parentheses, such as `(sp)`")?;
        let register = self.register()?;
        self.expect(")", "`)` after the register")?;
        Ok(register)
    }
    // ANCHOR_END: base
}
