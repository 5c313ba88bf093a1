//! How many bytes of memory an ELF file asks for that are not in it.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::memory::SectionName;
use kernel_sim::os::{Computer, Disk, Program, Settings};

fn half(file: &[u8], at: usize) -> usize {
    usize::from(file[at]) | usize::from(file[at + 1]) << 8
}

fn word(file: &[u8], at: usize) -> usize {
    half(file, at) | half(file, at + 2) << 16
}

/// What the reader begins with.
mod start {
    use super::{half, word};

    // ANCHOR: start
    pub(super) fn zeroes(file: &[u8]) -> usize {
        let headers = word(file, 28);
        let _length = half(file, 42); // There are more than one.
        word(file, headers + 20)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{half, word};

    // ANCHOR: solution
    pub(super) fn zeroes(file: &[u8]) -> usize {
        let (first, length, count) = (word(file, 28), half(file, 42), half(file, 44));
        let headers = (0..count).map(|index| first + index * length);
        let to_load = headers.filter(|&header| word(file, header) == 1);
        to_load
            .map(|header| word(file, header + 20) - word(file, header + 16))
            .sum()
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::zeroes);
}

pub(super) fn check_solution() {
    check(solution::zeroes);
}

fn check(answer: fn(&[u8]) -> usize) {
    let files: [&[u8]; 4] = [
        include_bytes!("../../kernel-sim/c/sort.elf"),
        include_bytes!("../../kernel-sim/c/heap.elf"),
        include_bytes!("../../kernel-sim/c/crash.elf"),
        include_bytes!("../../kernel-sim/c/hello.elf"),
    ];
    for file in files {
        let zeroes = answer(file);
        for more in [0, 4, 4096] {
            let grown = grown(file, more);
            assert_eq!(answer(&grown), zeroes + more);
            assert_eq!(in_memory(&grown), in_memory(file) + more);
        }
    }
    // Its variables are all zero at the start.
    assert_eq!(answer(files[0]), data(files[0]));
}

/// The last segment has so many bytes more in memory.
fn grown(file: &[u8], more: usize) -> Vec<u8> {
    let last = word(file, 28) + (half(file, 44) - 1) * half(file, 42);
    let size = (word(file, last + 20) + more) as u32;
    let mut file = file.to_vec();
    file[last + 20..last + 24].copy_from_slice(&size.to_le_bytes());
    file
}

fn sections(file: &[u8]) -> Vec<(SectionName, usize)> {
    let program = Program::from_elf("program", file).expect("it is in order");
    let mut disk = Disk::default();
    disk.put(program);
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    let started = computer.start("program", Priority::NORMAL);
    let pid = started.expect("there is room");
    let thread = computer.thread(pid).expect("it has not begun");
    let memory = thread.memory();
    let extents = memory.sections().map(|section| section.extent());
    extents
        .map(|e| (e.name, (e.limit - e.base) as usize))
        .collect()
}

fn data(file: &[u8]) -> usize {
    let sections = sections(file).into_iter();
    let data = sections.filter(|(name, _)| *name == SectionName::Data);
    data.map(|(_, bytes)| bytes).sum()
}

fn in_memory(file: &[u8]) -> usize {
    let sections = sections(file).into_iter();
    let loaded =
        sections.filter(|(name, _)| *name == SectionName::Data || *name == SectionName::Code);
    loaded.map(|(_, bytes)| bytes).sum()
}
