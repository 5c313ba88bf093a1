//! Random words, executed as programs. Whatever they are, they do what a very
//! plain model of the sections allows them, trap at the rest, and end when
//! their budget does.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use kernel_sim::machine::cpu::{self, Registers, Stop, Trap};
use kernel_sim::machine::isa::{Branch, Instruction, Load, Register, Store};
use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

const CODE: u32 = 0x1_0000;
const CODE_LENGTH: u32 = 4 * WORDS as u32;
const CONSTANTS: u32 = 0x2_0000;
const DATA: u32 = 0x2_0040;
const HEAP: u32 = 0x2_0080;
const STACK: u32 = 0x7fff_ffc0;
const LENGTH: u32 = 0x40;
/// The heap ends in the middle of a word.
const HEAP_LENGTH: u32 = 0x2e;

const WORDS: usize = 24;
const STEPS: usize = 200;

/// Where there is memory, and whether it may be written.
const SECTIONS: [(u32, u32, bool); 5] = [
    (CODE, CODE_LENGTH, false),
    (CONSTANTS, LENGTH, false),
    (DATA, LENGTH, true),
    (HEAP, HEAP_LENGTH, true),
    (STACK, LENGTH, true),
];

fn address_space(words: &[u32]) -> AddressSpace {
    let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let bytes: Vec<u8> = (0..LENGTH as u8).collect();
    let bytes = Segment::from(&bytes);
    let mut memory = AddressSpace::default();
    for section in [
        Section::code(CODE, &code),
        Section::data(CONSTANTS, bytes.clone()).map(Section::read_only),
        Section::data(DATA, Segment::zeroed(LENGTH as usize)),
        Section::heap(HEAP, Segment::zeroed(HEAP_LENGTH as usize)),
        Section::stack(STACK, Segment::zeroed(LENGTH as usize)),
    ] {
        memory.place(section.unwrap()).unwrap();
    }
    memory
}

fn contents(memory: &AddressSpace) -> Vec<Vec<u8>> {
    SECTIONS
        .iter()
        .map(|&(base, length, _)| memory.read(base, length).unwrap())
        .collect()
}

/// Instructions that do not end a program at once: their offsets are short,
/// and mostly multiples of four. Which bits are random, and the others.
const TAME: [(u32, u32); 17] = [
    (0xffff_ff80, 0x0000_0037), // lui
    (0xffff_ff80, 0x0000_0017), // auipc
    (0x03c0_0f80, 0x0000_006f), // jal, forwards
    (0x03c0_0f80, 0xfc1f_f06f), // jal, backwards
    (0x07ff_8e00, 0x0000_0063), // beq, forwards
    (0x07ff_fe00, 0x0000_0063), // some branch, forwards
    (0x07ff_8e00, 0xf800_10e3), // bne, backwards
    (0x03cf_8f80, 0x0000_2003), // lw
    (0x03cf_cf80, 0x0000_0003), // lb, lbu
    (0x03ef_cf80, 0x0000_1003), // lh, lhu
    (0x03ff_8e00, 0x0000_2023), // sw
    (0x03ff_8e00, 0xfc00_2023), // sw, downwards
    (0x03ff_8f80, 0x0000_0023), // sb
    (0x03ff_8f00, 0x0000_1023), // sh
    (0xffff_cf80, 0x0000_0013), // addi, xori, and illegal shifts
    (0x03ff_ff80, 0x0000_0033), // RV32I's with two registers, and M's
    (0xffff_8f80, 0x0000_000f), // fence
];

fn word() -> impl Strategy<Value = u32> {
    let tame = (any::<u32>(), prop::sample::select(TAME.to_vec()));
    prop_oneof![
        40 => tame.prop_map(|(word, (random, fixed))| word & random | fixed),
        1 => Just(0x0000_0073), // ecall
        1 => Just(0x0010_0073), // ebreak
        1 => any::<u32>(),
        1 => any::<u32>().prop_map(|word| word & !0x7f | 0x03), // some load, or none
        1 => any::<u32>().prop_map(|word| word & !0x7f | 0x63), // some branch, or none
        1 => any::<u32>().prop_map(|word| word & !0x707f | 0x67), // jalr
    ]
}

