//! Pseudo-instructions: what is handy to write, and the instructions that it
//! stands for.
//!
//! ```text
//!   mv  a0, a1        addi a0, a1, 0
//!   li  a0, 0x12345   lui  a0, 0x12
//!                     addi a0, a0, 0x345
//!   la  a0, message   auipc a0, the upper 20 bits of the distance to message
//!                     addi  a0, a0, the lower 12 bits
//!   beqz a0, done     beq  a0, zero, done
//!   ret               jalr zero, 0(ra)
//! ```
//!
//! Source: the RISC-V Assembly Programmer's Manual, "A listing of standard
//! RISC-V pseudoinstructions".
//!
//! Read next: `evaluate.rs`, where the second pass begins.

use super::expression::Expression;
use super::fixup;
use super::instruction::{Lower, comma_register, word};
use super::lexer::{Fault, Token};
use super::operands::Operands;
use super::problem::Problem;
use super::source::Span;
use super::statement::FirstPass;
use crate::machine::isa::{Branch, Imm12, Instruction, Op, OpImm, Register, Shamt, Shift};

/// For suggestions. Without `scall` and `sbreak`, which are old names of `ecall`
/// and `ebreak`.
// ANCHOR: pseudo_names
pub(super) const ALL: &str = "nop li la lla mv move not neg seqz snez sltz sgtz sgt sgtu zext.b \
    zext.h sext.b sext.h beqz bnez blez bgez bltz bgtz bgt ble bgtu bleu j jr ret call tail jump \
    unimp";

const ZERO: Register = Register::ZERO;
const T1: Register = Register::new(6).unwrap();
// ANCHOR_END: pseudo_names

// ANCHOR: op_imm
fn op_imm(op: OpImm, rd: Register, rs1: Register, imm: i32) -> Instruction {
    let imm = Imm12::from_low_bits(imm as u32);
    Instruction::OpImm { op, rd, rs1, imm }
}
// ANCHOR_END: op_imm

