//! Address spaces: where sections may be, what may be done with them, and what
//! is said if it may not.

#![cfg(feature = "machine")]

mod random;

use kernel_sim::machine::isa::Instruction;
use kernel_sim::machine::memory::{
    Access, AddressSpace, Misplaced, Permissions, Section, SectionName, Segment, Why,
};

const CODE: u32 = 0x1_0000;
pub(crate) const DATA: u32 = 0x2_0000;
pub(crate) const HEAP: u32 = 0x2_0010;
const STACK: u32 = 0x7fff_f000;
const STACK_LIMIT: u32 = 0x8000_0000;

/// Two instructions; data and heap that touch each other; a stack.
pub(crate) fn process() -> AddressSpace {
    let mut memory = AddressSpace::default();
    for section in [
        Section::code(CODE, &[0x13, 0, 0, 0, 0x73, 0, 0, 0]),
        Section::data(DATA, Segment::from(b"sixteen bytes :)")),
        Section::heap(HEAP, Segment::zeroed(16)),
        Section::stack(STACK, Segment::zeroed(0x1000)),
    ] {
        memory.place(section.unwrap()).unwrap();
    }
    memory
}

fn nop() -> Option<Instruction> {
    Instruction::decode(0x13)
}

#[test]
fn each_section_permits_what_it_is_for() {
    let memory = process();
    for (address, executable, writable) in [
        (CODE, true, false),
        (DATA, false, true),
        (HEAP, false, true),
        (STACK, false, true),
    ] {
        assert!(memory.load::<4>(address).is_ok());
        assert_eq!(memory.store(address, [1]).is_ok(), writable);
        assert_eq!(memory.fetch(address).is_ok(), executable);
        assert_eq!(memory.write(address, &[1]).is_ok(), writable);
    }
}

#[test]
fn what_was_refused_has_not_happened() {
    let memory = process();
    memory.store(CODE, [0xff; 4]).unwrap_err();
    memory.write(CODE, &[0xff; 4]).unwrap_err();
    assert_eq!(memory.load(CODE), Ok([0x13, 0, 0, 0]));
    assert_eq!(memory.fetch(CODE), Ok(nop()));

    // From the heap's last bytes on into nothing.
    memory.write(HEAP + 12, &[0xff; 8]).unwrap_err();
    assert_eq!(memory.load(HEAP + 12), Ok([0; 4]));
}

#[test]
fn code_is_fetched_word_by_word_and_illegal_words_are_none() {
    let mut memory = AddressSpace::default();
    let code = [0x13, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x13, 0];
    memory.place(Section::code(CODE, &code).unwrap()).unwrap();
    assert_eq!(memory.fetch(CODE), Ok(nop()));
    assert_eq!(memory.fetch(CODE + 4), Ok(None));
    // Two bytes are no word.
    let fault = memory.fetch(CODE + 8).unwrap_err();
    assert!(matches!(fault.why, Why::CutOff(_)), "{fault}");
    assert_eq!(memory.load(CODE + 8), Ok([0x13, 0]));
}

#[test]
fn constants_can_be_read_only() {
    let mut memory = AddressSpace::default();
    let constants = Section::constants(DATA, Segment::from(b"pi is 3.")).unwrap();
    assert_eq!(constants.extent().permissions, Permissions::Read);
    memory.place(constants).unwrap();
    assert_eq!(memory.load(DATA), Ok(*b"pi i"));
    assert!(matches!(
        memory.store(DATA, *b"e").unwrap_err().why,
        Why::Forbidden(_)
    ));
    assert!(matches!(
        memory.fetch(DATA).unwrap_err().why,
        Why::Forbidden(_)
    ));
    // Code does not become less by it: it is not writable anyway.
    let code = Section::code(CODE, &[0; 4]).unwrap().read_only();
    assert_eq!(code.extent().permissions, Permissions::ReadExecute);
}

