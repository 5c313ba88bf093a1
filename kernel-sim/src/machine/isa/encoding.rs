//! From an instruction to its word and back.
//!
//! There are six formats. The registers are in the same place in all of them,
//! and so is the sign of an immediate, in bit 31: a real CPU can read registers
//! and extend the sign while it still looks at the opcode. That is why the rest
//! of an immediate is scattered.
//!
//! ```text
//!     31        25 24     20 19     15 14    12 11      7 6       0
//!    ┌────────────┬─────────┬─────────┬────────┬─────────┬─────────┐
//!  R │   funct7   │   rs2   │   rs1   │ funct3 │   rd    │ opcode  │  add rd,rs1,rs2
//!    ├────────────┴─────────┼─────────┼────────┼─────────┼─────────┤
//!  I │      imm 11:0        │   rs1   │ funct3 │   rd    │ opcode  │  addi rd,rs1,imm
//!    ├────────────┬─────────┼─────────┼────────┼─────────┼─────────┤
//!  S │  imm 11:5  │   rs2   │   rs1   │ funct3 │ imm 4:0 │ opcode  │  sw rs2,imm(rs1)
//!    ├────────────┼─────────┼─────────┼────────┼─────────┼─────────┤
//!  B │ 12 | 10:5  │   rs2   │   rs1   │ funct3 │ 4:1 |11 │ opcode  │  beq rs1,rs2,imm
//!    ├────────────┴─────────┴─────────┴────────┼─────────┼─────────┤
//!  U │               imm 31:12                 │   rd    │ opcode  │  lui rd,imm
//!    ├─────────────────────────────────────────┼─────────┼─────────┤
//!  J │     20 | 10:1 | 11 | 19:12              │   rd    │ opcode  │  jal rd,imm
//!    └─────────────────────────────────────────┴─────────┴─────────┘
//! ```
//!
//! Source: "Base Instruction Formats" and "Immediate Encoding Variants" in the
//! chapter on RV32I.

use super::{
    Branch, BranchOffset, Fence, Imm12, Instruction, JumpOffset, Load, Op, OpImm, Register, Shamt,
    Shift, Store, Upper,
};

// ANCHOR: opcodes
pub(super) mod opcode {
    pub(in super::super) const LOAD: u32 = 0b00_000_11;
    pub(in super::super) const MISC_MEM: u32 = 0b00_011_11;
    pub(in super::super) const OP_IMM: u32 = 0b00_100_11;
    pub(in super::super) const AUIPC: u32 = 0b00_101_11;
    pub(in super::super) const STORE: u32 = 0b01_000_11;
    pub(in super::super) const OP: u32 = 0b01_100_11;
    pub(in super::super) const LUI: u32 = 0b01_101_11;
    pub(in super::super) const BRANCH: u32 = 0b11_000_11;
    pub(in super::super) const JALR: u32 = 0b11_001_11;
    pub(in super::super) const JAL: u32 = 0b11_011_11;
    pub(in super::super) const SYSTEM: u32 = 0b11_100_11;
}

const ECALL: u32 = opcode::SYSTEM;
const EBREAK: u32 = 1 << 20 | opcode::SYSTEM;
// ANCHOR_END: opcodes

impl Instruction {
    /// The instruction that this word encodes, or `None` if it is illegal.
    ///
    /// Says yes to exactly the words that [`encode`](Self::encode) makes.
    pub fn decode(word: u32) -> Option<Instruction> {
        // ANCHOR: fields
        let rd = Register::from_low_bits(word >> 7);
        let rs1 = Register::from_low_bits(word >> 15);
        let rs2 = Register::from_low_bits(word >> 20);
        let funct3 = field(word, 12, 3);
        let funct10 = field(word, 25, 7) << 3 | funct3;
        // ANCHOR_END: fields

        Some(match field(word, 0, 7) {
            // ANCHOR: decode_places
            opcode::LUI => Instruction::Lui {
                rd,
                upper: Upper::from_low_bits(word),
            },
            opcode::AUIPC => Instruction::Auipc {
                rd,
                upper: Upper::from_low_bits(word),
            },
            opcode::JAL => Instruction::Jal {
                rd,
                offset: j_immediate(word),
            },
            opcode::JALR if funct3 == 0 => Instruction::Jalr {
                rd,
                rs1,
                offset: i_immediate(word),
            },
            opcode::BRANCH => Instruction::Branch {
                op: Branch::with_bits(funct3)?,
                rs1,
                rs2,
                offset: b_immediate(word),
            },
            // ANCHOR_END: decode_places
            // ANCHOR: decode_work
            opcode::LOAD => Instruction::Load {
                op: Load::with_bits(funct3)?,
                rd,
                rs1,
                offset: i_immediate(word),
            },
            opcode::STORE => Instruction::Store {
                op: Store::with_bits(funct3)?,
                rs1,
                rs2,
                offset: s_immediate(word),
            },
            // A shift is in the I format, but its constant needs five bits
            // only: the others tell shifts apart, as in the R format.
            opcode::OP_IMM if matches!(funct3, 0b001 | 0b101) => Instruction::Shift {
                op: Shift::with_bits(funct10)?,
                rd,
                rs1,
                shamt: Shamt::new(field(word, 20, 5))?,
            },
            opcode::OP_IMM => Instruction::OpImm {
                op: OpImm::with_bits(funct3)?,
                rd,
                rs1,
                imm: i_immediate(word),
            },
            opcode::OP => Instruction::Op {
                op: Op::with_bits(funct10)?,
                rd,
                rs1,
                rs2,
            },
            opcode::MISC_MEM if funct3 == 0 => Instruction::Fence(Fence::of_word(word)),
            _ if word == ECALL => Instruction::Ecall,
            _ if word == EBREAK => Instruction::Ebreak,
            _ => return None,
            // ANCHOR_END: decode_work
        })
    }

