//! One test a mistake: what is refused, and that the words say what to do. And what
//! looks odd, and is loaded.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::memory::Why;
use kernel_sim::os::{DeathKind, ElfError, Limits, Program, StartError, USER_END};

use crate::file::{
    EXECUTE, READ, STOP, Segment, WRITE, code, executable, in_program_header, load, with_half,
    with_word,
};
use crate::programs::computer;

const CODE: u32 = 0x1_0000;
const DATA: u32 = 0x2_0000;

/// A file that is in order, with code and data.
fn valid() -> Vec<u8> {
    executable(CODE, &[code(CODE), load(DATA, b"data", 16, READ | WRITE)])
}

fn refused(file: &[u8]) -> ElfError {
    let error = Program::from_elf("odd", file).unwrap_err();
    // A sentence, and what to do about it.
    let text = error.to_string();
    assert!(text.contains(':') && text.len() > 40, "{text}");
    error
}

/// Starts it, and gives the status with which it ends.
fn status(file: &[u8]) -> Option<u8> {
    let program = Program::from_elf("odd", file).unwrap_or_else(|error| panic!("{error}"));
    let mut computer = computer(program, Limits::default());
    computer.start("odd", Priority::NORMAL).unwrap();
    computer.run();
    computer.report(1).unwrap().death.unwrap().status()
}

#[test]
fn a_file_in_order_runs() {
    assert_eq!(status(&valid()), Some(7));
}

#[test]
fn other_files_are_no_elf_files() {
    for file in [&b""[..], b"\x7fEL", b"#!/bin/sh\n", &[0; 100]] {
        assert_eq!(refused(file), ElfError::NotElf);
    }
}

#[test]
fn a_file_that_ends_early_is_damaged_or_cut_off() {
    let file = valid();
    for length in 4..file.len() {
        let error = refused(&file[..length]);
        let is_said = matches!(error, ElfError::Damaged(_) | ElfError::CutOff { .. });
        assert!(is_said, "{length}: {error}");
    }
}

#[test]
fn a_file_is_not_longer_than_is_read() {
    let mut file = valid();
    file.resize(16 << 20, 0);
    assert_eq!(status(&file), Some(7));
    file.push(0);
    let bytes = file.len();
    assert_eq!(refused(&file), ElfError::FileTooLong { bytes });
}

#[test]
fn it_is_for_this_cpu() {
    let mut file = valid();
    file[16..].fill(0);
    file[4] = 2;
    assert_eq!(refused(&file), ElfError::Not32Bits);
    let mut file = valid();
    file[5] = 2;
    // Read the other way round, the place of the tables is a large number.
    file[28..32].reverse();
    file[42..46].fill(0);
    file[43] = 32;
    assert_eq!(refused(&file), ElfError::BigEndian);
    let (arm, x86_64) = (40, 62);
    for machine in [arm, x86_64] {
        let file = with_half(valid(), 18, machine);
        assert_eq!(refused(&file), ElfError::OtherMachine(machine));
    }
}

#[test]
fn it_is_a_program_and_nothing_else() {
    let of_type = |kind| refused(&with_half(valid(), 16, kind));
    assert_eq!(of_type(1), ElfError::ObjectFile);
    assert_eq!(of_type(3), ElfError::PositionIndependent);
    for other in [0, 4, 0xfe00] {
        assert_eq!(of_type(other), ElfError::NoProgram(other));
    }
    assert!(of_type(3).to_string().contains("-no-pie"));
}

#[test]
fn it_needs_no_dynamic_linker() {
    let interpreter = Segment {
        kind: 3,
        ..load(0, b"/lib/ld.so\0", 11, READ)
    };
    let file = executable(CODE, &[interpreter, code(CODE)]);
    assert_eq!(refused(&file), ElfError::Dynamic);
    assert_eq!(refused(&with_half(file, 16, 3)), ElfError::Dynamic);
}

