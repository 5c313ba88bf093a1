//! The comparison with signs, by the one without.

use kernel_sim::machine::cpu::{self, Registers};
use kernel_sim::machine::isa::{Instruction, Op, Register};
use kernel_sim::machine::memory::{AddressSpace, Section};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Whether `a` is less than `b`, both being signed: as `slt` says.
    pub(super) fn is_less(a: u32, b: u32) -> bool {
        a < b // That is `sltu`.
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn is_less(a: u32, b: u32) -> bool {
        const SIGN: u32 = 0x8000_0000;
        a ^ SIGN < b ^ SIGN
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::is_less);
}

pub(super) fn check_solution() {
    check(solution::is_less);
}

/// The CPU is asked.
fn check(answer: fn(u32, u32) -> bool) {
    let slt = Instruction::Op {
        op: Op::Slt,
        rd: Register::A0,
        rs1: Register::A0,
        rs2: Register::A1,
    };
    let mut memory = AddressSpace::default();
    let section = Section::code(0x1_0000, &slt.encode().to_le_bytes());
    memory
        .place(section.expect("it can be there"))
        .expect("it is alone");
    let ends = [0, 0x7fff_fff0, 0x8000_0000, 0xffff_fff0];
    let values = ends.map(|end: u32| (0..16).map(move |more| end + more));
    let values: Vec<u32> = values.into_iter().flatten().collect();
    for &a in &values {
        for &b in &values {
            let mut registers = Registers::starting_at(0x1_0000);
            registers.set(Register::A0, a);
            registers.set(Register::A1, b);
            cpu::step(&mut registers, &memory).expect("it does not trap");
            let less = registers.get(Register::A0) == 1;
            assert_eq!(answer(a, b), less, "{a:#x} and {b:#x}");
        }
    }
}
