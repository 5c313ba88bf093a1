//! Whether a kernel may read what it was given the address of.

use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

/// What the reader begins with.
mod start {
    use super::AddressSpace;

    // ANCHOR: start
    // Whether all bytes from `address` on are there, without reading any. Everything that is
    // there may be read.
    pub(super) fn may_read(memory: &AddressSpace, address: u32, length: u32) -> bool {
        let last = address.wrapping_add(length).wrapping_sub(1);
        // The first and the last one. And in between?
        memory.section_at(address).is_some() && memory.section_at(last).is_some()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::AddressSpace;

    // ANCHOR: solution
    pub(super) fn may_read(memory: &AddressSpace, address: u32, length: u32) -> bool {
        let Some(end) = address.checked_add(length) else {
            return false;
        };
        let mut next = address;
        while next < end {
            let Some(section) = memory.section_at(next) else {
                return false;
            };
            next = section.extent().limit;
        }
        true
    }
    // ANCHOR_END: solution
}

type Answer = fn(&AddressSpace, u32, u32) -> bool;

pub(super) fn check_start() {
    check(start::may_read);
}

pub(super) fn check_solution() {
    check(solution::may_read);
}

/// It is what `AddressSpace::read` finds out by reading.
fn check(may_read: Answer) {
    let mut memory = AddressSpace::default();
    // Two that touch, a gap, and one more.
    for (base, length) in [(0x1000, 32), (0x1020, 16), (0x1040, 64)] {
        let section = Section::data(base, Segment::zeroed(length));
        let section = section.expect("it can be there");
        memory.place(section).expect("they are apart");
    }
    for address in (0x0ff8..0x1088).chain([0, 0xffff_fff0]) {
        for length in [0, 1, 4, 15, 16, 17, 33, 48, 49, 64, 65, 200, u32::MAX] {
            assert_eq!(
                may_read(&memory, address, length),
                memory.read(address, length).is_ok(),
                "{length} bytes at {address:#x}"
            );
        }
    }
}
