//! How an instruction is written: as GNU `objdump -M no-aliases` prints it, and
//! as GNU `as` reads it.
//!
//! Pseudo-instructions are not among it. `li a0,5` is how a person writes
//! `addi a0,zero,5`; the CPU has never heard of it.

use std::fmt;

use super::Instruction;

impl Instruction {
    /// The same, for an instruction that stands at the address `pc`: it prints
    /// where a branch or a jump goes instead of how far.
    ///
    /// ```
    /// use kernel_sim::machine::isa::{Instruction, JumpOffset, Register};
    ///
    /// let offset = JumpOffset::new(-16).unwrap();
    /// let jump = Instruction::Jal { rd: Register::ZERO, offset };
    /// assert_eq!(jump.to_string(), "jal zero,.-16");
    /// assert_eq!(jump.at(0x10020).to_string(), "jal zero,0x10010");
    /// ```
    // ANCHOR: at
    pub fn at(self, pc: u32) -> At {
        At {
            instruction: self,
            pc: Some(pc),
        }
    }
    // ANCHOR_END: at
}

// ANCHOR: at_parts
impl fmt::Display for Instruction {
    /// Where a branch or a jump goes is written from where it stands, `.+8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = At {
            instruction: *self,
            pc: None,
        };
        fmt::Display::fmt(&at, f)
    }
}

/// An instruction and where it stands. Made by [`Instruction::at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    instruction: Instruction,
    pc: Option<u32>,
}

impl At {
    fn target(&self, offset: i32) -> Target {
        Target {
            pc: self.pc,
            offset,
        }
    }
}
// ANCHOR_END: at_parts

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instruction {
            // ANCHOR: text_of_places
            Instruction::Lui { rd, upper } => {
                write!(f, "lui {rd},{:#x}", upper.get() as u32 >> 12)
            }
            Instruction::Auipc { rd, upper } => {
                write!(f, "auipc {rd},{:#x}", upper.get() as u32 >> 12)
            }
            Instruction::Jal { rd, offset } => {
                write!(f, "jal {rd},{}", self.target(offset.get()))
            }
            Instruction::Jalr { rd, rs1, offset } => write!(f, "jalr {rd},{offset}({rs1})"),
            Instruction::Branch {
                op,
                rs1,
                rs2,
                offset,
            } => {
                let target = self.target(offset.get());
                write!(f, "{} {rs1},{rs2},{target}", op.mnemonic())
            }
            // ANCHOR_END: text_of_places
            // ANCHOR: text_of_work
            Instruction::Load {
                op,
                rd,
                rs1,
                offset,
            } => write!(f, "{} {rd},{offset}({rs1})", op.mnemonic()),
            Instruction::Store {
                op,
                rs1,
                rs2,
                offset,
            } => write!(f, "{} {rs2},{offset}({rs1})", op.mnemonic()),
            Instruction::OpImm { op, rd, rs1, imm } => {
                write!(f, "{} {rd},{rs1},{imm}", op.mnemonic())
            }
            Instruction::Shift { op, rd, rs1, shamt } => {
                write!(f, "{} {rd},{rs1},{:#x}", op.mnemonic(), shamt.get())
            }
            Instruction::Op { op, rd, rs1, rs2 } => {
                write!(f, "{} {rd},{rs1},{rs2}", op.mnemonic())
            }
            Instruction::Fence(fence) => write!(f, "{fence}"),
            Instruction::Ecall => f.write_str("ecall"),
            Instruction::Ebreak => f.write_str("ebreak"),
            // ANCHOR_END: text_of_work
        }
    }
}

/// Where a branch or a jump goes.
// ANCHOR: target
struct Target {
    pc: Option<u32>,
    offset: i32,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pc {
            Some(pc) => write!(f, "{:#x}", pc.wrapping_add_signed(self.offset)),
            None => write!(f, ".{:+}", self.offset),
        }
    }
}
// ANCHOR_END: target
