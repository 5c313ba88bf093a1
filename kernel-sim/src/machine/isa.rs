//! The instructions that the simulated CPU knows: RV32I and M, which is what a
//! program without privileges may use on a small 32-bit RISC-V computer.
//!
//! An instruction is one word. This file says what instructions there are, and
//! knows nothing of registers' contents or of memory. `isa/encoding.rs` turns
//! them into words and back; `isa/disassembly.rs` writes them down. What they
//! do is in `cpu.rs`, which is to be read next.
//!
//! Source: the RISC-V Instruction Set Manual, Volume I: Unprivileged
//! Architecture; chapters "RV32I Base Integer Instruction Set" and "M
//! Extension", and the table of encodings in "RV32/64G Instruction Set
//! Listings".

#![expect(
    clippy::unusual_byte_groupings,
    reason = "the groups are the fields of a word"
)]

mod disassembly;
mod encoding;
mod fence;
mod immediate;
mod register;

pub use disassembly::At;
pub use fence::{AccessSet, Fence};
pub use immediate::{BranchOffset, Imm12, Immediate, JumpOffset, Shamt, Upper};
pub use register::Register;

/// One instruction.
///
/// `rd` is the register that it writes, `rs1` and `rs2` are those that it
/// reads. Every value of this type is a legal instruction and has exactly one
/// encoding; every legal word is exactly one value.
///
/// # What is in, and what is not
///
/// - `fence` with whatever bits in its unused fields, because the specification
///   says that they are to be ignored. `fence.tso` and `pause` are two of them.
/// - Not `fence.i`, the counters and the CSR instructions: these are the
///   extensions Zifencei, Zicntr and Zicsr, which `-march=rv32im` does not
///   include. Code is never written here, so that `fence.i` would have no use.
/// - Not compressed instructions: all instructions are four bytes long, and
///   stand at addresses that four divides.
///
/// ```
/// use kernel_sim::machine::isa::{Imm12, Instruction, OpImm, Register};
///
/// let add_one = Instruction::OpImm {
///     op: OpImm::Addi,
///     rd: Register::A0,
///     rs1: Register::A0,
///     imm: Imm12::new(1).unwrap(),
/// };
/// assert_eq!(add_one.encode(), 0x0015_0513);
/// assert_eq!(Instruction::decode(0x0015_0513), Some(add_one));
/// assert_eq!(add_one.to_string(), "addi a0,a0,1");
/// // A word of zeroes is illegal, so that whoever runs away comes to a halt.
/// assert_eq!(Instruction::decode(0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "fields have the specification's names")]
pub enum Instruction {
    /// `lui rd,upper`: load upper immediate. `rd` = `upper`.
    // ANCHOR: instruction_places
    Lui { rd: Register, upper: Upper },
    /// `auipc rd,upper`: add upper immediate to pc. `rd` = pc + `upper`.
    Auipc { rd: Register, upper: Upper },
    /// `jal rd,offset`: jump and link. `rd` = pc + 4; go to pc + `offset`.
    Jal { rd: Register, offset: JumpOffset },
    /// `jalr rd,offset(rs1)`: jump and link register. `rd` = pc + 4; go to
    /// `rs1` + `offset`, of which the lowest bit is cleared.
    Jalr {
        rd: Register,
        rs1: Register,
        offset: Imm12,
    },
    /// `beq rs1,rs2,offset` and so on: if `rs1` and `rs2` compare so, go to
    /// pc + `offset`.
    Branch {
        op: Branch,
        rs1: Register,
        rs2: Register,
        offset: BranchOffset,
    },
    // ANCHOR_END: instruction_places
    /// `lw rd,offset(rs1)` and so on: `rd` = what is at `rs1` + `offset`.
    // ANCHOR: instruction_work
    Load {
        op: Load,
        rd: Register,
        rs1: Register,
        offset: Imm12,
    },
    /// `sw rs2,offset(rs1)` and so on: `rs2` is written to `rs1` + `offset`.
    Store {
        op: Store,
        rs1: Register,
        rs2: Register,
        offset: Imm12,
    },
    /// `addi rd,rs1,imm` and so on: arithmetic with a constant.
    OpImm {
        op: OpImm,
        rd: Register,
        rs1: Register,
        imm: Imm12,
    },
    /// `slli rd,rs1,shamt` and so on: a shift by a constant.
    Shift {
        op: Shift,
        rd: Register,
        rs1: Register,
        shamt: Shamt,
    },
    /// `add rd,rs1,rs2` and so on: arithmetic with two registers.
    Op {
        op: Op,
        rd: Register,
        rs1: Register,
        rs2: Register,
    },
    // ANCHOR_END: instruction_work
    /// `fence`: what comes before in memory is seen before what comes after.
    /// With one CPU that is so anyway.
    // ANCHOR: instruction_alone
    Fence(Fence),
    /// `ecall`: calls the kernel.
    Ecall,
    /// `ebreak`: calls the debugger.
    Ebreak,
    // ANCHOR_END: instruction_alone
}