    /// The word that encodes this instruction.
    // ANCHOR: encode
    pub fn encode(self) -> u32 {
        match self {
            Instruction::Lui { rd, upper } => u_format(opcode::LUI, rd, upper),
            Instruction::Auipc { rd, upper } => u_format(opcode::AUIPC, rd, upper),
            Instruction::Jal { rd, offset } => j_format(opcode::JAL, rd, offset),
            Instruction::Jalr { rd, rs1, offset } => i_format(opcode::JALR, 0, rd, rs1, offset),
            Instruction::Branch {
                op,
                rs1,
                rs2,
                offset,
            } => b_format(opcode::BRANCH, op.bits(), rs1, rs2, offset),
            Instruction::Load {
                op,
                rd,
                rs1,
                offset,
            } => i_format(opcode::LOAD, op.bits(), rd, rs1, offset),
            Instruction::Store {
                op,
                rs1,
                rs2,
                offset,
            } => s_format(opcode::STORE, op.bits(), rs1, rs2, offset),
            Instruction::OpImm { op, rd, rs1, imm } => {
                i_format(opcode::OP_IMM, op.bits(), rd, rs1, imm)
            }
            Instruction::Shift { op, rd, rs1, shamt } => {
                r_format(opcode::OP_IMM, op.bits(), rd, rs1, shamt.get())
            }
            Instruction::Op { op, rd, rs1, rs2 } => {
                r_format(opcode::OP, op.bits(), rd, rs1, rs2.number().into())
            }
            Instruction::Fence(fence) => fence.word(),
            Instruction::Ecall => ECALL,
            Instruction::Ebreak => EBREAK,
        }
    }
    // ANCHOR_END: encode
}

/// So many bits of the word, from bit `low` on.
// ANCHOR: immediates
const fn field(word: u32, low: u32, bits: u32) -> u32 {
    (word >> low) & ((1 << bits) - 1)
}

fn i_immediate(word: u32) -> Imm12 {
    Imm12::from_low_bits(word >> 20)
}

fn s_immediate(word: u32) -> Imm12 {
    Imm12::from_low_bits(field(word, 25, 7) << 5 | field(word, 7, 5))
}

fn b_immediate(word: u32) -> BranchOffset {
    BranchOffset::from_low_bits(
        field(word, 31, 1) << 12
            | field(word, 7, 1) << 11
            | field(word, 25, 6) << 5
            | field(word, 8, 4) << 1,
    )
}

fn j_immediate(word: u32) -> JumpOffset {
    JumpOffset::from_low_bits(
        field(word, 31, 1) << 20
            | field(word, 12, 8) << 12
            | field(word, 20, 1) << 11
            | field(word, 21, 10) << 1,
    )
}
// ANCHOR_END: immediates

/// `funct10` is `funct7` and `funct3`.
// ANCHOR: formats_r_i_s
fn r_format(opcode: u32, funct10: u32, rd: Register, rs1: Register, rs2: u32) -> u32 {
    (funct10 >> 3) << 25 | rs2 << 20 | in_rs1(rs1) | (funct10 & 7) << 12 | in_rd(rd) | opcode
}

fn i_format(opcode: u32, funct3: u32, rd: Register, rs1: Register, imm: Imm12) -> u32 {
    (imm.get() as u32) << 20 | in_rs1(rs1) | funct3 << 12 | in_rd(rd) | opcode
}

fn s_format(opcode: u32, funct3: u32, rs1: Register, rs2: Register, imm: Imm12) -> u32 {
    let imm = imm.get() as u32;
    field(imm, 5, 7) << 25
        | in_rs2(rs2)
        | in_rs1(rs1)
        | funct3 << 12
        | field(imm, 0, 5) << 7
        | opcode
}
// ANCHOR_END: formats_r_i_s

// ANCHOR: formats_b_u_j
fn b_format(opcode: u32, funct3: u32, rs1: Register, rs2: Register, imm: BranchOffset) -> u32 {
    let imm = imm.get() as u32;
    field(imm, 12, 1) << 31
        | field(imm, 5, 6) << 25
        | in_rs2(rs2)
        | in_rs1(rs1)
        | funct3 << 12
        | field(imm, 1, 4) << 8
        | field(imm, 11, 1) << 7
        | opcode
}

fn u_format(opcode: u32, rd: Register, imm: Upper) -> u32 {
    imm.get() as u32 | in_rd(rd) | opcode
}

fn j_format(opcode: u32, rd: Register, imm: JumpOffset) -> u32 {
    let imm = imm.get() as u32;
    field(imm, 20, 1) << 31
        | field(imm, 1, 10) << 21
        | field(imm, 11, 1) << 20
        | field(imm, 12, 8) << 12
        | in_rd(rd)
        | opcode
}
// ANCHOR_END: formats_b_u_j

// ANCHOR: places
fn in_rd(register: Register) -> u32 {
    u32::from(register.number()) << 7
}

fn in_rs1(register: Register) -> u32 {
    u32::from(register.number()) << 15
}

fn in_rs2(register: Register) -> u32 {
    u32::from(register.number()) << 20
}
// ANCHOR_END: places
