//! Any calls with any arguments, of a process that may have children and threads. The
//! computer must not panic, all ticks must be somebody's, and a process of another
//! family must not notice.

#![no_main]

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::asm::{Block, Image, Layout};
use kernel_sim::machine::isa::{Instruction, JumpOffset, Register};
use kernel_sim::os::{Account, Computer, Disk, Limits, Program, Settings};
use libfuzzer_sys::fuzz_target;

/// All that there are.
const CALLS: [u32; 34] = [
    23, 24, 57, 59, 63, 64, 93, 94, 98, 101, 124, 129, 172, 173, 178, 186, 187, 188, 189, 194, 195,
    196, 197, 198, 200, 201, 202, 203, 214, 220, 221, 260, 62, 5000,
];

/// Arguments that lead somewhere; and then small numbers, which are those of files,
/// queues and processes.
const VALUES: [u32; 24] = [
    0x1000_0000,
    0x1000_0004,
    0x1000_0010,
    0x1000_00fc,
    0x1000_0100,
    0x1000_1000,
    0x1000_2000,
    0x1_0000,
    0x4000_0000,
    0x4000_1000,
    0x7fff_f000,
    0x7fff_fffc,
    0x8000_0000,
    0xffff_ffff,
    0xffff_fffe,
    0x0001_0f00,
    0x0131_0f00,
    0x0110_0011,
    0o1600,
    0o3600,
    0o4000,
    0o10000,
    4096,
    5000,
];

const NEIGHBOUR: &str = "
        .globl _start
_start: li      s0, 20
1:      li      a7, 124         # sched_yield
        ecall
        sw      s0, mark, t0
        lw      t0, mark
        bne     t0, s0, 2f
        addi    s0, s0, -1
        bnez    s0, 1b
        li      a7, 93
        li      a0, 42
        ecall
2:      ebreak
        .data
mark:   .word   0
";

const TICKS: u64 = 20_000_000;

fuzz_target!(|bytes: &[u8]| {
    let mut disk = Disk::default();
    disk.put(wild(bytes));
    disk.put(Program::assemble("neighbour", NEIGHBOUR).expect("it is right"));
    let mut computer = Computer::boot(Settings {
        disk,
        limits: Limits {
            stack: 1024,
            heap: 4096,
            threads: 8,
            pipes: 8,
            ticks: TICKS,
            ..Limits::default()
        },
        ..Settings::default()
    });
    for name in ["neighbour", "wild"] {
        computer
            .start(name, Priority::NORMAL)
            .expect("there is room");
    }
    while computer.report(1).expect("it was started").death.is_none() {
        let before = computer.now();
        computer.run_until(before + 10_000);
        computer.console_mut().take();
        assert!(computer.now() < TICKS, "the neighbour has no end");
    }
    let death = computer.report(1).and_then(|report| report.death);
    assert_eq!(death.and_then(|death| death.status()), Some(42));
    computer.run_until(computer.now() + 100_000);
    let total: Account = computer.reports().iter().map(|report| report.account).sum();
    assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
});

/// A program that makes these calls, again and again.
fn wild(bytes: &[u8]) -> Program {
    let mut words = Vec::new();
    for call in bytes.chunks(6).take(64) {
        let number = CALLS[usize::from(call[0]) % CALLS.len()];
        words.extend(load(17, number));
        for (register, byte) in (10..).zip(&call[1..]) {
            let index = usize::from(*byte);
            let small = (index.saturating_sub(VALUES.len())) as u32;
            words.extend(load(register, VALUES.get(index).copied().unwrap_or(small)));
        }
        words.push(0x73);
    }
    let back = JumpOffset::new(words.len() as i32 * -4).expect("it is near");
    let rd = Register::ZERO;
    words.push(Instruction::Jal { rd, offset: back }.encode());
    let Layout { text, data } = Layout::default();
    let image = Image {
        text: Block {
            address: text,
            bytes: words.into_iter().flat_map(u32::to_le_bytes).collect(),
        },
        rodata: Block::default(),
        data: Block {
            address: data,
            bytes: b"\x01\0wild\0\0".repeat(32),
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

/// `lui` and `addi` that put a number into a register.
fn load(register: u32, value: u32) -> [u32; 2] {
    let low = (value << 20).cast_signed() >> 20;
    let high = value.wrapping_sub(low.cast_unsigned()) & 0xffff_f000;
    let lui = high | register << 7 | 0x37;
    let addi = low.cast_unsigned() << 20 | register << 15 | register << 7 | 0x13;
    [lui, addi]
}
