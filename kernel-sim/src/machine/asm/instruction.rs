//! The instructions of the CPU, as they are written: what operands each has.
//!
//! What of an instruction is not known yet is written as zero and left to a
//! fixup. How instructions become words is `isa/encoding.rs`'s.
//!
//! Source: the RISC-V Assembly Programmer's Manual, and what GNU's assembler
//! accepts besides: `add a0, a1, 5` for `addi a0, a1, 5`.
//!
//! Read next: `instruction/mnemonic.rs`.

mod memory;
mod mnemonic;
mod number;

use super::fixup::Kind;
use super::lexer::Fault;
use super::operands::Operands;
use super::problem::Problem;
use super::section::{FarBranch, Part, Tail};
use super::source::Span;
use super::statement::FirstPass;
use crate::machine::isa::{
    AccessSet, Branch, Fence, Instruction, JumpOffset, Op, OpImm, Register, Shamt, Shift, Upper,
};
use mnemonic::{Mnemonic, UpperOp};
use number::{EXPECTED_UPPER, ZERO12};

pub(super) use number::{Lower, word};

impl FirstPass {
    /// Appends the instruction called `name`, in lower case, or what the
    /// pseudo-instruction with this name stands for. Its operands are next.
    // ANCHOR: instruction
    pub(super) fn instruction(
        &mut self,
        name: &str,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        if self.collected.sections.current().part == Part::Bss {
            return Err((span, Problem::NotZero));
        }
        let found = Mnemonic::all().find(|&(mnemonic, _)| mnemonic == name);
        if let Some((_, mnemonic)) = found {
            return self.mnemonic(mnemonic, span, operands);
        }
        if self.pseudo(name, span, operands)? {
            return Ok(());
        }
        Err((span, mnemonic::unknown(name)))
    }
    // ANCHOR_END: instruction

    // ANCHOR: mnemonic
    fn mnemonic(
        &mut self,
        mnemonic: Mnemonic,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        match mnemonic {
            Mnemonic::Upper(op) => self.upper(op, span, operands),
            Mnemonic::Jal => self.jal(span, operands),
            Mnemonic::Jalr => self.jalr(span, operands),
            Mnemonic::Branch(op) => {
                let (rs1, rs2) = (operands.register()?, comma_register(operands)?);
                self.branch_to(op, rs1, rs2, span, operands)
            }
            Mnemonic::Load(op) => self.load(op, span, operands),
            Mnemonic::Store(op) => self.store(op, span, operands),
            Mnemonic::OpImm(op) => {
                let (rd, rs1) = (operands.register()?, comma_register(operands)?);
                operands.comma()?;
                self.op_imm(op, rd, rs1, span, operands)
            }
            Mnemonic::Shift(op) => {
                let (rd, rs1) = (operands.register()?, comma_register(operands)?);
                operands.comma()?;
                self.shift(op, rd, rs1, span, operands)
            }
            Mnemonic::Op(op) => self.op(op, span, operands),
            Mnemonic::Fence => self.finish(Instruction::Fence(fence(operands)?), span, operands),
            Mnemonic::FenceTso => self.finish(Instruction::Fence(Fence::TSO), span, operands),
            Mnemonic::Ecall => self.finish(Instruction::Ecall, span, operands),
            Mnemonic::Ebreak => self.finish(Instruction::Ebreak, span, operands),
        }
    }
    // ANCHOR_END: mnemonic

    /// Appends an instruction all of whose operands have been read.
    // ANCHOR: finish
    pub(super) fn finish(
        &mut self,
        instruction: Instruction,
        span: Span,
        operands: &Operands<'_, '_>,
    ) -> Result<(), Fault> {
        operands.end()?;
        self.emit(instruction, span)
    }
    // ANCHOR_END: finish

    /// `add a0, a1, a2`, or `add a0, a1, 5` if there is an instruction for it.
    // ANCHOR: op_registers
    fn op(&mut self, op: Op, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let (rd, rs1) = (operands.register()?, comma_register(operands)?);
        operands.comma()?;
        if operands.peek_register().is_none() {
            let with_number = match op {
                Op::Add => Some(OpImm::Addi),
                Op::Slt => Some(OpImm::Slti),
                Op::Sltu => Some(OpImm::Sltiu),
                Op::Xor => Some(OpImm::Xori),
                Op::Or => Some(OpImm::Ori),
                Op::And => Some(OpImm::Andi),
                _ => None,
            };
            if let Some(op) = with_number {
                return self.op_imm(op, rd, rs1, span, operands);
            }
            let with_shamt = match op {
                Op::Sll => Some(Shift::Slli),
                Op::Srl => Some(Shift::Srli),
                Op::Sra => Some(Shift::Srai),
                _ => None,
            };
            if let Some(op) = with_shamt {
                return self.shift(op, rd, rs1, span, operands);
            }
        }
        let rs2 = operands.register()?;
        self.finish(Instruction::Op { op, rd, rs1, rs2 }, span, operands)
    }
    // ANCHOR_END: op_registers

    // ANCHOR: op_imm_and_shift
    fn op_imm(
        &mut self,
        op: OpImm,
        rd: Register,
        rs1: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let lower = self.lower(operands)?;
        operands.end()?;
        let with = |imm| Instruction::OpImm { op, rd, rs1, imm };
        self.emit_lower(with, lower, span)
    }