#[test]
fn flags_say_what_the_cpu_must_have() {
    let flagged = |flags| with_word(valid(), 36, flags);
    assert_eq!(refused(&flagged(1)), ElfError::Compressed);
    for float in [2, 4, 6] {
        assert_eq!(refused(&flagged(float)), ElfError::FloatRegisters);
    }
    assert_eq!(refused(&flagged(8)), ElfError::FewRegisters);
    // That stores are seen in order, is so on one CPU.
    assert_eq!(status(&flagged(0x10)), Some(7));
}

#[test]
fn nothing_is_writable_and_executable() {
    for flags in [WRITE | EXECUTE, READ | WRITE | EXECUTE] {
        let file = executable(CODE, &[load(CODE, &STOP, 12, flags)]);
        assert_eq!(refused(&file), ElfError::WritableCode { address: CODE });
    }
}

#[test]
fn segments_do_not_overlap() {
    let (low, high) = (CODE..CODE + 12, CODE + 8..CODE + 12);
    let inside = load(CODE + 8, b"xy", 4, READ | WRITE);
    let expected = ElfError::Overlap { low, high };
    assert_eq!(
        refused(&executable(CODE, &[code(CODE), inside.clone()])),
        expected
    );
    assert_eq!(refused(&executable(CODE, &[inside, code(CODE)])), expected);
    // Not in a byte, but in a word.
    let same_word = load(CODE + 13, b"x", 1, READ);
    let longer = load(CODE, &[&STOP[..], &[0]].concat(), 13, READ | EXECUTE);
    let error = refused(&executable(CODE, &[longer, same_word]));
    assert!(matches!(error, ElfError::Overlap { .. }), "{error}");
    // They may touch.
    let touching = load(CODE + 12, b"x", 1, READ);
    assert_eq!(status(&executable(CODE, &[code(CODE), touching])), Some(7));
}

#[test]
fn there_is_a_most_of_segments() {
    let segments = |count: u32| {
        let small = (1..count).map(|i| load(DATA + 16 * i, b"x", 4, READ));
        let all: Vec<Segment> = std::iter::once(code(CODE)).chain(small).collect();
        executable(CODE, &all)
    };
    assert_eq!(status(&segments(16)), Some(7));
    assert_eq!(
        refused(&segments(17)),
        ElfError::TooManySegments { count: 17 }
    );
}

#[test]
fn there_is_a_most_of_memory() {
    let most = 16 << 20;
    let with = |size| executable(CODE, &[code(CODE), load(DATA, b"", size, READ | WRITE)]);
    assert_eq!(status(&with(most - 12)), Some(7));
    for size in [most - 11, 0x7fff_0000, u32::MAX] {
        let bytes = u64::from(size) + 12;
        assert_eq!(refused(&with(size)), ElfError::TooLarge { bytes });
    }
}

#[test]
fn a_segment_is_in_the_address_space_and_not_near_zero() {
    let at = |address| executable(CODE, &[code(CODE), load(address, b"x", 8, READ)]);
    let high = |address| ElfError::TooHigh { address, bytes: 8 };
    assert_eq!(refused(&at(0xffff_fff8)), high(0xffff_fff8));
    assert_eq!(refused(&at(0xffff_ffff)), high(0xffff_ffff));
    for address in [0, 4, 0xfffc] {
        assert_eq!(refused(&at(address)), ElfError::TooLow { address });
    }
}

/// Where the stack is, the loader knows, and not the file.
#[test]
fn a_segment_is_not_where_the_stack_is() {
    let stack = USER_END - Limits::default().stack;
    for address in [stack - 4, USER_END - 8, USER_END, 0xffff_fff0] {
        let file = executable(CODE, &[code(CODE), load(address, b"x", 8, READ | WRITE)]);
        let program = Program::from_elf("odd", &file).unwrap();
        let mut computer = computer(program, Limits::default());
        let error = computer.start("odd", Priority::NORMAL).unwrap_err();
        assert_eq!(error, StartError::InTheWay { end: address + 8 });
    }
}

#[test]
fn a_segment_and_its_place_in_the_file_are_aligned_alike() {
    let align = in_program_header(0, 7);
    let aligned = |to| with_word(valid(), align, to);
    let address = CODE;
    for to in [3, 0x1000, 0x8000_0000] {
        let align = to.into();
        assert_eq!(
            refused(&aligned(to)),
            ElfError::Misaligned { address, align }
        );
    }
    // The header and two program headers are 116 bytes.
    for to in [0, 1, 2, 4] {
        assert_eq!(status(&aligned(to)), Some(7));
    }
}