/// Often an address near an end of a section.
fn value() -> impl Strategy<Value = u32> {
    let (section, place) = (prop::sample::select(SECTIONS.to_vec()), -16..=16_i32);
    let near = (section, any::<bool>(), place).prop_map(|((base, length, _), at_limit, place)| {
        let end = if at_limit { base + length } else { base };
        end.wrapping_add_signed(place)
    });
    prop_oneof![
        1 => near.clone(),
        6 => near.prop_map(|address| address & !3),
        1 => any::<u32>(),
    ]
}

fn registers() -> impl Strategy<Value = Registers> {
    let pc = prop_oneof![(0..WORDS as u32).prop_map(|word| CODE + 4 * word), value()];
    (pc, prop::collection::vec(value(), 32)).prop_map(|(pc, values)| {
        let mut registers = Registers::starting_at(pc);
        for (register, value) in Register::all().zip(values) {
            registers.set(register, value);
        }
        registers
    })
}

/// What the model says of the next step.
#[derive(Debug, PartialEq)]
enum Forecast {
    /// It happens. These bytes may change, and no others.
    Happens {
        written: (u32, u32),
    },
    Ecall,
    Ebreak,
    Illegal,
    Fault(u32),
}

fn forecast(registers: &Registers, words: &[u32]) -> Forecast {
    let pc = registers.pc;
    if !pc.is_multiple_of(4) || !(CODE..CODE + CODE_LENGTH).contains(&pc) {
        return Forecast::Fault(pc);
    }
    let Some(instruction) = Instruction::decode(words[(pc - CODE) as usize / 4]) else {
        return Forecast::Illegal;
    };
    let nothing = (0, 0);
    let access = |base, offset: i32, size: u32, write: bool| {
        let address = registers.get(base).wrapping_add_signed(offset);
        let inside = SECTIONS.iter().any(|&(base, length, writable)| {
            let range = u64::from(base)..=u64::from(base + length);
            let (first, end) = (u64::from(address), u64::from(address) + u64::from(size));
            range.contains(&first) && range.contains(&end) && (writable || !write)
        });
        if inside && address.is_multiple_of(size) {
            let written = if write { (address, size) } else { nothing };
            Forecast::Happens { written }
        } else {
            Forecast::Fault(address)
        }
    };
    let jump = |target: u32| {
        if target.is_multiple_of(4) {
            Forecast::Happens { written: nothing }
        } else {
            Forecast::Fault(target)
        }
    };
    match instruction {
        Instruction::Ecall => Forecast::Ecall,
        Instruction::Ebreak => Forecast::Ebreak,
        Instruction::Load {
            op, rs1, offset, ..
        } => {
            let size = match op {
                Load::Lb | Load::Lbu => 1,
                Load::Lh | Load::Lhu => 2,
                Load::Lw => 4,
            };
            access(rs1, offset.get(), size, false)
        }
        Instruction::Store {
            op, rs1, offset, ..
        } => {
            let size = match op {
                Store::Sb => 1,
                Store::Sh => 2,
                Store::Sw => 4,
            };
            access(rs1, offset.get(), size, true)
        }
        Instruction::Jal { offset, .. } => jump(pc.wrapping_add_signed(offset.get())),
        Instruction::Jalr { rs1, offset, .. } => {
            jump(registers.get(rs1).wrapping_add_signed(offset.get()) & !1)
        }
        Instruction::Branch {
            op,
            rs1,
            rs2,
            offset,
        } => {
            let (a, b) = (registers.get(rs1), registers.get(rs2));
            let less = a.cast_signed() < b.cast_signed();
            let taken = match op {
                Branch::Beq => a == b,
                Branch::Bne => a != b,
                Branch::Blt => less,
                Branch::Bge => !less,
                Branch::Bltu => a < b,
                Branch::Bgeu => a >= b,
            };
            jump(pc.wrapping_add_signed(if taken { offset.get() } else { 4 }))
        }
        _ => Forecast::Happens { written: nothing },
    }
}

