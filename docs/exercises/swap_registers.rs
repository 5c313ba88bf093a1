//! A pseudo-instruction that exchanges two registers.

use kernel_sim::machine::cpu::{self, Registers};
use kernel_sim::machine::isa::{Instruction, Op, Register};
use kernel_sim::machine::memory::{AddressSpace, Section};

/// What the reader begins with.
mod start {
    use super::{Instruction, Op, Register};

    // ANCHOR: start
    // What `swap a, b` stands for: afterwards each has what the other one had, and no further
    // register has changed.
    pub(super) fn swap(a: Register, b: Register) -> Vec<Instruction> {
        let copy = |rd, rs1| Instruction::Op {
            op: Op::Add,
            rd,
            rs1,
            rs2: Register::ZERO,
        };
        vec![copy(a, b), copy(b, a)] // What was in `a` is lost here.
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Instruction, Op, Register};

    // ANCHOR: solution
    pub(super) fn swap(a: Register, b: Register) -> Vec<Instruction> {
        if a == b {
            return Vec::new();
        }
        let mix = |rd| Instruction::Op {
            op: Op::Xor,
            rd,
            rs1: a,
            rs2: b,
        };
        vec![mix(a), mix(b), mix(a)]
    }
    // ANCHOR_END: solution
}

type Swap = fn(Register, Register) -> Vec<Instruction>;

pub(super) fn check_start() {
    check(start::swap);
}

pub(super) fn check_solution() {
    check(solution::swap);
}

/// The CPU executes it, with all pairs of registers but `zero`.
fn check(swap: Swap) {
    let registers = || Register::all().filter(|register| *register != Register::ZERO);
    let word = |register: Register| 0x9e37_79b9_u32.wrapping_mul(register.number().into());
    for a in registers() {
        for b in registers() {
            let instructions = swap(a, b);
            let words = instructions.iter().map(|instruction| instruction.encode());
            let code: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
            let mut memory = AddressSpace::default();
            if !code.is_empty() {
                let section = Section::code(0x1_0000, &code).expect("it can be there");
                memory.place(section).expect("it is alone");
            }
            let mut now = Registers::starting_at(0x1_0000);
            for register in registers() {
                now.set(register, word(register));
            }
            for _ in &instructions {
                cpu::step(&mut now, &memory).expect("it does not trap");
            }
            for register in registers() {
                let other = match register {
                    _ if register == a => b,
                    _ if register == b => a,
                    _ => register,
                };
                assert_eq!(now.get(register), word(other), "{register} in swap {a},{b}");
            }
        }
    }
}
