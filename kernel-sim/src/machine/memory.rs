//! The memory of a process: which addresses there are, and what may be done
//! there.
//!
//! A 32-bit program can name four billion bytes, and has hardly any of them.
//! What it has lies in *sections*, each from a base up to a limit, each with
//! permissions. Between them is nothing, and whoever goes there gets a
//! [`Fault`].
//!
//! ```text
//!  0xffff_ffff ┌────────────┐
//!              │  nothing   │
//!              ├────────────┤ limit   where the stack pointer begins
//!              │   stack  │ │
//!              │ rw-      ▼ │         local variables, return addresses
//!              ├────────────┤ base
//!              │  nothing   │         a stack that has become too long ends here
//!              ├────────────┤ limit   the "break", which the program may move
//!              │   heap   ▲ │
//!              │ rw-      │ │         what is allocated while the program runs
//!              ├────────────┤ base
//!              │   data     │
//!              │ rw-        │         global variables
//!              ├────────────┤
//!              │ constants  │
//!              │ r--        │         what a compiler puts apart, as nobody executes it
//!              ├────────────┤
//!              │   code     │
//!              │ r-x        │         instructions
//!              ├────────────┤
//!              │  nothing   │         so that a pointer to zero finds nothing
//!  0x0000_0000 └────────────┘
//! ```
//!
//! An address space knows neither the CPU nor the process whose it is. What
//! the sections are made of is in `memory/section.rs` and `memory/segment.rs`;
//! `memory/fault.rs` says what can go wrong. Read `cpu.rs` next.

mod fault;
mod section;
mod segment;

use std::cell::Cell;
use std::fmt;

use super::isa::Instruction;

pub use fault::{Access, Fault, Why};
pub use section::{Extent, Permissions, Section, SectionName};
pub use segment::Segment;

/// The sections that a process has, and with them all the memory that it can
/// name.
///
/// Reading and writing take `&self`: bytes are in cells, because two address
/// spaces may have a segment in common. Those who share a whole address space
/// share it as everything is shared in Rust, and only the one who moves a
/// limit or attaches a section needs it for itself.
///
/// ```
/// use kernel_sim::machine::memory::{AddressSpace, Section, Segment};
///
/// let mut memory = AddressSpace::default();
/// memory.place(Section::code(0x1_0000, &[0x73, 0, 0, 0])?)?;
/// memory.place(Section::data(0x2_0000, Segment::from(b"hello, world"))?)?;
///
/// memory.store(0x2_0000, *b"J")?;
/// assert_eq!(memory.load(0x2_0000), Ok(*b"Jell"));
///
/// let fault = memory.store(0x1_0000, [0; 4]).unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "cannot write 4 bytes at 0x00010000: the code section \
///      (0x00010000..0x00010004, r-x) may not be written"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: address_space
#[derive(Debug, Default)]
pub struct AddressSpace {
    /// In the order in which they were placed. There are so few that looking
    /// through them is as fast as anything.
    sections: Vec<Section>,
}
// ANCHOR_END: address_space

impl AddressSpace {
    /// Adds a section. The code should be the first: it is looked at most.
    ///
    /// # Errors
    ///
    /// If it overlaps another section. An empty one, as a heap is at first,
    /// may touch others, but may not be in the middle of one.
    // ANCHOR: place
    pub fn place(&mut self, section: Section) -> Result<(), Misplaced> {
        self.check_overlap(section.extent(), None)?;
        self.sections.push(section);
        Ok(())
    }
    // ANCHOR_END: place

    /// Another one with the same bytes in it. What one of the two writes, the other
    /// does not see, but for [shared](Section::shared) segments.
    ///
    /// ```
    /// use kernel_sim::machine::memory::{AddressSpace, Section, Segment};
    ///
    /// let mut memory = AddressSpace::default();
    /// memory.place(Section::data(0x2_0000, Segment::zeroed(8))?)?;
    /// memory.place(Section::shared(0x3_0000, Segment::zeroed(8))?)?;
    /// let copy = memory.copy();
    /// memory.store(0x2_0000, [5])?;
    /// memory.store(0x3_0000, [6])?;
    /// assert_eq!(copy.load(0x2_0000), Ok([0]));
    /// assert_eq!(copy.load(0x3_0000), Ok([6]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    // ANCHOR: copy_and_remove
    pub fn copy(&self) -> AddressSpace {
        AddressSpace {
            sections: self.sections.iter().map(Section::copy).collect(),
        }
    }