/// Defines what the instructions of one format are called and how they are
/// told apart.
// ANCHOR: operations
macro_rules! operations {
    (
        $(#[$doc:meta])*
        $name:ident: $repr:ident {
            $($(#[$variant_doc:meta])* $variant:ident $mnemonic:literal = $bits:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr($repr)]
        pub enum $name {
            $($(#[$variant_doc])* $variant = $bits,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// What it is called in a program's text.
            pub const fn mnemonic(self) -> &'static str {
                match self {
                    $($name::$variant => $mnemonic,)*
                }
            }

            /// The bits that tell it from the others of its opcode.
            const fn bits(self) -> u32 {
                self as u32
            }

            fn with_bits(bits: u32) -> Option<$name> {
                $name::ALL.iter().copied().find(|op| op.bits() == bits)
            }
        }
    };
}
// ANCHOR_END: operations

// ANCHOR: branch
operations! {
    /// How a branch compares. The number is the field `funct3`.
    Branch: u8 {
        /// Goes if equal.
        Beq "beq" = 0b000,
        /// Goes if not equal.
        Bne "bne" = 0b001,
        /// Goes if less, both being signed.
        Blt "blt" = 0b100,
        /// Goes if not less, both being signed.
        Bge "bge" = 0b101,
        /// Goes if less, both being unsigned.
        Bltu "bltu" = 0b110,
        /// Goes if not less, both being unsigned.
        Bgeu "bgeu" = 0b111,
    }
}
// ANCHOR_END: branch

// ANCHOR: load_and_store
operations! {
    /// What a load reads. The number is the field `funct3`.
    Load: u8 {
        /// A byte, whose sign fills the register.
        Lb "lb" = 0b000,
        /// A half word, whose sign fills the register.
        Lh "lh" = 0b001,
        /// A word.
        Lw "lw" = 0b010,
        /// A byte; the rest of the register is zero.
        Lbu "lbu" = 0b100,
        /// A half word; the rest of the register is zero.
        Lhu "lhu" = 0b101,
    }
}

operations! {
    /// What a store writes. The number is the field `funct3`.
    Store: u8 {
        /// The lowest byte.
        Sb "sb" = 0b000,
        /// The lower half word.
        Sh "sh" = 0b001,
        /// The word.
        Sw "sw" = 0b010,
    }
}
// ANCHOR_END: load_and_store

// ANCHOR: op_imm_and_shift
operations! {
    /// Arithmetic with a constant. The number is the field `funct3`.
    OpImm: u8 {
        /// The sum, modulo 2^32.
        Addi "addi" = 0b000,
        /// 1 if `rs1` is less than `imm`, both being signed; otherwise 0.
        Slti "slti" = 0b010,
        /// 1 if `rs1` is less than `imm`, which first gets 32 bits by its sign
        /// and is then taken as unsigned; otherwise 0.
        Sltiu "sltiu" = 0b011,
        /// Exclusive or.
        Xori "xori" = 0b100,
        /// Or.
        Ori "ori" = 0b110,
        /// And.
        Andi "andi" = 0b111,
    }
}

operations! {
    /// A shift by a constant. The number is the fields `funct7` and `funct3`.
    Shift: u16 {
        /// To the left.
        Slli "slli" = 0b0000000_001,
        /// To the right, zeroes coming in.
        Srli "srli" = 0b0000000_101,
        /// To the right, the sign coming in.
        Srai "srai" = 0b0100000_101,
    }
}
// ANCHOR_END: op_imm_and_shift

operations! {
    /// Arithmetic with two registers. The number is the fields `funct7` and
    /// `funct3`. Those with `funct7` = 1 are the M extension.
    Op: u16 {
        /// The sum, modulo 2^32.
        // ANCHOR: op
        Add "add" = 0b0000000_000,
        /// The difference `rs1` - `rs2`, modulo 2^32.
        Sub "sub" = 0b0100000_000,
        /// Shifts to the left by the low five bits of `rs2`.
        Sll "sll" = 0b0000000_001,
        /// 1 if `rs1` is less than `rs2`, both being signed; otherwise 0.
        Slt "slt" = 0b0000000_010,
        /// 1 if `rs1` is less than `rs2`, both being unsigned; otherwise 0.
        Sltu "sltu" = 0b0000000_011,
        /// Exclusive or.
        Xor "xor" = 0b0000000_100,
        /// Shifts to the right by the low five bits of `rs2`, zeroes coming in.
        Srl "srl" = 0b0000000_101,
        /// Shifts to the right by the low five bits of `rs2`, the sign coming in.
        Sra "sra" = 0b0100000_101,
        /// Or.
        Or "or" = 0b0000000_110,
        /// And.
        And "and" = 0b0000000_111,
        // ANCHOR_END: op
        /// The lower 32 bits of the product.
        // ANCHOR: op_m
        Mul "mul" = 0b0000001_000,
        /// The upper 32 bits of the product, both being signed.
        Mulh "mulh" = 0b0000001_001,
        /// The upper 32 bits of the product, `rs1` being signed and `rs2` unsigned.
        Mulhsu "mulhsu" = 0b0000001_010,
        /// The upper 32 bits of the product, both being unsigned.
        Mulhu "mulhu" = 0b0000001_011,
        /// The quotient of signed numbers, rounded towards zero. Division by
        /// zero gives -1, and -2^31 / -1 gives -2^31.
        Div "div" = 0b0000001_100,
        /// The quotient of unsigned numbers. Division by zero gives 2^32 - 1.
        Divu "divu" = 0b0000001_101,
        /// The remainder of signed numbers, with the sign of `rs1`. Division by
        /// zero gives `rs1`, and -2^31 / -1 leaves 0.
        Rem "rem" = 0b0000001_110,
        /// The remainder of unsigned numbers. Division by zero gives `rs1`.
        Remu "remu" = 0b0000001_111,
        // ANCHOR_END: op_m
    }
}
