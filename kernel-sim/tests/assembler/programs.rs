//! The programs in `programs/` do what they say at their heads.
//!
//! Each says what it prints and how it ends. Here they run one after the other,
//! each alone, on the bare CPU, with a kernel that knows just their calls. That
//! they also run beside each other is for others to show.

use std::fs;
use std::path::Path;

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::machine::cpu::{self, Registers, Trap};
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

/// What the head of a program says.
#[derive(Debug, PartialEq, Eq)]
struct Promise {
    prints: Vec<String>,
    ends: String,
}

fn promise(text: &str) -> Promise {
    let head = text.lines().map_while(|line| line.strip_prefix('#'));
    let head: Vec<&str> = head.map(str::trim_end).collect();
    let prints = head.iter().skip_while(|line| **line != " Prints:").skip(1);
    Promise {
        prints: prints
            .map_while(|line| line.strip_prefix("   "))
            .map(str::to_owned)
            .collect(),
        ends: head
            .iter()
            .find_map(|line| line.strip_prefix(" Ends: "))
            .unwrap_or("?")
            .to_owned(),
    }
}

const STACK: u32 = 0x7fff_0000;
const STACK_SIZE: u32 = 0x1_0000;
/// How far the break may be moved.
const HEAP_SIZE: u32 = 0x10_0000;
/// More than any of them needs.
const BUDGET: u64 = 2_000_000;
const PID: u32 = 1;

const BAD_FILE: i32 = -9;
const BAD_ADDRESS: i32 = -14;
const NO_SUCH_CALL: i32 = -38;

/// Runs a program to its end.
fn run(name: &str, text: &str) -> Promise {
    let image = assemble(name, text, Layout::default()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(image.warnings, [], "{name}");
    let data = image.data_and_bss();
    let heap = data.end().next_multiple_of(4);
    let mut memory = AddressSpace::default();
    for section in [
        Section::code(image.text.address, &image.code().bytes),
        Section::data(data.address, Segment::from(&data.bytes[..])),
        Section::heap(heap, Segment::zeroed(0)),
        Section::stack(STACK, Segment::zeroed(STACK_SIZE as usize)),
    ] {
        memory.place(section.unwrap()).unwrap();
    }
    let mut registers = Registers::starting_at(image.entry);
    registers.set(Register::SP, STACK + STACK_SIZE);

    let (mut written, mut end) = (Vec::new(), heap);
    let mut left = BUDGET;
    let ends = loop {
        let stop = cpu::run(&mut registers, &memory, left);
        left -= stop.executed;
        match stop.trap {
            Trap::Timer => break "never".to_owned(),
            Trap::Ebreak => break "breakpoint".to_owned(),
            Trap::Illegal(_) => break "illegal instruction".to_owned(),
            Trap::Fault(_) => break "fault".to_owned(),
            Trap::Ecall => {}
        }
        registers.skip();
        let argument = |register| registers.get(register);
        let (a0, a1, a2) = (
            argument(Register::A0),
            argument(Register::A1),
            argument(Register::A2),
        );
        let answer = match argument(Register::A7) {
            64 if a0 != 1 => BAD_FILE,
            64 => match memory.read(a1, a2) {
                Ok(bytes) => {
                    written.extend(bytes);
                    a2 as i32
                }
                Err(_) => BAD_ADDRESS,
            },
            93 => break format!("exit {}", a0 & 0xff),
            101 if memory.read(a0, 8).is_err() => BAD_ADDRESS,
            101 | 124 => 0,
            172 => PID as i32,
            214 => {
                let is_allowed = (heap..=heap + HEAP_SIZE).contains(&a0);
                if is_allowed && memory.set_heap_limit(a0).is_ok() {
                    end = a0;
                }
                end as i32
            }
            _ => NO_SUCH_CALL,
        };
        registers.set(Register::A0, answer as u32);
    };
    let written = String::from_utf8(written).unwrap();
    Promise {
        prints: written
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect(),
        ends,
    }
}

#[test]
fn programs_do_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap();
        let title = text.lines().next().unwrap_or_default();
        let stem = path.file_stem().unwrap().to_string_lossy();
        assert!(title.starts_with(&format!("# {stem}: ")), "{name}: {title}");
        assert_eq!(run(&name, &text), promise(&text), "{name}");
        count += 1;
    }
    assert!(count >= 20, "programs are missing");
}