    /// Takes the section that begins at `base` out, if there is one.
    pub fn remove(&mut self, base: u32) -> Option<Section> {
        let index = self.sections.iter().position(|s| s.extent().base == base)?;
        Some(self.sections.remove(index))
    }
    // ANCHOR_END: copy_and_remove

    /// Moves the limit of the heap. New bytes are zero; those that are given up
    /// are gone. Takes as long as it takes to copy the heap.
    ///
    /// # Errors
    ///
    /// If there is no heap, it begins above `limit`, or it would overlap
    /// another section. Then it stays as it is. How much a process may have is
    /// not known here.
    // ANCHOR: set_heap_limit
    pub fn set_heap_limit(&mut self, limit: u32) -> Result<(), Misplaced> {
        let is_heap = |section: &Section| section.extent().name == SectionName::Heap;
        let index = self.sections.iter().position(is_heap);
        let index = index.ok_or(Misplaced::NoHeap)?;
        let old = self.sections[index].extent();
        if limit < old.base {
            return Err(Misplaced::BelowHeap);
        }
        self.check_overlap(Extent { limit, ..old }, Some(index))?;
        self.sections[index].move_limit(limit);
        Ok(())
    }
    // ANCHOR_END: set_heap_limit

    /// `index` is where the section itself is, if it is one of ours.
    // ANCHOR: check_overlap
    fn check_overlap(&self, new: Extent, index: Option<usize>) -> Result<(), Misplaced> {
        let others = self.sections.iter().enumerate();
        for (_, other) in others.filter(|&(other, _)| Some(other) != index) {
            let with = other.extent();
            if new.base < with.limit && with.base < new.limit {
                return Err(Misplaced::Overlap { new, with });
            }
        }
        Ok(())
    }
    // ANCHOR_END: check_overlap