#[test]
fn a_segment_has_no_more_bytes_in_the_file_than_in_memory() {
    let file = with_word(valid(), in_program_header(0, 5), 11);
    assert_eq!(refused(&file), ElfError::MoreInFile { address: CODE });
}

#[test]
fn a_segment_is_in_the_file() {
    for offset in [valid().len() as u32 - 11, 0x7fff_fffc, u32::MAX] {
        let file = with_word(valid(), in_program_header(0, 1), offset);
        assert_eq!(refused(&file), ElfError::CutOff { address: CODE });
    }
}

#[test]
fn it_begins_in_its_code() {
    for entry in [0, CODE - 4, CODE + 2, CODE + 12, DATA, u32::MAX] {
        let file = with_word(valid(), 24, entry);
        assert_eq!(refused(&file), ElfError::Entry { address: entry });
    }
    let nothing = executable(CODE, &[]);
    assert_eq!(refused(&nothing), ElfError::Entry { address: CODE });
}

#[test]
fn constants_can_be_read_and_not_be_written() {
    // lui a1, 0x20; lw a0, 0(a1); sw a0, 0(a1)
    let words: [u32; 3] = [0x0002_05b7, 0x0005_a503, 0x00a5_a023];
    let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    let constants = load(DATA, b"four", 4, READ);
    let file = executable(CODE, &[constants, load(CODE, &bytes, 12, READ | EXECUTE)]);
    let program = Program::from_elf("odd", &file).unwrap();
    let mut computer = computer(program, Limits::default());
    computer.start("odd", Priority::NORMAL).unwrap();
    // The code is first, and constants are nobody's own.
    let process = computer.thread(1).unwrap().process();
    let memory = process.memory();
    let bases = memory.sections().map(|section| section.extent().base);
    let bases: Vec<u32> = bases.take(2).collect();
    assert_eq!(bases, [CODE, DATA]);
    let stack = u64::from(Limits::default().stack);
    assert_eq!(process.private_bytes(), stack);
    drop(memory);

    computer.run();
    let death = computer.report(1).unwrap().death.unwrap();
    let DeathKind::Fault(fault) = death.kind else {
        panic!("{death}");
    };
    assert!(matches!(fault.why, Why::Forbidden(_)));
    assert_eq!((fault.address, death.pc), (DATA, CODE + 8));
    assert!(
        death
            .to_string()
            .contains("the constants (0x00020000..0x00020004, r--)")
    );
}

/// As linkers do it: the first byte need not be that of a word.
#[test]
fn a_segment_may_begin_in_the_middle_of_a_word() {
    let file = executable(CODE, &[code(CODE), load(DATA + 3, b"xy", 3, READ | WRITE)]);
    let program = Program::from_elf("odd", &file).unwrap();
    let mut computer = computer(program, Limits::default());
    computer.start("odd", Priority::NORMAL).unwrap();
    let memory = computer.thread(1).unwrap().memory();
    assert_eq!(memory.read(DATA, 6).unwrap(), b"\0\0\0xy\0");
    assert!(memory.read(DATA + 6, 1).is_err());
}

/// A damaged table of names is no reason not to run.
#[test]
fn names_are_not_needed() {
    let mut file = crate::programs::recorded("crash");
    let program = Program::from_elf("crash", &file).unwrap();
    assert!(program.symbol_at(program.entry()).is_some());
    let entry = program.entry();

    // The kind of each section, so that none is a table of names.
    let table = u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize;
    let count = file[48] as usize;
    for section in 0..count {
        file[table + 40 * section + 4] = 0;
    }
    let program = Program::from_elf("crash", &file).unwrap();
    assert_eq!(program.symbol_at(entry), None);

    // And no table at all.
    let file = with_word(with_half(file, 48, 0), 32, 0);
    let program = Program::from_elf("crash", &file).unwrap();
    assert_eq!(program.symbol_at(entry), None);
}