#[test]
fn faults_say_what_and_where_and_why() {
    let memory = process();
    let read = |address| memory.load::<4>(address).unwrap_err().to_string();
    let write = |address| memory.store(address, [0; 4]).unwrap_err().to_string();
    let fetch = |address| memory.fetch(address).unwrap_err().to_string();
    assert_eq!(
        read(0x0000_0008),
        "cannot read 4 bytes at 0x00000008: nothing is there; a pointer that was never set is zero"
    );
    assert_eq!(
        read(0x4000_0000),
        "cannot read 4 bytes at 0x40000000: nothing is there"
    );
    assert_eq!(
        read(HEAP + 16),
        "cannot read 4 bytes at 0x00020020: nothing is there; \
         it is 1 byte beyond the heap (0x00020010..0x00020020, rw-)"
    );
    assert_eq!(
        read(DATA - 8),
        "cannot read 4 bytes at 0x0001fff8: nothing is there; \
         it is 8 bytes below the data section (0x00020000..0x00020010, rw-)"
    );
    assert_eq!(
        write(STACK - 4),
        "cannot write 4 bytes at 0x7fffeffc: nothing is there; it is 4 bytes below \
         the stack (0x7ffff000..0x80000000, rw-), which may have overflowed"
    );
    assert_eq!(
        write(STACK_LIMIT),
        "cannot write 4 bytes at 0x80000000: nothing is there; \
         it is 1 byte beyond the stack (0x7ffff000..0x80000000, rw-)"
    );
    assert_eq!(
        write(CODE),
        "cannot write 4 bytes at 0x00010000: \
         the code section (0x00010000..0x00010008, r-x) may not be written"
    );
    assert_eq!(
        fetch(STACK),
        "cannot execute what is at 0x7ffff000: \
         the stack (0x7ffff000..0x80000000, rw-) may not be executed"
    );
    assert_eq!(
        write(DATA + 1),
        "cannot write 4 bytes at 0x00020001: 4 does not divide the address"
    );
    assert_eq!(
        memory.store(CODE, [0]).unwrap_err().to_string(),
        "cannot write 1 byte at 0x00010000: \
         the code section (0x00010000..0x00010008, r-x) may not be written"
    );
    assert_eq!(
        AddressSpace::default()
            .load::<1>(0xffff_ffff)
            .unwrap_err()
            .to_string(),
        "cannot read 1 byte at 0xffffffff: nothing is there"
    );
}

#[test]
fn an_access_across_the_end_of_a_section_is_cut_off() {
    let mut memory = process();
    memory.set_heap_limit(HEAP + 6).unwrap();
    let fault = memory.store(HEAP + 4, [0; 4]).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "cannot write 4 bytes at 0x00020014: \
         the heap (0x00020010..0x00020016, rw-) ends before"
    );
    assert_eq!(memory.store(HEAP + 4, [0; 2]), Ok(()));
}

#[test]
fn misaligned_is_said_first() {
    let memory = process();
    for (address, section) in [(CODE + 1, Some(SectionName::Code)), (0x4000_0001, None)] {
        let fault = memory.store(address, [0; 2]).unwrap_err();
        assert!(matches!(fault.why, Why::Misaligned { .. }));
        assert_eq!(fault.section().map(|extent| extent.name), section);
        assert_eq!(
            (fault.address, fault.size, fault.access),
            (address, 2, Access::Write)
        );
    }
}

#[test]
fn a_kernel_copies_across_sections_that_touch() {
    let memory = process();
    memory.write(HEAP - 2, b"both").unwrap();
    assert_eq!(memory.load(DATA + 14), Ok(*b"bo"));
    assert_eq!(memory.load(HEAP), Ok(*b"th"));
    assert_eq!(memory.read(DATA + 13, 6).unwrap(), b" both\0");
    assert_eq!(memory.read(0, 0).unwrap(), b"");
    assert_eq!(memory.write(0, b""), Ok(()));
}

#[test]
fn a_copy_that_fails_names_the_first_byte_that_stands_against_it() {
    let memory = process();
    assert_eq!(memory.read(DATA, 33).unwrap_err().address, HEAP + 16);
    assert_eq!(memory.read(DATA, u32::MAX).unwrap_err().address, HEAP + 16);
    assert_eq!(
        memory.write(DATA, &[0; 100]).unwrap_err().address,
        HEAP + 16
    );
    assert_eq!(
        memory.write(CODE + 3, &[0; 100]).unwrap_err().address,
        CODE + 3
    );
    let fault = memory.read(0xffff_fffe, 4).unwrap_err();
    assert_eq!((fault.address, fault.access), (0xffff_fffe, Access::Read));
}

#[test]
fn sections_do_not_overlap() {
    let mut memory = process();
    for (base, length, with) in [
        (CODE, 4, SectionName::Code),
        (CODE + 4, 4, SectionName::Code),
        (CODE - 4, 8, SectionName::Code),
        (CODE - 4, 0x100, SectionName::Code),
        (DATA + 8, 16, SectionName::Data),
    ] {
        let section = Section::shared(base, Segment::zeroed(length)).unwrap();
        let new = section.extent();
        let error = memory.place(section).unwrap_err();
        assert!(matches!(error, Misplaced::Overlap { with: other, .. } if other.name == with));
        assert!(
            error.to_string().contains(&format!("{new} would overlap")),
            "{error}"
        );
    }
    assert_eq!(memory.sections().count(), 4);
    // To touch is not to overlap.
    for (base, length) in [(CODE - 4, 4), (CODE + 8, 4)] {
        let section = Section::shared(base, Segment::zeroed(length)).unwrap();
        memory.place(section).unwrap();
    }
}