fn check_steps(words: &[u32], start: Registers) -> TestCaseResult {
    let memory = address_space(words);
    let mut registers = start.clone();
    let mut executed = 0;
    let mut last = Trap::Timer;
    while executed < STEPS {
        let forecast = forecast(&registers, words);
        let (before, bytes) = (registers.clone(), contents(&memory));
        let result = cpu::step(&mut registers, &memory);
        let seen = match result {
            Ok(()) => forecast_of_bytes(&bytes, &memory, &forecast)?,
            Err(Trap::Ecall) => Forecast::Ecall,
            Err(Trap::Ebreak) => Forecast::Ebreak,
            Err(Trap::Illegal(_)) => Forecast::Illegal,
            Err(Trap::Fault(fault)) => Forecast::Fault(fault.address),
            Err(Trap::Timer) => return Err(TestCaseError::fail("a step is no turn")),
        };
        prop_assert_eq!(seen, forecast);
        prop_assert_eq!(registers.get(Register::ZERO), 0);
        if let Err(trap) = result {
            prop_assert!(!trap.to_string().is_empty());
            prop_assert_eq!(&registers, &before);
            prop_assert_eq!(contents(&memory), bytes);
            last = trap;
            break;
        }
        executed += 1;
    }

    // All at once it is the same.
    let stop = Stop {
        trap: last,
        executed: executed as u64,
    };
    let (all_at_once, mut other) = (address_space(words), start);
    prop_assert_eq!(cpu::run(&mut other, &all_at_once, STEPS as u64), stop);
    prop_assert_eq!(other, registers);
    prop_assert_eq!(contents(&all_at_once), contents(&memory));
    Ok(())
}

/// Sees to it that nothing but what was forecast has changed.
fn forecast_of_bytes(
    before: &[Vec<u8>],
    memory: &AddressSpace,
    forecast: &Forecast,
) -> Result<Forecast, TestCaseError> {
    let Forecast::Happens { written } = *forecast else {
        return Ok(Forecast::Happens { written: (0, 0) });
    };
    let after = contents(memory);
    for ((&(base, ..), before), after) in SECTIONS.iter().zip(before).zip(&after) {
        for (address, (before, after)) in (base..).zip(before.iter().zip(after)) {
            let may_change = address.wrapping_sub(written.0) < written.1;
            prop_assert!(may_change || before == after, "{address:#010x}");
        }
    }
    Ok(Forecast::Happens { written })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_words_reach_nothing_but_what_is_theirs(
        words in prop::collection::vec(word(), WORDS),
        start in registers(),
    ) {
        check_steps(&words, start)?;
    }

    #[test]
    fn random_programs_end_with_their_budget(
        words in prop::collection::vec(word(), 1..200),
        budget in 0..5_000_u64,
    ) {
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut memory = AddressSpace::default();
        memory.place(Section::code(CODE, &code).unwrap()).unwrap();
        let mut registers = Registers::starting_at(CODE);
        let stop = cpu::run(&mut registers, &memory, budget);
        prop_assert!(stop.executed <= budget);
        prop_assert_eq!(stop.trap == Trap::Timer, stop.executed == budget);
    }
}

/// The forecasts are no use if everything traps at once.
#[test]
fn random_words_come_to_all_ends_and_to_many_accesses() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = (prop::collection::vec(word(), WORDS), registers());
    let mut seen = [0; 6];
    for _ in 0..1_000 {
        let (words, mut registers) = strategy.new_tree(&mut runner).unwrap().current();
        let memory = address_space(&words);
        for _ in 0..STEPS {
            let index = match forecast(&registers, &words) {
                Forecast::Happens { written: (_, 0) } => 0,
                Forecast::Happens { .. } => 1,
                Forecast::Ecall => 2,
                Forecast::Ebreak => 3,
                Forecast::Illegal => 4,
                Forecast::Fault(_) => 5,
            };
            seen[index] += 1;
            if cpu::step(&mut registers, &memory).is_err() {
                break;
            }
        }
    }
    println!("happens, stores, ecall, ebreak, illegal, fault: {seen:?}");
    assert!(seen.iter().all(|&times| times > 10), "{seen:?}");
    assert!(seen[1] > 100, "only {} stores", seen[1]);
}
