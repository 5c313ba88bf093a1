//! Numbers in instructions: those that are known, and the halves of addresses
//! that are not.
//!
//! Read next: `memory.rs`.

use super::super::expression::{Body, Expression};
use super::super::fixup::Kind;
use super::super::lexer::{Fault, Token};
use super::super::operands::Operands;
use super::super::problem::Problem;
use super::super::source::Span;
use super::super::statement::FirstPass;
use crate::machine::isa::{Imm12, Instruction};

/// A number of 12 bits, or the instruction how to get it.
// ANCHOR: lower_type
pub(in super::super) enum Lower {
    Known(Imm12),
    Open(Kind, Expression),
}

pub(super) const EXPECTED_LOWER: &str = "%lo or %pcrel_lo";
pub(super) const EXPECTED_UPPER: &str = "%hi or %pcrel_hi";
pub(super) const ZERO12: Imm12 = Imm12::from_low_bits(0);
// ANCHOR_END: lower_type

impl FirstPass {
    /// Appends the instruction that `with` makes of a number of 12 bits.
    // ANCHOR: emit_lower
    pub(super) fn emit_lower(
        &mut self,
        with: impl Fn(Imm12) -> Instruction,
        lower: Lower,
        span: Span,
    ) -> Result<(), Fault> {
        match lower {
            Lower::Known(imm) => self.emit(with(imm), span),
            Lower::Open(kind, expression) => self.emit_open(with(ZERO12), kind, expression, span),
        }
    }

    /// A number of 12 bits, or `%lo(x)`, or `%pcrel_lo(label)`.
    pub(in super::super) fn lower(
        &mut self,
        operands: &mut Operands<'_, '_>,
    ) -> Result<Lower, Fault> {
        if let Some((kind, expression)) = self.half(operands, EXPECTED_LOWER)? {
            return Ok(Lower::Open(kind, expression));
        }
        Ok(Lower::Known(imm12(&self.known_expression(operands)?)?))
    }
    // ANCHOR_END: emit_lower

    /// An expression where no register may be.
    // ANCHOR: known_expression
    pub(in super::super) fn known_expression(
        &mut self,
        operands: &mut Operands<'_, '_>,
    ) -> Result<Expression, Fault> {
        let unexpected = operands.unexpected("a number");
        let is_register = operands.peek_register().is_some();
        let expression = self.expression(operands)?;
        match expression.body {
            Body::Later(_) if is_register => Err(unexpected),
            _ => Ok(expression),
        }
    }
    // ANCHOR_END: known_expression

    /// `%hi(x)` and the like, if a `%` is next.
    // ANCHOR: half
    pub(super) fn half(
        &mut self,
        operands: &mut Operands<'_, '_>,
        expected: &'static str,
    ) -> Result<Option<(Kind, Expression)>, Fault> {
        if !operands.take("%") {
            return Ok(None);
        }
        let unexpected = operands.unexpected(expected);
        let (name, span) = operands.name(expected)?;
        let kind = match name.to_ascii_lowercase().as_str() {
            "hi" if expected == EXPECTED_UPPER => Kind::Upper,
            "pcrel_hi" if expected == EXPECTED_UPPER => Kind::UpperDistance,
            "lo" if expected == EXPECTED_LOWER => Kind::Lower,
            "pcrel_lo" if expected == EXPECTED_LOWER => Kind::LowerDistance,
            "got_pcrel_hi" | "tprel_hi" | "tprel_lo" | "tprel_add" | "tls_ie_pcrel_hi"
            | "tls_gd_pcrel_hi" => {
                return Err((
                    span,
                    Problem::NotHere {
                        what: format!("%{name}"),
                        instead: "%hi, %lo, %pcrel_hi or %pcrel_lo: nothing is shared here",
                    },
                ));
            }
            _ => return Err(unexpected),
        };
        if !matches!(operands.peek(), Token::Mark("(")) {
            return Err(operands.unexpected("an address in parentheses"));
        }
        Ok(Some((kind, self.expression(operands)?)))
    }
    // ANCHOR_END: half
}

/// A number of 32 bits, signed or unsigned, as the machine sees it.
// ANCHOR: word_and_imm12
pub(in super::super) fn word(expression: &Expression) -> Result<i32, Fault> {
    let number = expression.number_in(i32::MIN.into(), u32::MAX.into())?;
    Ok(number as i32)
}

/// A number of 12 bits. 0xffffffff is -1, because the machine has 32 bits.
pub(super) fn imm12(expression: &Expression) -> Result<Imm12, Fault> {
    let number = expression.known_number()?;
    let as_word = if u32::try_from(number).is_ok() {
        i64::from(number as i32)
    } else {
        number
    };
    let imm = i32::try_from(as_word).ok().and_then(Imm12::new);
    imm.ok_or_else(|| {
        let problem = Problem::OutOfRange {
            value: number,
            least: Imm12::MIN.into(),
            most: Imm12::MAX.into(),
        };
        (expression.span, problem)
    })
}
// ANCHOR_END: word_and_imm12
