//! Several sets of registers take turns in one CPU.

use kernel_sim::machine::cpu::{self, Registers, Trap};
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{AddressSpace, Section};

/// What the reader begins with.
mod start {
    use super::{AddressSpace, Registers, cpu};

    // ANCHOR: start
    // Lets each have the CPU for a quantum, again and again, until all have trapped by
    // something else than the timer. Gives their numbers, in the order in which they did.
    pub(super) fn take_turns(
        contexts: &mut [Registers],
        memory: &AddressSpace,
        _quantum: u64,
    ) -> Vec<usize> {
        let mut order = Vec::new();
        for (number, registers) in contexts.iter_mut().enumerate() {
            cpu::run(registers, memory, u64::MAX); // One after the other: not in turns.
            order.push(number);
        }
        order
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{AddressSpace, Registers, Trap, cpu};

    // ANCHOR: solution
    pub(super) fn take_turns(
        contexts: &mut [Registers],
        memory: &AddressSpace,
        quantum: u64,
    ) -> Vec<usize> {
        let mut order = Vec::new();
        while order.len() < contexts.len() {
            for (number, registers) in contexts.iter_mut().enumerate() {
                if !order.contains(&number)
                    && cpu::run(registers, memory, quantum).trap != Trap::Timer
                {
                    order.push(number);
                }
            }
        }
        order
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut [Registers], &AddressSpace, u64) -> Vec<usize>;

pub(super) fn check_start() {
    check(start::take_turns);
}

pub(super) fn check_solution() {
    check(solution::take_turns);
}

/// Each counts down from a number of its own: who counts less ends earlier, if they take
/// turns. And each has its own registers at the end.
fn check(answer: Answer) {
    // loop: addi a0,a0,-1; addi a1,a1,1; bne a0,zero,loop; ecall
    let words = [0xfff5_0513_u32, 0x0015_8593, 0xfe05_1ce3, 0x0000_0073];
    let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut memory = AddressSpace::default();
    let section = Section::code(0x1_0000, &code).expect("it can be there");
    memory.place(section).expect("it is alone");

    for quantum in [1, 2, 5, 7] {
        let counts = [30, 9, 20];
        let mut contexts = counts.map(|count| {
            let mut registers = Registers::starting_at(0x1_0000);
            registers.set(Register::A0, count);
            registers
        });
        let order = answer(&mut contexts, &memory, quantum);
        assert_eq!(order, [1, 2, 0]);
        for (registers, count) in contexts.iter().zip(counts) {
            assert_eq!(registers.get(Register::A0), 0);
            assert_eq!(registers.get(Register::A1), count);
            assert_eq!(registers.pc, 0x1_000c);
        }
    }
}
