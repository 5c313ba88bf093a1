//! Which address two instructions make together.

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::machine::isa::Instruction;

/// What the reader begins with.
mod start {
    use super::Instruction;

    // ANCHOR: start
    // The address that the words of `auipc t0,…` and `addi t0,t0,…` make if the first of them is
    // at `address`; or that a load or a store goes to after the `auipc`. `None` for other words.
    pub(super) fn reaches(address: u32, first: u32, second: u32) -> Option<u32> {
        let Some(Instruction::Auipc { .. }) = Instruction::decode(first) else {
            return None;
        };
        Some(address + (first & 0xffff_f000) + (second >> 20)) // Also of a store?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Instruction;

    // ANCHOR: solution
    pub(super) fn reaches(address: u32, first: u32, second: u32) -> Option<u32> {
        let Some(Instruction::Auipc { rd, upper }) = Instruction::decode(first) else {
            return None;
        };
        let (base, lower) = match Instruction::decode(second)? {
            Instruction::OpImm { rs1, imm, .. } => (rs1, imm),
            Instruction::Load { rs1, offset, .. } => (rs1, offset),
            Instruction::Store { rs1, offset, .. } => (rs1, offset),
            _ => return None,
        };
        let distance = upper.get().wrapping_add(lower.get());
        (base == rd).then_some(address.wrapping_add_signed(distance))
    }
    // ANCHOR_END: solution
}

type Reaches = fn(u32, u32, u32) -> Option<u32>;

pub(super) fn check_start() {
    check(start::reaches);
}

pub(super) fn check_solution() {
    check(solution::reaches);
}

/// The words are the assembler's.
fn check(reaches: Reaches) {
    let statements = [
        "la t0, x",
        "lw a0, x",
        "lbu t1, x",
        "sw a0, x, t0",
        "sb a1, x, t1",
    ];
    for statement in statements {
        for distance in [0, 0x7f8, 0x800, 0xff0, 0x1000, 0x1234] {
            for text in [
                format!("{statement}\n .zero {distance}\n x: nop"),
                format!("x: .zero {distance}\n {statement}"),
                format!("{statement}\n .data\n .zero {distance}\n x: .word 5"),
            ] {
                let image = assemble("two.s", &text, Layout::default()).expect("it is right");
                let x = image.symbol("x").expect("it is defined").value;
                let at = image.lines.iter().find(|line| {
                    let text = text.lines().nth(line.line as usize - 1);
                    text.is_some_and(|text| text.contains(statement))
                });
                let address = at.expect("it is there").address;
                let word = |address: u32| {
                    let offset = (address - image.text.address) as usize;
                    let word = image.text.bytes[offset..offset + 4].try_into();
                    u32::from_le_bytes(word.expect("four bytes"))
                };
                let (first, second) = (word(address), word(address + 4));
                assert_eq!(reaches(address, first, second), Some(x), "{text}");
                assert_eq!(reaches(address, second, first), None, "{text}");
            }
        }
    }
    // auipc t0,1; addi t0,t1,4 and auipc t0,1; add t0,t0,t0
    assert_eq!(reaches(0, 0x0000_1297, 0x0043_0293), None);
    assert_eq!(reaches(0, 0x0000_1297, 0x0052_82b3), None);
}
