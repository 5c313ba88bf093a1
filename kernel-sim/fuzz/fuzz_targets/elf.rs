//! Any bytes as an executable file. Reading it must not panic, must come to an end
//! and must say what is wrong, or else what it makes can be loaded and run, in no
//! more memory than it may have.

#![no_main]

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, ElfError, Limits, Program, Settings, is_elf};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    stack: 4096,
    heap: 8192,
    memory: 32 << 20,
    threads: 8,
    pipes: 8,
    console: 4096,
    ticks: 10_000,
};

fuzz_target!(|file: &[u8]| {
    let program = match Program::from_elf("fuzz", file) {
        Ok(program) => program,
        Err(error) => {
            assert_eq!(error == ElfError::NotElf, !is_elf(file));
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let entry = program.entry();
    let _ = program.symbol_at(entry);
    let mut disk = Disk::default();
    disk.put(program);
    let mut computer = Computer::boot(Settings {
        disk,
        limits: LIMITS,
        ..Settings::default()
    });
    // Its segments may be where the stack is.
    if computer.start("fuzz", Priority::NORMAL).is_ok() {
        let thread = computer.thread(1).expect("it has not run");
        let memory = thread.process().memory();
        let extents = memory.sections().map(|section| section.extent());
        let bytes: u64 = extents.map(|e| u64::from(e.limit - e.base)).sum();
        assert!(bytes <= (16 << 20) + 16 * 3 + u64::from(LIMITS.stack));
        assert!(memory.fetch(entry).is_ok());
        drop(memory);
        computer.run();
    }
});
