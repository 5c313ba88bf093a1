//! The lowest place for a section.

use kernel_sim::machine::memory::{AddressSpace, Extent, Section, Segment};

/// What the reader begins with.
mod start {
    use super::Extent;

    // ANCHOR: start
    // The lowest base, no lower than `from`, at which `length` bytes overlap none of these.
    // All bases and limits here are multiples of four, and there is room somewhere.
    pub(super) fn find_room(_taken: &[Extent], from: u32, _length: u32) -> u32 {
        from // And if somebody is there?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Extent;

    // ANCHOR: solution
    pub(super) fn find_room(taken: &[Extent], from: u32, length: u32) -> u32 {
        let mut base = from;
        while let Some(in_the_way) = taken
            .iter()
            .find(|other| base < other.limit && other.base < base + length)
        {
            base = in_the_way.limit;
        }
        base
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Extent], u32, u32) -> u32;

pub(super) fn check_start() {
    check(start::find_room);
}

pub(super) fn check_solution() {
    check(solution::find_room);
}

/// It can be placed there, and four bytes lower it cannot.
fn check(answer: Answer) {
    let mut memory = AddressSpace::default();
    let places = [
        (0x1000, 64),
        (0x1040, 4),
        (0x0f00, 16),
        (0x1100, 0),
        (0x2000, 256),
    ];
    for (base, length) in places {
        let section = Section::data(base, Segment::zeroed(length));
        let section = section.expect("it can be there");
        memory.place(section).expect("they are apart");
    }
    let taken: Vec<Extent> = memory.sections().map(Section::extent).collect();
    let fits = |base: u32, length: u32| {
        let section = Section::data(base, Segment::zeroed(length as usize));
        let mut copy = memory.copy();
        copy.place(section.expect("it can be there")).is_ok()
    };
    for from in [
        0, 0x0ef0, 0x0f00, 0x0f10, 0x1000, 0x1044, 0x1f00, 0x20fc, 0x3000,
    ] {
        for length in [4, 16, 64, 188, 192, 0x1000] {
            let base = answer(&taken, from, length);
            assert!(base >= from, "{from:#x}, {length}");
            assert!(fits(base, length), "{from:#x}, {length}");
            let ends = taken.iter().map(|other| other.limit);
            let mut lower = ends.chain([from, base.saturating_sub(4)]);
            let lowest = lower.all(|other| other < from || other >= base || !fits(other, length));
            assert!(lowest, "{from:#x}, {length}");
        }
    }
}
