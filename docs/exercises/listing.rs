//! Code as a text that can be read again.

use kernel_sim::machine::isa::Instruction;

/// What the reader begins with.
mod start {
    use super::Instruction;

    // ANCHOR: start
    // The code as lines of a program, the first word being at `base`. A word that is no
    // instruction is written as data, `.word 0x00000000`.
    pub(super) fn listing(code: &[u32], _base: u32) -> Vec<String> {
        let words = code.iter().copied();
        let instructions = words.filter_map(Instruction::decode); // Where are the others?
        instructions.map(|i| i.to_string()).collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Instruction;

    // ANCHOR: solution
    pub(super) fn listing(code: &[u32], base: u32) -> Vec<String> {
        let addresses = (base..).step_by(4);
        let lines = addresses.zip(code).map(|(pc, &word)| {
            let instruction = Instruction::decode(word);
            instruction.map_or(format!(".word {word:#010x}"), |i| i.at(pc).to_string())
        });
        lines.collect()
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[u32], u32) -> Vec<String>;

pub(super) fn check_start() {
    check(start::listing);
}

pub(super) fn check_solution() {
    check(solution::listing);
}

fn check(answer: Answer) {
    let code = [
        0x0640_0293, // addi t0,zero,100
        0xfff2_8293, // addi t0,t0,-1
        0xfe02_9ee3, // bne t0,zero,.-4
        0x0000_0000,
        0x0080_006f, // jal zero,.+8
        0xffff_ffff,
        0x0000_0073, // ecall
    ];
    let at_0x10000 = [
        "addi t0,zero,100",
        "addi t0,t0,-1",
        "bne t0,zero,0x10004",
        ".word 0x00000000",
        "jal zero,0x10018",
        ".word 0xffffffff",
        "ecall",
    ];
    assert_eq!(answer(&code, 0x1_0000), at_0x10000);
    let elsewhere = answer(&code, 0x4000_0000);
    assert_eq!(elsewhere[2], "bne t0,zero,0x40000004");
    assert_eq!(elsewhere[4], "jal zero,0x40000018");
    assert!(answer(&[], 0).is_empty());
}