    fn shift(
        &mut self,
        op: Shift,
        rd: Register,
        rs1: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let bits = self.known_expression(operands)?.number_in(0, 31)?;
        let shamt = Shamt::new(bits as u32).expect("0 to 31");
        self.finish(Instruction::Shift { op, rd, rs1, shamt }, span, operands)
    }
    // ANCHOR_END: op_imm_and_shift

    /// `lui a0, 0x12345`, `lui a0, %hi(message)`
    // ANCHOR: upper
    fn upper(
        &mut self,
        op: UpperOp,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let rd = operands.register()?;
        operands.comma()?;
        let with = |upper| match op {
            UpperOp::Lui => Instruction::Lui { rd, upper },
            UpperOp::Auipc => Instruction::Auipc { rd, upper },
        };
        if let Some((kind, expression)) = self.half(operands, EXPECTED_UPPER)? {
            operands.end()?;
            return self.emit_open(with(Upper::from_low_bits(0)), kind, expression, span);
        }
        let number = self.known_expression(operands)?.number_in(0, 0xf_ffff)?;
        let upper = Upper::from_low_bits((number as u32) << 12);
        self.finish(with(upper), span, operands)
    }
    // ANCHOR_END: upper

    /// `jal function`, `jal ra, function`
    // ANCHOR: jal_and_jump_to
    fn jal(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let rd = if operands.is_name_and(",") {
            let register = operands.register()?;
            operands.comma()?;
            register
        } else {
            Register::RA
        };
        self.jump_to(rd, span, operands)
    }

    /// A jump to the target that is next.
    pub(super) fn jump_to(
        &mut self,
        rd: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let target = self.expression(operands)?;
        operands.end()?;
        let offset = JumpOffset::from_low_bits(0);
        self.emit_open(Instruction::Jal { rd, offset }, Kind::Jump, target, span)
    }
    // ANCHOR_END: jal_and_jump_to

    /// A branch to the target that comes after the next comma.
    // ANCHOR: branch_to
    pub(super) fn branch_to(
        &mut self,
        op: Branch,
        rs1: Register,
        rs2: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        operands.comma()?;
        let target = self.expression(operands)?;
        operands.end()?;
        let section = self.collected.sections.current();
        // Eight bytes may come; they count when they do.
        section.put(&[]).map_err(|problem| (span, problem))?;
        section.end_fragment(Tail::Branch(FarBranch {
            op,
            rs1,
            rs2,
            target,
        }));
        Ok(())
    }
    // ANCHOR_END: branch_to

    /// `jalr a0`, `jalr ra, a0`, `jalr ra, 4(a0)`, `jalr ra, a0, 4`, and the
    /// last two without the first operand, which is `ra` then.
    // ANCHOR: jalr
    fn jalr(&mut self, span: Span, operands: &mut Operands<'_, '_>) -> Result<(), Fault> {
        let second = operands.peek_register().is_some() && operands.is_name_and(",");
        if !second {
            return self.jump_through(Register::RA, span, operands);
        }
        let rd = operands.register()?;
        operands.comma()?;
        if operands.peek_register().is_some() || operands.is_base() {
            return self.jump_through(rd, span, operands);
        }
        let lower = self.lower(operands)?;
        if operands.is_end() {
            // `jalr a0, 4` is `jalr ra, 4(a0)`.
            let with = |offset| Instruction::Jalr {
                rd: Register::RA,
                rs1: rd,
                offset,
            };
            return self.emit_lower(with, lower, span);
        }
        let rs1 = operands.base()?;
        operands.end()?;
        let with = |offset| Instruction::Jalr { rd, rs1, offset };
        self.emit_lower(with, lower, span)
    }
    // ANCHOR_END: jalr

    /// A jump through `a0`, `a0, 4`, or `4(a0)`.
    // ANCHOR: jump_through
    pub(super) fn jump_through(
        &mut self,
        rd: Register,
        span: Span,
        operands: &mut Operands<'_, '_>,
    ) -> Result<(), Fault> {
        let (rs1, lower) = if operands.peek_register().is_some() {
            let rs1 = operands.register()?;
            if operands.take(",") {
                (rs1, self.lower(operands)?)
            } else {
                (rs1, Lower::Known(ZERO12))
            }
        } else {
            let lower = self.offset(operands)?;
            (operands.base()?, lower)
        };
        operands.end()?;
        let with = |offset| Instruction::Jalr { rd, rs1, offset };
        self.emit_lower(with, lower, span)
    }
    // ANCHOR_END: jump_through
}

/// Takes a comma and a register.
// ANCHOR: comma_register
pub(super) fn comma_register(operands: &mut Operands<'_, '_>) -> Result<Register, Fault> {
    operands.comma()?;
    operands.register()
}
// ANCHOR_END: comma_register

/// `fence`, `fence w, r`
// ANCHOR: fence
fn fence(operands: &mut Operands<'_, '_>) -> Result<Fence, Fault> {
    if operands.is_end() {
        return Ok(Fence::FULL);
    }
    let before = access_set(operands)?;
    operands.comma()?;
    Ok(Fence::between(before, access_set(operands)?))
}

fn access_set(operands: &mut Operands<'_, '_>) -> Result<AccessSet, Fault> {
    let expected = "some of the letters of `iorw`, in this order";
    let unexpected = operands.unexpected(expected);
    let (name, _) = operands.name(expected)?;
    AccessSet::named(name).ok_or(unexpected)
}
// ANCHOR_END: fence
