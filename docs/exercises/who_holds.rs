//! Segments that nobody uses any more.

use kernel_sim::machine::memory::{AddressSpace, Section, Segment};

/// What the reader begins with.
mod start {
    use super::Segment;

    // ANCHOR: start
    // Takes those segments out of the table that no address space has, and says how many
    // bytes that makes free. Each is in the table once.
    pub(super) fn sweep(table: &mut Vec<Segment>) -> usize {
        let free = table.iter().map(Segment::len).sum();
        table.clear(); // Are they all unused?
        free
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Segment;

    // ANCHOR: solution
    pub(super) fn sweep(table: &mut Vec<Segment>) -> usize {
        let unused = |segment: &mut Segment| segment.holders() == 1;
        let swept = table.extract_if(.., unused);
        swept.map(|segment| segment.len()).sum()
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Vec<Segment>) -> usize;

pub(super) fn check_start() {
    check(start::sweep);
}

pub(super) fn check_solution() {
    check(solution::sweep);
}

fn check(sweep: Answer) {
    let mut table: Vec<Segment> = [16, 32, 64].map(Segment::zeroed).to_vec();
    let mut memory = AddressSpace::default();
    for (index, base) in [(0, 0x1000), (2, 0x2000)] {
        let section = Section::shared(base, table[index].clone());
        let section = section.expect("it can be there");
        memory.place(section).expect("they are apart");
    }
    assert_eq!(sweep(&mut table), 32);
    assert_eq!(table.len(), 2);
    assert_eq!(sweep(&mut table), 0);

    // A child has the same shared memory. Only when both have left it is it free.
    let mut child = memory.copy();
    memory.remove(0x2000);
    assert_eq!(sweep(&mut table), 0);
    child.remove(0x2000);
    assert_eq!(sweep(&mut table), 64);
    drop((memory, child));
    assert_eq!(sweep(&mut table), 16);
    assert!(table.is_empty());
}
