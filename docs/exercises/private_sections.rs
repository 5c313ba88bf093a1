//! Which sections of memory each process of a program has for itself.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::memory::SectionName;
use kernel_sim::os::{Computer, Disk, Program, Settings};

/// What the reader begins with.
mod start {
    use super::SectionName;

    // ANCHOR: start
    pub(super) fn is_private(section: SectionName) -> bool {
        section == SectionName::Stack // What else?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::SectionName;

    // ANCHOR: solution
    pub(super) fn is_private(section: SectionName) -> bool {
        match section {
            SectionName::Data | SectionName::Heap | SectionName::Stack => true,
            SectionName::Code | SectionName::Constants | SectionName::Shared => false,
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::is_private);
}

pub(super) fn check_solution() {
    check(solution::is_private);
}

/// Each process knows how many bytes it has for itself, at each moment of its run.
fn check(answer: fn(SectionName) -> bool) {
    let mut disk = Disk::built_in();
    let file = include_bytes!("../../kernel-sim/c/heap.elf");
    disk.put(Program::from_elf("from_c", file).expect("it is in order"));
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    for program in ["shared_memory", "threads_share", "heap_growth", "from_c"] {
        computer
            .start(program, Priority::NORMAL)
            .expect("there is room");
    }
    for tick in (0..20_000).step_by(50) {
        computer.run_until(tick);
        for report in computer.reports() {
            let Some(thread) = computer.thread(report.pid) else {
                continue;
            };
            let memory = thread.memory();
            let extents = memory.sections().map(|section| section.extent());
            let private = extents.filter(|extent| answer(extent.name));
            let bytes: u64 = private.map(|e| u64::from(e.limit - e.base)).sum();
            let program = report.program.name();
            assert_eq!(bytes, thread.process().private_bytes(), "{program}");
        }
    }
}
