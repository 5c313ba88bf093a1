//! The specification's table of instructions, written down independently: a
//! word is legal if, seen through one of the masks, it has these bits.
//!
//! Source: "RV32/64G Instruction Set Listings", RV32I and RV32M.

const OPCODE: u32 = 0x0000_007f;
const FUNCT3: u32 = 0x0000_707f;
const FUNCT7: u32 = 0xfe00_707f;
const ALL: u32 = 0xffff_ffff;

/// Mask and bits.
pub(crate) const WORDS: &[(u32, u32)] = &[
    (OPCODE, 0x0000_0037), // lui
    (OPCODE, 0x0000_0017), // auipc
    (OPCODE, 0x0000_006f), // jal
    (FUNCT3, 0x0000_0067), // jalr
    (FUNCT3, 0x0000_0063), // beq
    (FUNCT3, 0x0000_1063), // bne
    (FUNCT3, 0x0000_4063), // blt
    (FUNCT3, 0x0000_5063), // bge
    (FUNCT3, 0x0000_6063), // bltu
    (FUNCT3, 0x0000_7063), // bgeu
    (FUNCT3, 0x0000_0003), // lb
    (FUNCT3, 0x0000_1003), // lh
    (FUNCT3, 0x0000_2003), // lw
    (FUNCT3, 0x0000_4003), // lbu
    (FUNCT3, 0x0000_5003), // lhu
    (FUNCT3, 0x0000_0023), // sb
    (FUNCT3, 0x0000_1023), // sh
    (FUNCT3, 0x0000_2023), // sw
    (FUNCT3, 0x0000_0013), // addi
    (FUNCT3, 0x0000_2013), // slti
    (FUNCT3, 0x0000_3013), // sltiu
    (FUNCT3, 0x0000_4013), // xori
    (FUNCT3, 0x0000_6013), // ori
    (FUNCT3, 0x0000_7013), // andi
    (FUNCT7, 0x0000_1013), // slli
    (FUNCT7, 0x0000_5013), // srli
    (FUNCT7, 0x4000_5013), // srai
    (FUNCT7, 0x0000_0033), // add
    (FUNCT7, 0x4000_0033), // sub
    (FUNCT7, 0x0000_1033), // sll
    (FUNCT7, 0x0000_2033), // slt
    (FUNCT7, 0x0000_3033), // sltu
    (FUNCT7, 0x0000_4033), // xor
    (FUNCT7, 0x0000_5033), // srl
    (FUNCT7, 0x4000_5033), // sra
    (FUNCT7, 0x0000_6033), // or
    (FUNCT7, 0x0000_7033), // and
    (FUNCT7, 0x0200_0033), // mul
    (FUNCT7, 0x0200_1033), // mulh
    (FUNCT7, 0x0200_2033), // mulhsu
    (FUNCT7, 0x0200_3033), // mulhu
    (FUNCT7, 0x0200_4033), // div
    (FUNCT7, 0x0200_5033), // divu
    (FUNCT7, 0x0200_6033), // rem
    (FUNCT7, 0x0200_7033), // remu
    (FUNCT3, 0x0000_000f), // fence, whatever its other fields are
    (ALL, 0x0000_0073),    // ecall
    (ALL, 0x0010_0073),    // ebreak
];

pub(crate) fn is_legal(word: u32) -> bool {
    WORDS.iter().any(|(mask, bits)| word & mask == *bits)
}

#[test]
fn rv32i_has_forty_instructions_and_m_has_eight() {
    assert_eq!(WORDS.len(), 40 + 8);
}