    /// The sections, in the order in which they were placed.
    // ANCHOR: questions
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter()
    }

    /// The section to which the byte at `address` belongs.
    pub fn section_at(&self, address: u32) -> Option<&Section> {
        self.sections.iter().find(|s| s.extent().contains(address))
    }
    // ANCHOR_END: questions

    /// Reads `N` bytes, as a load of that size does.
    ///
    /// # Errors
    ///
    /// If `N` does not divide the address, or not all bytes are in one section.
    // ANCHOR: load
    #[inline]
    pub fn load<const N: usize>(&self, address: u32) -> Result<[u8; N], Fault> {
        if (address as usize).is_multiple_of(N) {
            for section in &self.sections {
                if let Some(cells) = section.cells(address) {
                    return Ok(segment::get(cells));
                }
            }
        }
        Err(self.explain(address, N, Access::Read))
    }
    // ANCHOR_END: load

    /// Writes `N` bytes, as a store of that size does.
    ///
    /// # Errors
    ///
    /// If `N` does not divide the address, or not all bytes are in one section
    /// that may be written. Then nothing is written.
    // ANCHOR: store
    #[inline]
    pub fn store<const N: usize>(&self, address: u32, bytes: [u8; N]) -> Result<(), Fault> {
        if (address as usize).is_multiple_of(N) {
            for section in &self.sections {
                if let Some(cells) = section.cells(address)
                    && section.extent().permissions.allow(Access::Write)
                {
                    segment::set(cells, bytes);
                    return Ok(());
                }
            }
        }
        Err(self.explain(address, N, Access::Write))
    }
    // ANCHOR_END: store

    /// The instruction at `address`, or `None` if what is there is illegal.
    ///
    /// # Errors
    ///
    /// If four does not divide the address, or it is not in a section that may
    /// be executed.
    // ANCHOR: fetch
    #[inline]
    pub fn fetch(&self, address: u32) -> Result<Option<Instruction>, Fault> {
        if address.is_multiple_of(4) {
            for section in &self.sections {
                if let Some(instruction) = section.instruction(address) {
                    return Ok(instruction);
                }
            }
        }
        Err(self.explain(address, 4, Access::Fetch))
    }
    // ANCHOR_END: fetch

    /// Copies bytes out of the process, for a kernel that has got a pointer
    /// from it. They may lie at any address and in several sections.
    ///
    /// # Errors
    ///
    /// If not all of them may be read. The fault names the first that may not.
    // ANCHOR: read
    pub fn read(&self, address: u32, length: u32) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        self.walk(address, length, Access::Read, |cells| {
            bytes.extend(cells.iter().map(Cell::get));
        })?;
        Ok(bytes)
    }
    // ANCHOR_END: read

    /// Copies bytes into the process, for a kernel that has got a pointer from
    /// it. They may lie at any address and in several sections.
    ///
    /// # Errors
    ///
    /// If not all of them may be written. The fault names the first that may
    /// not, and nothing is written.
    // ANCHOR: write
    pub fn write(&self, address: u32, bytes: &[u8]) -> Result<(), Fault> {
        // More than there are addresses is too much, whatever the number is.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.walk(address, length, Access::Write, |_| {})?;
        let mut rest = bytes;
        self.walk(address, length, Access::Write, |cells| {
            let (now, later) = rest.split_at(cells.len());
            for (cell, &byte) in cells.iter().zip(now) {
                cell.set(byte);
            }
            rest = later;
        })
    }
    // ANCHOR_END: write

    /// Calls `visit` with the bytes from `address` on, section by section.
    // ANCHOR: walk
    fn walk(
        &self,
        address: u32,
        length: u32,
        access: Access,
        mut visit: impl FnMut(&[Cell<u8>]),
    ) -> Result<(), Fault> {
        let mut address = address;
        let mut left = length;
        while left > 0 {
            let section = self.section_at(address);
            let section = section.filter(|s| s.extent().permissions.allow(access));
            let Some(cells) = section.and_then(|s| s.cells_from(address)) else {
                return Err(self.explain(address, 1, access));
            };
            let cells = &cells[..cells.len().min(left as usize)];
            visit(cells);
            // No section reaches the end of the address space.
            address += cells.len() as u32;
            left -= cells.len() as u32;
        }
        Ok(())
    }
    // ANCHOR_END: walk

    /// Why this access is a fault. Not called if it is none.
    // ANCHOR: explain
    #[cold]
    pub(super) fn explain(&self, address: u32, size: usize, access: Access) -> Fault {
        let section = self.section_at(address).map(Section::extent);
        let why = match section {
            _ if !(address as usize).is_multiple_of(size) => Why::Misaligned { section },
            Some(section) if !section.permissions.allow(access) => Why::Forbidden(section),
            Some(section) => Why::CutOff(section),
            None => Why::Nowhere {
                nearest: self.nearest(address),
            },
        };
        Fault {
            address,
            size: size as u32,
            access,
            why,
        }
    }
    // ANCHOR_END: explain

    /// The section that ends last below `address`, or begins first above it:
    /// whichever is nearer.
    // ANCHOR: nearest
    fn nearest(&self, address: u32) -> Option<Extent> {
        self.sections
            .iter()
            .map(Section::extent)
            .min_by_key(|extent| extent.distance(address))
    }
    // ANCHOR_END: nearest
}

/// Why a section cannot be where it was to be.
// ANCHOR: misplaced
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// It begins at this address, in the middle of a word.
    Unaligned(u32),
    /// It would go beyond the end of the address space, or up to its last byte.
    TooLong {
        /// Where it was to begin.
        base: u32,
        /// How many bytes it has.
        length: usize,
    },
    /// Some bytes would belong to two sections.
    Overlap {
        /// The section that was to be placed.
        new: Extent,
        /// The section that is there.
        with: Extent,
    },
    /// There is no heap whose limit could be moved.
    NoHeap,
    /// The limit of the heap would be below its base.
    BelowHeap,
}
// ANCHOR_END: misplaced

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misplaced::Unaligned(base) => {
                write!(
                    f,
                    "a section cannot begin at {base:#010x}: 4 does not divide it"
                )
            }
            Misplaced::TooLong { base, length } => {
                write!(f, "{length} bytes from {base:#010x} on are too many: ")?;
                f.write_str("a section ends before the address 0xffffffff")
            }
            Misplaced::Overlap { new, with } => write!(f, "{new} would overlap {with}"),
            Misplaced::NoHeap => f.write_str("there is no heap whose limit could be moved"),
            Misplaced::BelowHeap => f.write_str("the heap would end before it begins"),
        }
    }
}

impl std::error::Error for Misplaced {}
