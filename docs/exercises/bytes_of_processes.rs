//! How much memory processes of one program take.

use std::collections::BTreeMap;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::asm::Image;
use kernel_sim::machine::memory::SectionName;
use kernel_sim::os::{Computer, Disk, Settings};

/// What the reader begins with.
mod start {
    use super::Image;

    // ANCHOR: start
    pub(super) fn bytes(image: &Image, stack: usize, count: usize) -> usize {
        // Does each process have all of it?
        let bytes = image.text.bytes.len() + image.rodata.bytes.len() + image.data.bytes.len();
        count * (bytes + stack)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Image;

    // ANCHOR: solution
    pub(super) fn bytes(image: &Image, stack: usize, count: usize) -> usize {
        let shared = image.text.bytes.len() + image.rodata.bytes.len();
        let own = image.data.bytes.len() + image.bss_size as usize + stack;
        shared + count * own
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::bytes);
}

pub(super) fn check_solution() {
    check(solution::bytes);
}

/// Starts some, and counts: code once, for all processes that have it.
fn check(answer: fn(&Image, usize, usize) -> usize) {
    for name in ["hello", "strings", "family", "pid"] {
        for count in [1, 2, 5] {
            let mut computer = Computer::boot(Settings {
                disk: Disk::built_in(),
                ..Settings::default()
            });
            let mut code = BTreeMap::new();
            let (mut own, mut stack) = (0, 0);
            for _ in 0..count {
                let started = computer.start(name, Priority::NORMAL);
                let pid = started.expect("there is room");
                let thread = computer.thread(pid).expect("it has begun");
                for extent in thread.memory().sections().map(|section| section.extent()) {
                    let bytes = (extent.limit - extent.base) as usize;
                    match extent.name {
                        SectionName::Code => drop(code.insert(extent.base, bytes)),
                        SectionName::Stack => (own, stack) = (own + bytes, bytes),
                        _ => own += bytes,
                    }
                }
            }
            let program = computer.disk().get(name).expect("it is there");
            let image = program.image().expect("it was assembled");
            let all = code.values().sum::<usize>() + own;
            assert_eq!(answer(image, stack, count), all, "{count} of {name}");
        }
    }
}
