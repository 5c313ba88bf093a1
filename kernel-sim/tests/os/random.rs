//! Programs of random bytes, and programs that call with random arguments: they
//! end in a fault of their own or with the time, and a neighbour does not notice.

use proptest::prelude::*;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::asm::{Block, Image, Layout};
use kernel_sim::machine::isa::{Instruction, Register};
use kernel_sim::os::{
    Account, CallLog, Computer, Disk, Limits, Outcome, PIECE_BYTES, Program, Settings,
};

use crate::support::{end_of, program, quantum};

/// A program that has these bytes for its code, and others for its data.
fn of_bytes(code: Vec<u8>) -> Program {
    let Layout { text, data } = Layout::default();
    let image = Image {
        text: Block {
            address: text,
            bytes: code,
        },
        rodata: Block::default(),
        data: Block {
            address: data,
            bytes: vec![0xa5; 256],
        },
        bss_address: data + 256,
        bss_size: 0,
        entry: text,
        symbols: Vec::new(),
        lines: Vec::new(),
        warnings: Vec::new(),
    };
    Program::new("wild", "", image).expect("four divides the address")
}

/// Fills memory with a pattern, gives the CPU away again and again, and looks
/// whether all of it is still there.
const NEIGHBOUR: &str = "
    li a7, BRK
    li a0, 0
    ecall
    mv s0, a0
    li t0, 256
    add s1, s0, t0
    mv a0, s1
    ecall
    mv t0, s0
1:  sw t0, 0(t0)
    addi t0, t0, 4
    bne t0, s1, 1b
    li s3, 20
again:
    li a7, SCHED_YIELD
    ecall
    mv t0, s0
1:  lw t1, 0(t0)
    bne t1, t0, lost
    addi t0, t0, 4
    bne t0, s1, 1b
    lw t1, mark
    li t2, 0x5eed
    bne t1, t2, lost
    addi s3, s3, -1
    bnez s3, again
    li a7, WRITE
    li a0, 1
    la a1, text
    li a2, 5
    ecall
    li a7, EXIT
    li a0, 0
    ecall
lost: ebreak
    .data
mark: .word 0x5eed
text: .ascii \"whole\"
";

/// What a process has of its own: how it has ended, and what it has done itself. Not
/// when.
fn seen(computer: &Computer, pid: u64) -> (String, Account) {
    let account = computer.report(pid).unwrap().account;
    let own = Account {
        switching: 0,
        switches: 0,
        preemptions: 0,
        kernel: 0,
        ..account
    };
    (end_of(computer, pid), own)
}

const TICKS: u64 = 2_000_000;
const HEAP: u32 = 4096;
const STACK: u32 = 4096;

fn settings(disk: Disk) -> Settings {
    Settings {
        disk,
        limits: Limits {
            ticks: TICKS,
            heap: HEAP,
            stack: STACK,
            // Or the wild one has so many children that there is no time for anybody.
            threads: 8,
            ..Limits::default()
        },
        ..quantum(100)
    }
}

/// Runs it between two neighbours, which must not notice.
fn between_neighbours(wild: Program) {
    let mut disk = Disk::default();
    disk.put(wild);
    disk.put(program("neighbour", NEIGHBOUR));
    let mut computer = Computer::boot(Settings {
        // Whoever writes down the calls looks at wild pointers, too.
        calls: CallLog::Keep,
        ..settings(disk)
    });
    for name in ["neighbour", "wild", "neighbour"] {
        computer.start(name, Priority::NORMAL).unwrap();
    }
    let mut written = [String::new(), String::new()];
    // The console is one for all. Somebody has to take what is there, or what is written
    // after the wild one has filled it is not kept.
    while computer.run_until(computer.now() + 1_000) == Outcome::TimeIsUp && computer.now() < TICKS
    {
        for (text, pid) in written.iter_mut().zip([1, 3]) {
            text.push_str(&computer.console().text_of(pid));
        }
        computer.console_mut().take();
        for record in computer.take_calls() {
            let is_fit_to_print = record.text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            assert!(
                is_fit_to_print && record.text.len() < 500,
                "{}",
                record.text
            );
        }
    }
    for (text, pid) in written.iter_mut().zip([1, 3]) {
        text.push_str(&computer.console().text_of(pid));
        assert_eq!(text, "whole");
        assert_eq!(seen(&computer, pid), ("exit 0".into(), undisturbed()));
    }
    // What the kernel does at the last tick is not interrupted.
    let longest_call = 2 * (PIECE_BYTES / 4) + 50;
    assert!(computer.now() <= TICKS + u64::from(longest_call));
    let total: Account = computer.reports().iter().map(|r| r.account).sum();
    assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
}

/// What the neighbour does when nobody is there.
fn undisturbed() -> Account {
    let mut disk = Disk::default();
    disk.put(program("neighbour", NEIGHBOUR));
    let mut computer = Computer::boot(settings(disk));
    computer.start("neighbour", Priority::NORMAL).unwrap();
    computer.run();
    seen(&computer, 1).1
}

