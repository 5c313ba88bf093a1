//! How many instructions of a simulated program are executed in a second, all
//! accesses being checked.
//!
//! `cargo bench -p kernel-sim` prints criterion's own figures; `Melem/s` are
//! millions of instructions a second. It shall be 50 at least.

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

use kernel_sim::machine::cpu::{self, Registers, Stop, Trap};
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

const CODE: u32 = 0x1_0000;
const DATA: u32 = 0x2_0000;
const STACK: u32 = 0x7fff_e000;
const STACK_LIMIT: u32 = 0x8000_0000;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for (name, code) in [
        ("registers only", REGISTERS_ONLY),
        ("sieve: loads, stores, branches", SIEVE),
        ("fib: calls, and a stack", FIB),
    ] {
        let mut group = criterion.benchmark_group("instructions");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| bencher.iter_custom(|n| execute(code, n)));
    }
}

/// Executes `n` instructions of a program that never ends, and says how long
/// that took.
fn execute(code: &[u32], n: u64) -> Duration {
    let memory = address_space(code).expect("there is room for four sections");
    let mut registers = Registers::starting_at(CODE);
    registers.set(Register::SP, STACK_LIMIT);
    let start = Instant::now();
    let stop = cpu::run(&mut registers, &memory, n);
    let time = start.elapsed();
    let timer = Stop {
        trap: Trap::Timer,
        executed: n,
    };
    assert_eq!(stop, timer);
    time
}

/// As a process has it.
fn address_space(code: &[u32]) -> Result<AddressSpace, kernel_sim::machine::memory::Misplaced> {
    let code: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut memory = AddressSpace::default();
    memory.place(Section::code(CODE, &code)?)?;
    memory.place(Section::data(DATA, Segment::zeroed(4096))?)?;
    memory.place(Section::heap(DATA + 4096, Segment::zeroed(0))?)?;
    let stack = Segment::zeroed((STACK_LIMIT - STACK) as usize);
    memory.place(Section::stack(STACK, stack)?)?;
    Ok(memory)
}

/// Products, shifts and sums, without memory.
const REGISTERS_ONLY: &[u32] = &[
    0x9e37_82b7, //    0  lui t0,0x9e378
    0x9b92_8293, //    4  addi t0,t0,-1607
    0x0015_8593, //    8  addi a1,a1,1
    0x0255_8633, //   12  mul a2,a1,t0
    0x00f6_5693, //   16  srli a3,a2,0xf
    0x00d6_4633, //   20  xor a2,a2,a3
    0x00c5_0533, //   24  add a0,a0,a2
    0xfe05_96e3, //   28  bne a1,zero,8
    0xfe1f_f06f, //   32  jal zero,0
];

/// The primes below 4096, again and again.
const SIEVE: &[u32] = &[
    0x0002_0437, //    0  lui s0,0x20
    0x0000_14b7, //    4  lui s1,0x1
    0x0000_0593, //    8  addi a1,zero,0
    0x00b4_0633, //   12  add a2,s0,a1
    0x0006_0023, //   16  sb zero,0(a2)
    0x0015_8593, //   20  addi a1,a1,1
    0xfe95_cae3, //   24  blt a1,s1,12
    0x0020_0593, //   28  addi a1,zero,2
    0x00b4_0633, //   32  add a2,s0,a1
    0x0006_4683, //   36  lbu a3,0(a2)
    0x0206_9263, //   40  bne a3,zero,76
    0x0015_0513, //   44  addi a0,a0,1
    0x00b5_8733, //   48  add a4,a1,a1
    0x0097_5c63, //   52  bge a4,s1,76
    0x00e4_0633, //   56  add a2,s0,a4
    0x0010_0693, //   60  addi a3,zero,1
    0x00d6_0023, //   64  sb a3,0(a2)
    0x00b7_0733, //   68  add a4,a4,a1
    0xfedf_f06f, //   72  jal zero,52
    0x0015_8593, //   76  addi a1,a1,1
    0xfc95_c8e3, //   80  blt a1,s1,32
    0xfb5f_f06f, //   84  jal zero,8
];

/// The 20th Fibonacci number, by as many calls as it has ones.
const FIB: &[u32] = &[
    0x0140_0513, //    0  addi a0,zero,20
    0x0080_00ef, //    4  jal ra,12
    0xff9f_f06f, //    8  jal zero,0
    0x0020_0293, //   12  addi t0,zero,2
    0x0455_4063, //   16  blt a0,t0,80
    0xff01_0113, //   20  addi sp,sp,-16
    0x0011_2623, //   24  sw ra,12(sp)
    0x0081_2423, //   28  sw s0,8(sp)
    0x0091_2223, //   32  sw s1,4(sp)
    0x0005_0413, //   36  addi s0,a0,0
    0xfff4_0513, //   40  addi a0,s0,-1
    0xfe1f_f0ef, //   44  jal ra,12
    0x0005_0493, //   48  addi s1,a0,0
    0xffe4_0513, //   52  addi a0,s0,-2
    0xfd5f_f0ef, //   56  jal ra,12
    0x0095_0533, //   60  add a0,a0,s1
    0x00c1_2083, //   64  lw ra,12(sp)
    0x0081_2403, //   68  lw s0,8(sp)
    0x0041_2483, //   72  lw s1,4(sp)
    0x0101_0113, //   76  addi sp,sp,16
    0x0000_8067, //   80  jalr zero,0(ra)
];
