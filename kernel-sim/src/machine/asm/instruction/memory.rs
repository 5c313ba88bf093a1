//! Loads and stores, and other instructions that come in pairs to reach any
//! address.
//!
//! Read next: `../pseudo.rs`.

use super::super::expression::{Body, Expression};
use super::super::fixup::Kind;
use super::super::lexer::{Fault, Token};
use super::super::operands::Operands;
use super::super::problem::Problem;
use super::super::source::Span;
use super::super::statement::FirstPass;
use super::super::value::Value;
use super::number::{EXPECTED_LOWER, Lower, ZERO12, imm12};
use crate::machine::isa::{Instruction, Load, Register, Store, Upper};

/// Where a load or a store goes.
// ANCHOR: memory
enum Memory {
    /// So far from what is in a register, which comes next.
    Near(Lower),
    /// To an address.
    Far(Expression),
}
// ANCHOR_END: memory

impl FirstPass {
    /// `lw a0, 4(sp)`, or `lw a0, variable`, which takes two instructions.
    // ANCHOR: load
    pub(super) fn load(
        &mut self,
        op: Load,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let at = operands.span();
        let rd = operands.register()?;
        operands.comma()?;
        let with = |rs1, offset| Instruction::Load {
            op,
            rd,
            rs1,
            offset,
        };
        match self.memory_operand(operands)? {
            Memory::Near(lower) => {
                let rs1 = operands.base()?;
                operands.end()?;
                self.emit_lower(|offset| with(rs1, offset), lower, span)
            }
            Memory::Far(expression) => {
                operands.end()?;
                if rd == Register::ZERO {
                    return Err((at, Problem::IntoZero));
                }
                self.emit_distance(rd, with(rd, ZERO12), expression, span)
            }
        }
    }
    // ANCHOR_END: load

    /// `sw a0, 4(sp)`, or `sw a0, variable, t0`, which takes two instructions,
    /// and a register for the address.
    // ANCHOR: store
    pub(super) fn store(
        &mut self,
        op: Store,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let rs2 = operands.register()?;
        operands.comma()?;
        let with = |rs1, offset| Instruction::Store {
            op,
            rs1,
            rs2,
            offset,
        };
        match self.memory_operand(operands)? {
            Memory::Near(lower) => {
                let rs1 = operands.base()?;
                operands.end()?;
                self.emit_lower(|offset| with(rs1, offset), lower, span)
            }
            Memory::Far(expression) => {
                operands.expect(",", "a comma and a register for the address")?;
                let at = operands.span();
                let rs1 = operands.register()?;
                operands.end()?;
                if rs1 == Register::ZERO {
                    return Err((at, Problem::IntoZero));
                }
                self.emit_distance(rs1, with(rs1, ZERO12), expression, span)
            }
        }
    }
    // ANCHOR_END: store

    /// `auipc through, …` and `second`, which together reach any address.
    // ANCHOR: emit_distance
    pub(in super::super) fn emit_distance(
        &mut self,
        through: Register,
        second: Instruction,
        target: Expression,
        span: Span,
    ) -> Result<(), Fault> {
        let first = Instruction::Auipc {
            rd: through,
            upper: Upper::from_low_bits(0),
        };
        self.emit_open(first, Kind::Distance, target, span)?;
        self.emit(second, span)
    }
    // ANCHOR_END: emit_distance

    /// The part of an operand before `(sp)`, which may be missing.
    // ANCHOR: offset_and_memory_operand
    pub(super) fn offset(&mut self, operands: &mut Operands<'_, '_>) -> Result<Lower, Fault> {
        if operands.is_base() {
            Ok(Lower::Known(ZERO12))
        } else {
            self.lower(operands)
        }
    }

    /// What comes before `(sp)`, or an address without it.
    fn memory_operand(&mut self, operands: &mut Operands<'_, '_>) -> Result<Memory, Fault> {
        if operands.is_base() {
            return Ok(Memory::Near(Lower::Known(ZERO12)));
        }
        if let Some((kind, expression)) = self.half(operands, EXPECTED_LOWER)? {
            return Ok(Memory::Near(Lower::Open(kind, expression)));
        }
        let expression = self.expression(operands)?;
        if matches!(operands.peek(), Token::Mark("(")) {
            return Ok(Memory::Near(Lower::Known(imm12(&expression)?)));
        }
        match expression.body {
            Body::Known(Value::Number(_)) => Err((expression.span, Problem::NumberAsAddress)),
            _ => Ok(Memory::Far(expression)),
        }
    }
    // ANCHOR_END: offset_and_memory_operand
}
