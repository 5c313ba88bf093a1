//! What the first pass leaves open: numbers that are written into instructions
//! and data when all addresses are known. GNU calls a number that the assembler
//! leaves to the linker a *relocation*.
//!
//! Source: the RISC-V ELF psABI, section "Relocations".
//!
//! Knows nothing of names. Read next: `link.rs`.

use super::expression::Expression;
use super::problem::Problem;
use super::section::Place;
use crate::machine::isa::{Imm12, Instruction, JumpOffset, Upper};

/// A number that is to be written somewhere.
// ANCHOR: fixup
#[derive(Debug)]
pub(super) struct Fixup {
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) expression: Expression,
}

/// Which number, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `%hi(x)`: the upper 20 bits.
    Upper,
    /// `%lo(x)`: the lower 12 bits, as a number from -2048 to 2047.
    Lower,
    /// `%pcrel_hi(x)`: the upper 20 bits of the distance to `x`.
    UpperDistance,
    /// `%pcrel_lo(label)`: the lower 12 bits of the distance whose upper 20
    /// bits are at `label`.
    LowerDistance,
    /// Both of these, in two instructions in a row.
    Distance,
    /// How far a jump goes.
    Jump,
    /// So many bytes of data.
    Data(u8),
}
// ANCHOR_END: fixup

/// A number of 32 bits in two: the upper 20 bits, and what is to be added to
/// them, from -2048 to 2047. So if the lower 12 bits are negative, the upper
/// ones are one more than those of the number.
///
/// ```text
///   0x12345678  =  0x12345000 + 0x678
///   0x12345fff  =  0x12346000 - 1
/// ```
// ANCHOR: split
pub(super) fn split(number: u32) -> (Upper, Imm12) {
    let lower = Imm12::from_low_bits(number);
    let upper = number.wrapping_sub(lower.get() as u32);
    (Upper::from_low_bits(upper), lower)
}
// ANCHOR_END: split

/// The same instruction with its upper number exchanged.
// ANCHOR: with_upper
pub(super) fn with_upper(instruction: Instruction, number: u32) -> Instruction {
    let upper = split(number).0;
    match instruction {
        Instruction::Lui { rd, .. } => Instruction::Lui { rd, upper },
        Instruction::Auipc { rd, .. } => Instruction::Auipc { rd, upper },
        other => other,
    }
}
// ANCHOR_END: with_upper

/// The same instruction with its number of 12 bits exchanged.
// ANCHOR: with_lower
pub(super) fn with_lower(instruction: Instruction, number: u32) -> Instruction {
    let offset = split(number).1;
    match instruction {
        Instruction::OpImm { op, rd, rs1, .. } => {
            let imm = offset;
            Instruction::OpImm { op, rd, rs1, imm }
        }
        Instruction::Jalr { rd, rs1, .. } => Instruction::Jalr { rd, rs1, offset },
        Instruction::Load { op, rd, rs1, .. } => Instruction::Load {
            op,
            rd,
            rs1,
            offset,
        },
        Instruction::Store { op, rs1, rs2, .. } => Instruction::Store {
            op,
            rs1,
            rs2,
            offset,
        },
        other => other,
    }
}
// ANCHOR_END: with_lower

/// How far a jump goes, if a jump can go that far.
// ANCHOR: jump_offset
pub(super) fn jump_offset(distance: u32) -> Result<JumpOffset, Problem> {
    let distance = distance as i32;
    JumpOffset::new(distance).ok_or(Problem::TooFar {
        distance: distance.into(),
    })
}
// ANCHOR_END: jump_offset

/// A number in the room of so many bytes, the lowest first, and whether all of
/// it has found room there.
// ANCHOR: data
pub(super) fn data(number: i64, bytes: u8) -> (Vec<u8>, bool) {
    let bits = u32::from(bytes) * 8;
    let fits = bits >= 64 || (-1 << (bits - 1)..1 << bits).contains(&number);
    (number.to_le_bytes()[..usize::from(bytes)].to_vec(), fits)
}
// ANCHOR_END: data

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_halves_add_up() {
        for number in [
            0,
            1,
            0x7ff,
            0x800,
            0xfff,
            0x1000,
            0x1234_5678,
            0x7fff_ffff,
            u32::MAX,
        ] {
            let (upper, lower) = split(number);
            let sum = upper.get().wrapping_add(lower.get());
            assert_eq!(sum as u32, number);
        }
        assert_eq!(split(0x1234_5fff).0.get(), 0x1234_6000);
    }

    #[test]
    fn data_has_room_for_signed_and_unsigned_numbers() {
        assert_eq!(data(-128, 1), (vec![0x80], true));
        assert_eq!(data(255, 1), (vec![0xff], true));
        assert_eq!(data(256, 1), (vec![0], false));
        assert_eq!(data(-129, 1), (vec![0x7f], false));
        assert_eq!(data(-1, 8), (vec![0xff; 8], true));
        assert_eq!(data(0x1234, 2), (vec![0x34, 0x12], true));
    }
}