#[test]
fn a_section_begins_at_a_word_and_ends_before_the_address_space_does() {
    for base in [1, 2, 3, CODE + 2] {
        let error = Section::code(base, &[0; 4]).unwrap_err();
        assert_eq!(error, Misplaced::Unaligned(base));
    }
    assert!(Section::data(0xffff_fff0, Segment::zeroed(15)).is_ok());
    let error = Section::data(0xffff_fff0, Segment::zeroed(16)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "16 bytes from 0xfffffff0 on are too many: a section ends before the address 0xffffffff"
    );
}

#[test]
fn the_first_byte_of_the_address_space_may_be_used_if_somebody_insists() {
    let mut memory = AddressSpace::default();
    memory
        .place(Section::data(0, Segment::zeroed(4)).unwrap())
        .unwrap();
    assert_eq!(memory.load(0), Ok([0; 4]));
    assert!(memory.load::<1>(0xffff_ffff).is_err());

    // Nothing, at the one end; and the other end.
    let mut memory = AddressSpace::default();
    let empty = Section::heap(0, Segment::zeroed(0)).unwrap();
    memory.place(empty).unwrap();
    assert!(memory.load::<1>(0xffff_ffff).is_err());
}

#[test]
fn the_heap_grows_with_zeroes_and_shrinks_and_keeps_what_is_left() {
    let mut memory = process();
    memory.store(HEAP + 12, [7]).unwrap();
    memory.set_heap_limit(HEAP + 20).unwrap();
    assert_eq!(memory.load(HEAP + 12), Ok([7, 0, 0, 0]));
    assert_eq!(memory.load(HEAP + 16), Ok([0; 4]));

    memory.store(HEAP + 16, [8]).unwrap();
    memory.set_heap_limit(HEAP + 16).unwrap();
    assert!(memory.load::<1>(HEAP + 16).is_err());
    memory.set_heap_limit(HEAP + 20).unwrap();
    assert_eq!(
        memory.load(HEAP + 16),
        Ok([0; 4]),
        "what was given up is gone"
    );

    memory.set_heap_limit(HEAP).unwrap();
    assert!(memory.load::<1>(HEAP).is_err());
    assert_eq!(
        memory.section_at(HEAP - 1).unwrap().extent().name,
        SectionName::Data
    );
}

#[test]
fn the_heap_goes_nowhere_where_it_cannot_be() {
    let mut memory = process();
    assert_eq!(memory.set_heap_limit(HEAP - 1), Err(Misplaced::BelowHeap));
    let error = memory.set_heap_limit(STACK + 1).unwrap_err();
    assert!(matches!(error, Misplaced::Overlap { with, .. } if with.name == SectionName::Stack));
    let extents: Vec<_> = memory.sections().map(Section::extent).collect();
    assert_eq!((extents[2].base, extents[2].limit), (HEAP, HEAP + 16));
    assert_eq!(
        AddressSpace::default().set_heap_limit(HEAP),
        Err(Misplaced::NoHeap)
    );
}

#[test]
fn a_segment_is_the_same_wherever_it_is_attached() {
    let segment = Segment::zeroed(16);
    let mut a = process();
    let mut b = process();
    a.place(Section::shared(0x3000_0000, segment.clone()).unwrap())
        .unwrap();
    b.place(
        Section::shared(0x5000_0000, segment.clone())
            .unwrap()
            .read_only(),
    )
    .unwrap();
    assert_eq!(segment.holders(), 3);

    a.store(0x3000_0004, *b"both").unwrap();
    assert_eq!(b.load(0x5000_0004), Ok(*b"both"));
    assert!(matches!(
        b.store(0x5000_0004, [0]).unwrap_err().why,
        Why::Forbidden(_)
    ));

    // What one gives up, the other one keeps.
    assert!(a.remove(0x3000_0000).is_some());
    assert!(a.load::<4>(0x3000_0004).is_err());
    assert_eq!(b.load(0x5000_0004), Ok(*b"both"));
    assert_eq!(a.remove(0x3000_0000).map(|_| ()), None);
}

#[test]
fn all_else_is_not_shared() {
    let (a, b) = (process(), process());
    a.store(DATA, *b"mine").unwrap();
    assert_eq!(b.load(DATA), Ok(*b"sixt"));
}

#[test]
fn processes_of_one_program_have_its_code_in_common() {
    let code = Section::code(CODE, &[0x13, 0, 0, 0]).unwrap();
    let spaces = [code.clone(), code].map(|code| {
        let mut memory = AddressSpace::default();
        memory.place(code).unwrap();
        memory
    });
    for memory in spaces {
        assert_eq!(memory.fetch(CODE), Ok(nop()));
    }
}