impl FirstPass {
    /// Appends what the pseudo-instruction called `name`, in lower case, stands
    /// for, if it is one. Its operands are next.
    // ANCHOR: pseudo
    pub(super) fn pseudo(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<bool, Fault> {
        match name {
            "nop" => self.finish(op_imm(OpImm::Addi, ZERO, ZERO, 0), span, operands)?,
            "ret" => {
                let offset = Imm12::from_low_bits(0);
                let (rd, rs1) = (ZERO, Register::RA);
                self.finish(Instruction::Jalr { rd, rs1, offset }, span, operands)?;
            }
            "scall" => self.finish(Instruction::Ecall, span, operands)?,
            "sbreak" => self.finish(Instruction::Ebreak, span, operands)?,
            "unimp" => self.unimp(span, operands)?,
            "li" => self.li(span, operands)?,
            "la" | "lla" => self.la(span, operands)?,
            "j" => self.jump_to(ZERO, span, operands)?,
            "jr" => self.jump_through(ZERO, span, operands)?,
            "call" => self.call(span, operands)?,
            "tail" => self.far_jump(ZERO, T1, span, operands)?,
            "jump" => self.jump(span, operands)?,
            _ => {
                return Ok(self.of_two(name, span, operands)?
                    || self.sign_or_zero_extend(name, span, operands)?
                    || self.swapped(name, span, operands)?
                    || self.branch(name, span, operands)?);
            }
        }
        Ok(true)
    }
    // ANCHOR_END: pseudo

    /// Those with a result and one operand, which take one instruction.
    // ANCHOR: of_two
    fn of_two(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<bool, Fault> {
        let register = |op| move |rd, rs1, rs2| Instruction::Op { op, rd, rs1, rs2 };
        let make: &dyn Fn(Register, Register) -> Instruction = match name {
            "mv" | "move" => &|rd, rs| op_imm(OpImm::Addi, rd, rs, 0),
            "not" => &|rd, rs| op_imm(OpImm::Xori, rd, rs, -1),
            "seqz" => &|rd, rs| op_imm(OpImm::Sltiu, rd, rs, 1),
            "zext.b" => &|rd, rs| op_imm(OpImm::Andi, rd, rs, 0xff),
            "neg" => &|rd, rs| register(Op::Sub)(rd, ZERO, rs),
            "snez" => &|rd, rs| register(Op::Sltu)(rd, ZERO, rs),
            "sltz" => &|rd, rs| register(Op::Slt)(rd, rs, ZERO),
            "sgtz" => &|rd, rs| register(Op::Slt)(rd, ZERO, rs),
            _ => return Ok(false),
        };
        let (rd, rs) = (operands.register()?, comma_register(operands)?);
        self.finish(make(rd, rs), span, operands)?;
        Ok(true)
    }
    // ANCHOR_END: of_two

    /// Those that shift to the left and back.
    // ANCHOR: sign_or_zero_extend
    fn sign_or_zero_extend(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<bool, Fault> {
        let (back, bits) = match name {
            "sext.b" => (Shift::Srai, 24),
            "sext.h" => (Shift::Srai, 16),
            "zext.h" => (Shift::Srli, 16),
            _ => return Ok(false),
        };
        let (rd, rs) = (operands.register()?, comma_register(operands)?);
        operands.end()?;
        let shamt = Shamt::new(bits).expect("less than 32");
        for (op, rs1) in [(Shift::Slli, rs), (back, rd)] {
            self.emit(Instruction::Shift { op, rd, rs1, shamt }, span)?;
        }
        Ok(true)
    }
    // ANCHOR_END: sign_or_zero_extend

    /// Greater is less, the other way round.
    // ANCHOR: swapped
    fn swapped(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<bool, Fault> {
        let op = match name {
            "sgt" => Op::Slt,
            "sgtu" => Op::Sltu,
            _ => return Ok(false),
        };
        let rd = operands.register()?;
        let (rs2, rs1) = (comma_register(operands)?, comma_register(operands)?);
        self.finish(Instruction::Op { op, rd, rs1, rs2 }, span, operands)?;
        Ok(true)
    }
    // ANCHOR_END: swapped

    /// Branches that compare with zero, or the other way round.
    // ANCHOR: branch
    fn branch(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<bool, Fault> {
        let (op, is_swapped, with_zero) = match name {
            "beqz" => (Branch::Beq, false, true),
            "bnez" => (Branch::Bne, false, true),
            "bgez" => (Branch::Bge, false, true),
            "bltz" => (Branch::Blt, false, true),
            "blez" => (Branch::Bge, true, true),
            "bgtz" => (Branch::Blt, true, true),
            "bgt" => (Branch::Blt, true, false),
            "ble" => (Branch::Bge, true, false),
            "bgtu" => (Branch::Bltu, true, false),
            "bleu" => (Branch::Bgeu, true, false),
            _ => return Ok(false),
        };
        let first = operands.register()?;
        let second = if with_zero {
            ZERO
        } else {
            comma_register(operands)?
        };
        let (rs1, rs2) = if is_swapped {
            (second, first)
        } else {
            (first, second)
        };
        self.branch_to(op, rs1, rs2, span, operands)?;
        Ok(true)
    }
    // ANCHOR_END: branch

    /// `li rd, number`: one instruction or two, as few as will do.
    // ANCHOR: li
    fn li(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let rd = operands.register()?;
        operands.comma()?;
        if matches!(operands.peek(), Token::Mark("%")) {
            // `li a0, %lo(x)` is `addi a0, zero, %lo(x)`.
            let lower = self.lower(operands)?;
            operands.end()?;
            return match lower {
                Lower::Known(imm) => self.emit(op_imm(OpImm::Addi, rd, ZERO, imm.get()), span),
                Lower::Open(kind, expression) => {
                    self.emit_open(op_imm(OpImm::Addi, rd, ZERO, 0), kind, expression, span)
                }
            };
        }
        let expression = self.known_expression(operands)?;
        operands.end()?;
        self.load_number(rd, word(&expression)?, span)
    }
    // ANCHOR_END: li

    // ANCHOR: load_number
    fn load_number(&mut self, rd: Register, number: i32, span: Span) -> Result<(), Fault> {
        let (upper, lower) = fixup::split(number as u32);
        let mut from = ZERO;
        if upper.get() != 0 {
            self.emit(Instruction::Lui { rd, upper }, span)?;
            // As after `%hi`; see `emit_open`.
            self.end_fragment();
            from = rd;
        }
        if lower.get() != 0 || upper.get() == 0 {
            self.emit(op_imm(OpImm::Addi, rd, from, lower.get()), span)?;
        }
        Ok(())
    }
    // ANCHOR_END: load_number

    /// `la rd, label`, or `la rd, number`, which is `li`.
    // ANCHOR: la
    fn la(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let at = operands.span();
        let rd = operands.register()?;
        operands.comma()?;
        let expression = self.expression(operands)?;
        operands.end()?;
        if rd == ZERO {
            return Err((at, Problem::IntoZero));
        }
        if expression.number().is_some() {
            return self.load_number(rd, word(&expression)?, span);
        }
        self.emit_distance(rd, op_imm(OpImm::Addi, rd, rd, 0), expression, span)
    }
    // ANCHOR_END: la

    /// `call function`, which goes through `ra`, or `call t0, function`, which
    /// goes through `t1`.
    // ANCHOR: call
    fn call(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        if !operands.is_name_and(",") {
            return self.far_jump(Register::RA, Register::RA, span, operands);
        }
        let rd = operands.register()?;
        operands.comma()?;
        self.far_jump(rd, T1, span, operands)
    }

    /// `jump function, t0`
    fn jump(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let target = self.expression(operands)?;
        operands.comma()?;
        let at = operands.span();
        let through = operands.register()?;
        operands.end()?;
        if through == ZERO {
            return Err((at, Problem::IntoZero));
        }
        self.emit_far_jump(ZERO, through, target, span)
    }
    // ANCHOR_END: call

    // ANCHOR: far_jump
    fn far_jump(
        &mut self,
        rd: Register,
        through: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let target = self.expression(operands)?;
        // `function@plt` is for functions of shared libraries, of which there
        // are none; so it is the function itself.
        if operands.take("@") {
            let unexpected = operands.unexpected("`plt`");
            if operands.name("`plt`")?.0 != "plt" {
                return Err(unexpected);
            }
        }
        operands.end()?;
        self.emit_far_jump(rd, through, target, span)
    }

    fn emit_far_jump(
        &mut self,
        rd: Register,
        through: Register,
        target: Expression,
        span: Span,
    ) -> Result<(), Fault> {
        let offset = Imm12::from_low_bits(0);
        let rs1 = through;
        let second = Instruction::Jalr { rd, rs1, offset };
        self.emit_distance(through, second, target, span)?;
        self.end_fragment();
        Ok(())
    }
    // ANCHOR_END: far_jump

    /// An instruction that no RISC-V computer has: GNU's assembler writes one
    /// that would write to a counter that can only be read.
    // ANCHOR: unimp
    fn unimp(&mut self, span: Span, operands: &Operands<'_, '_>) -> Result<(), Fault> {
        const CSRRW_CYCLE: u32 = 0xc000_1073;
        operands.end()?;
        let section = self.collected.sections.current();
        let put = section.put(&CSRRW_CYCLE.to_le_bytes());
        put.map_err(|problem| (span, problem))
    }
    // ANCHOR_END: unimp
}