/// Numbers that are wrong in an interesting way.
fn argument() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        0..64_u32,
        prop::sample::select(vec![
            0x0000_0000,
            0x0000_0180, // the mode 0600: queues and memory that can be used
            0x0000_ffff,
            0x0001_0000,
            0x1000_0000,
            0x1000_00ff,
            0x1000_0100,
            0x1000_1000,
            0x1000_1004,
            0x1000_2000,
            0x7fff_f000,
            0x7fff_fff8,
            0x7fff_fffc,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_fff0,
            0xffff_fffc,
            0xffff_ffff,
        ]),
    ]
}

/// `lui` and `addi` that put a number into a register.
fn load(register: Register, value: u32) -> [u32; 2] {
    let low = (value << 20).cast_signed() >> 20;
    let high = value.wrapping_sub(low.cast_unsigned()) & 0xffff_f000;
    let number = u32::from(register.number());
    let lui = high | number << 7 | 0x37;
    let addi = low.cast_unsigned() << 20 | number << 15 | number << 7 | 0x13;
    [lui, addi]
}

const ECALL: u32 = 0x73;

/// All that there are, and some more than once.
const CALLS: [u32; 40] = [
    23, 24, 57, 59, 63, 64, 64, 64, 93, 94, 98, 98, 101, 124, 129, 172, 173, 178, 186, 187, 188,
    189, 189, 194, 195, 196, 197, 198, 200, 201, 202, 203, 214, 214, 220, 220, 220, 221, 260, 260,
];

/// Flags with which `clone` does something.
const FLAGS: [u32; 4] = [17, 0x10f00, 0x131_0f00, 0x1100_0011];

fn call() -> impl Strategy<Value = Vec<u32>> {
    let number = prop_oneof![
        4 => prop::sample::select(CALLS.to_vec()),
        1 => argument(),
    ];
    let more = (argument(), argument(), argument());
    (number, argument(), argument(), more).prop_map(|(number, a0, a1, (a2, a3, a4))| {
        let a0 = match number {
            // Most go to a file that is open, or there is nothing to see.
            63 | 64 => a0 % 6,
            220 => FLAGS[a0 as usize % FLAGS.len()],
            // A number that somebody may have.
            187..=189 | 195 | 196 => a0 % 4,
            _ => a0,
        };
        let arguments = [
            (Register::A7, number),
            (Register::A0, a0),
            (Register::A1, a1),
            (Register::A2, a2),
            (Register::A3, a3),
            (Register::A4, a4),
        ];
        let mut words: Vec<u32> = arguments
            .into_iter()
            .flat_map(|(register, value)| load(register, value))
            .collect();
        words.push(ECALL);
        words
    })
}

#[test]
fn numbers_are_put_into_registers_as_meant() {
    for value in [
        0,
        1,
        0x7ff,
        0x800,
        0xfff,
        0x1234_5678,
        0xffff_ffff,
        0x8000_0800,
    ] {
        let words = load(Register::A3, value);
        let text: Vec<String> = words
            .map(|word| Instruction::decode(word).expect("legal").to_string())
            .into();
        let line = text.join("\n");
        let mut computer = crate::support::computer(Settings::default(), &[("loads", &line)]);
        for _ in 0..3 {
            computer.step();
        }
        let process = computer.thread(1).unwrap();
        let register = Register::named("a3").unwrap();
        assert_eq!(process.registers().get(register), value, "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_as_code_hurt_nobody_else(code in prop::collection::vec(any::<u8>(), 0..400)) {
        between_neighbours(of_bytes(code));
    }

    /// Of random words most are illegal. These are all legal, and go further.
    #[test]
    fn any_legal_instructions_hurt_nobody_else(
        words in prop::collection::vec(any::<u32>(), 1..2_000),
    ) {
        let legal = words.into_iter().filter(|&word| Instruction::decode(word).is_some());
        // With a call here and there, or there would hardly be one.
        let words = legal.flat_map(|word| [word, ECALL]);
        between_neighbours(of_bytes(words.flat_map(u32::to_le_bytes).collect()));
    }

    #[test]
    fn any_calls_with_any_arguments_hurt_nobody_else(
        calls in prop::collection::vec(call(), 1..40),
        repeats in any::<bool>(),
    ) {
        let mut words = calls.concat();
        if repeats {
            // Back to the beginning, until the time is up.
            let back = words.len() as i32 * -4;
            let jump = kernel_sim::machine::isa::JumpOffset::new(back).unwrap();
            words.push(Instruction::Jal { rd: Register::ZERO, offset: jump }.encode());
        }
        between_neighbours(of_bytes(words.into_iter().flat_map(u32::to_le_bytes).collect()));
    }
}
