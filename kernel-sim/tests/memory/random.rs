//! Random sections and random accesses, against models that are too plain to
//! be wrong.

use std::ops::Range;

use proptest::prelude::*;

use kernel_sim::machine::memory::{
    Access, AddressSpace, Extent, Fault, Misplaced, Section, SectionName, Segment, Why,
};

use crate::{DATA, HEAP, process};

/// Near an end of the address space, or somewhere in it.
fn address() -> impl Strategy<Value = u32> {
    let middle = 0x2_0000_u32;
    let first = prop::sample::select(vec![0, middle, 0_u32.wrapping_sub(64)]);
    (first, 0..64_u32).prop_map(|(first, more)| first + more)
}

fn section() -> impl Strategy<Value = (SectionName, u32, usize)> {
    use SectionName::{Code, Constants, Data, Heap, Shared, Stack};
    let name = prop::sample::select(vec![Code, Constants, Data, Heap, Shared, Stack]);
    (name, address(), 0..24_usize)
}

fn make((name, base, length): (SectionName, u32, usize)) -> Result<Section, Misplaced> {
    let bytes = Segment::zeroed(length);
    match name {
        SectionName::Code => Section::code(base, &vec![0; length]),
        SectionName::Data => Section::data(base, bytes),
        SectionName::Heap => Section::heap(base, bytes),
        SectionName::Stack => Section::stack(base, bytes),
        SectionName::Constants => Section::constants(base, bytes),
        SectionName::Shared => Section::shared(base, bytes).map(Section::read_only),
    }
}

/// The addresses of a section, in a type in which nothing can overflow.
fn range(base: u32, length: usize) -> Range<u64> {
    u64::from(base)..u64::from(base) + length as u64
}

/// An empty section is somewhere too: not in the middle of another one.
fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    let within =
        |a: &Range<u64>, b: &Range<u64>| a.is_empty() && b.start < a.start && a.start < b.end;
    a.clone().any(|address| b.contains(&address)) || within(a, b) || within(b, a)
}

/// Whether this access may happen, one byte after the other.
fn may(placed: &[Extent], address: u32, size: u32, access: Access) -> bool {
    let permits = |extent: &&Extent| match access {
        Access::Fetch => extent.name == SectionName::Code,
        Access::Read => true,
        Access::Write => {
            use SectionName::{Code, Constants, Shared};
            !matches!(extent.name, Code | Constants | Shared)
        }
    };
    address.is_multiple_of(size)
        && placed.iter().filter(permits).any(|extent| {
            let all = u64::from(extent.base)..u64::from(extent.limit);
            range(address, size as usize).all(|byte| all.contains(&byte))
        })
}

/// Whether the fault describes what is there.
fn is_true(fault: &Fault, placed: &[Extent]) -> bool {
    let owner = placed.iter().find(|extent| {
        (u64::from(extent.base)..u64::from(extent.limit)).contains(&u64::from(fault.address))
    });
    fault.section() == owner.copied()
        && match fault.why {
            Why::Misaligned { .. } => !fault.address.is_multiple_of(fault.size),
            Why::Nowhere { nearest } => owner.is_none() && nearest.is_some() != placed.is_empty(),
            Why::Forbidden(extent) => !extent.permissions.allow(fault.access),
            Why::CutOff(extent) => {
                extent.permissions.allow(fault.access) && extent.limit - fault.address < fault.size
            }
        }
        && !fault.to_string().is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn sections_are_where_they_were_placed_and_nowhere_else(
        sections in prop::collection::vec(section(), 0..8),
        accesses in prop::collection::vec(address(), 1..20),
        move_limit_by in -32..32_i32,
    ) {
        let mut memory = AddressSpace::default();
        let mut placed: Vec<Extent> = Vec::new();
        for (name, base, length) in sections {
            let wanted = range(base, length);
            let free = placed.iter().all(|extent| {
                let other = range(extent.base, (extent.limit - extent.base) as usize);
                !overlap(&wanted, &other)
            });
            let possible = base.is_multiple_of(4) && wanted.end <= u64::from(u32::MAX);
            let made = make((name, base, length));
            prop_assert_eq!(made.is_ok(), possible);
            if let Ok(section) = made {
                let extent = section.extent();
                prop_assert_eq!(memory.place(section).is_ok(), free);
                if free {
                    placed.push(extent);
                }
            }
        }

        let heap = placed.iter().position(|extent| extent.name == SectionName::Heap);
        let limit = heap.map_or(0, |heap| placed[heap].limit);
        let limit = limit.saturating_add_signed(move_limit_by);
        let moved = memory.set_heap_limit(limit);
        if let Some(heap) = heap {
            let base = placed[heap].base;
            let wanted = range(base, limit.saturating_sub(base) as usize);
            let free = placed.iter().enumerate().all(|(index, extent)| {
                let other = range(extent.base, (extent.limit - extent.base) as usize);
                index == heap || !overlap(&other, &wanted)
            });
            prop_assert_eq!(moved.is_ok(), base <= limit && free);
            if moved.is_ok() {
                placed[heap].limit = limit;
            }
        } else {
            prop_assert_eq!(moved, Err(Misplaced::NoHeap));
        }
        let extents: Vec<Extent> = memory.sections().map(Section::extent).collect();
        prop_assert_eq!(&extents, &placed);

        for address in accesses {
            use Access::{Fetch, Read, Write};
            for (result, size, access) in [
                (memory.load::<1>(address).map(|_| ()), 1, Read),
                (memory.load::<2>(address).map(|_| ()), 2, Read),
                (memory.load::<4>(address).map(|_| ()), 4, Read),
                (memory.store(address, [0; 1]), 1, Write),
                (memory.store(address, [0; 2]), 2, Write),
                (memory.store(address, [0; 4]), 4, Write),
                (memory.fetch(address).map(|_| ()), 4, Fetch),
            ] {
                let may = may(&placed, address, size, access);
                prop_assert_eq!(result.is_ok(), may, "{:?} {} at {:#x}", access, size, address);
                if let Err(fault) = result {
                    prop_assert_eq!((fault.address, fault.size), (address, size));
                    prop_assert_eq!(fault.access, access);
                    prop_assert!(is_true(&fault, &placed), "{:?}: {}", fault, fault);
                }
            }
        }
    }

    /// As if memory were one large array in which most elements are missing.
    #[test]
    fn copies_in_and_out_are_those_of_an_array(
        writes in prop::collection::vec(
            (DATA - 4..HEAP + 20, prop::collection::vec(any::<u8>(), 0..24)),
            0..20,
        ),
    ) {
        let memory = process();
        let (first, end) = (DATA, HEAP + 16);
        let mut array = memory.read(first, end - first).unwrap();
        for (address, bytes) in writes {
            let written = memory.write(address, &bytes);
            let last = address + bytes.len() as u32;
            if bytes.is_empty() || first <= address && last <= end {
                prop_assert_eq!(written, Ok(()));
                if !bytes.is_empty() {
                    let at = (address - first) as usize;
                    array[at..at + bytes.len()].copy_from_slice(&bytes);
                }
            } else {
                let wrong = if address < first { address } else { address.max(end) };
                prop_assert_eq!(written.map_err(|fault: Fault| fault.address), Err(wrong));
            }
            prop_assert_eq!(&memory.read(first, end - first).unwrap(), &array);
        }
    }
}
