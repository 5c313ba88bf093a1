//! Damaged files: whatever is in one, reading it ends and takes no more memory than
//! it may, and a process made of it hurts only itself.

use proptest::prelude::*;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Limits, Program};

use crate::programs::{computer, recorded};

/// What is done to a file.
#[derive(Clone, Debug)]
enum Damage {
    Byte(usize, u8),
    Word(usize, u32),
    Cut(usize),
}

/// Most of the damage is where the tables are.
fn place() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 4..148_usize, 1 => any::<prop::sample::Index>().prop_map(|i| i.index(2048))]
}

fn damage() -> impl Strategy<Value = Damage> {
    let word = prop_oneof![
        any::<u32>(),
        0..64_u32,
        prop::sample::select(vec![
            0xfff,
            0x1000,
            0x1_0000,
            0x8000_0000,
            u32::MAX - 3,
            u32::MAX
        ]),
    ];
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        4 => (place(), word).prop_map(|(at, word)| Damage::Word(at / 4 * 4, word)),
        1 => place().prop_map(Damage::Cut),
    ]
}

fn damaged(name: &str, damages: &[Damage]) -> Vec<u8> {
    let mut file = recorded(name);
    for damage in damages {
        match *damage {
            Damage::Byte(at, byte) => {
                if let Some(place) = file.get_mut(at) {
                    *place = byte;
                }
            }
            Damage::Word(at, word) => {
                if let Some(place) = file.get_mut(at..at + 4) {
                    place.copy_from_slice(&word.to_le_bytes());
                }
            }
            Damage::Cut(length) => file.truncate(length),
        }
    }
    file
}

const LIMITS: Limits = Limits {
    threads: 100,
    pipes: 100,
    stack: 4096,
    heap: 8192,
    memory: 32 << 20,
    console: 4096,
    ticks: 5_000,
};

/// Makes a program of the file and runs it, if that can be. Whether it could.
fn try_out(file: &[u8]) -> bool {
    let program = match Program::from_elf("wild", file) {
        Ok(program) => program,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    let entry = program.entry();
    assert!(entry.is_multiple_of(4));
    let mut computer = computer(program, LIMITS);
    let Ok(pid) = computer.start("wild", Priority::NORMAL) else {
        return false;
    };
    let memory = computer.thread(pid).unwrap().memory();
    let extents = memory.sections().map(|section| section.extent());
    let bytes: u32 = extents.map(|extent| extent.limit - extent.base).sum();
    assert!(bytes <= (16 << 20) + 16 * 3 + LIMITS.stack, "{bytes}");
    memory.fetch(entry).expect("it begins in code");
    drop(memory);
    computer.run();
    // What the kernel does at the last tick is not interrupted.
    assert!(computer.now() < LIMITS.ticks + 10_000);
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn damaged_files_do_no_harm(
        name in prop::sample::select(vec!["hello", "sort", "heap", "crash"]),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        try_out(&damaged(name, &damages));
    }

    #[test]
    fn any_bytes_after_the_magic_number_do_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        try_out(&[&b"\x7fELF\x01\x01\x01"[..], &bytes].concat());
    }
}

/// The property is no use if nothing is ever loaded, or everything.
#[test]
fn some_damaged_files_are_loaded_and_some_are_not() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let damages = prop::collection::vec(damage(), 1..6);
    let mut loaded = 0;
    for _ in 0..100 {
        let damages = damages.new_tree(&mut runner).unwrap().current();
        loaded += u32::from(try_out(&damaged("sort", &damages)));
    }
    assert!((5..95).contains(&loaded), "{loaded}");
}

/// A table of names in which each name is the rest of the file, which is long.
#[test]
fn long_names_take_neither_time_nor_memory() {
    let mut file = recorded("hello");
    let word = |file: &[u8], at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let put = |file: &mut [u8], at: usize, word: u32| {
        file[at..at + 4].copy_from_slice(&word.to_le_bytes());
    };
    let table = word(&file, 32) as usize;
    let header_of = |file: &[u8], kind| {
        let mut headers = (0..file[48] as usize).map(|i| table + 40 * i);
        headers.find(|&at| word(file, at + 4) == kind).unwrap()
    };
    let names = table + 40 * word(&file, header_of(&file, 2) + 24) as usize;
    let symbols = header_of(&file, 2);
    let entry = word(&file, 24);

    // A quarter of a million symbols, all at the entry, and then 8 MiB of a name.
    let count = 1 << 18;
    let begin = file.len();
    for _ in 0..count {
        for value in [0, entry, 0, 1 << 16 | 2] {
            file.extend(u32::to_le_bytes(value));
        }
    }
    put(&mut file, symbols + 16, begin as u32);
    put(&mut file, symbols + 20, 16 * count);
    let begin = file.len();
    file.resize(begin + (8 << 20), b'a');
    put(&mut file, names + 16, begin as u32);
    put(&mut file, names + 20, 8 << 20);

    let program = Program::from_elf("hello", &file).unwrap();
    assert_eq!(program.symbol_at(entry), None);
}
