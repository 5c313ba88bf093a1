//! A jump is made to go elsewhere.

use kernel_sim::machine::isa::{Instruction, JumpOffset, Register};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The word of the same jump, a `jal`, at the same address, if it is to go to `target`.
    // `None` if `word` is no `jal`, or no `jal` goes there from here.
    pub(super) fn retarget(word: u32, address: u32, target: u32) -> Option<u32> {
        // The distance is somewhere in the upper twenty bits, but not like this.
        let distance = target.wrapping_sub(address);
        Some(word & 0xfff | distance << 12)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Instruction, JumpOffset};

    // ANCHOR: solution
    pub(super) fn retarget(word: u32, address: u32, target: u32) -> Option<u32> {
        let Some(Instruction::Jal { rd, .. }) = Instruction::decode(word) else {
            return None;
        };
        let distance = target.wrapping_sub(address).cast_signed();
        let offset = JumpOffset::new(distance)?;
        Some(Instruction::Jal { rd, offset }.encode())
    }
    // ANCHOR_END: solution
}

type Answer = fn(u32, u32, u32) -> Option<u32>;

pub(super) fn check_start() {
    check(start::retarget);
}

pub(super) fn check_solution() {
    check(solution::retarget);
}

/// What comes out is printed, with its address: there it says where it goes.
fn check(answer: Answer) {
    let address = 0x20_0000;
    let jumps = [Register::ZERO, Register::RA].map(|rd| {
        let offset = JumpOffset::new(64).expect("it is even and small");
        (rd, Instruction::Jal { rd, offset }.encode())
    });
    let far = 1_u32 << 20;
    for (rd, jump) in jumps {
        for distance in [0, 4, 8, 2046, 2048, 4096, 0x1_2344, far - 2] {
            for target in [address + distance, address - distance] {
                let word = answer(jump, address, target).expect("it is near enough");
                let instruction = Instruction::decode(word).expect("it is a jump");
                let text = instruction.at(address).to_string();
                assert_eq!(text, format!("jal {rd},{target:#x}"));
            }
        }
        assert!(answer(jump, address, address - far).is_some());
        for target in [address + far, address - far - 2, address + 7, 0x8000_0000] {
            assert_eq!(answer(jump, address, target), None, "{target:#x}");
        }
    }
    // addi a0,a0,1; beq a0,a1,.+8; nothing
    for word in [0x0015_0513, 0x00b5_0463, 0] {
        assert_eq!(answer(word, address, address), None);
    }
}
