//! A run of bytes, without an address. It gets one when it becomes a section.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

/// Bytes that may be part of several address spaces.
///
/// A clone is not a copy: it is the same bytes once more. What one process
/// writes into a segment, the other one reads.
///
/// ```text
///   address space A          segment           address space B
///  ┌────────────────┐                         ┌────────────────┐
///  │ shared section │───▶ ┌───────────┐ ◀─────│                │
///  │  0x3000_0000   │     │ the bytes │       │ shared section │
///  └────────────────┘     └───────────┘       │  0x5000_0000   │
///                                             └────────────────┘
/// ```
///
/// Each byte is a cell of its own: nothing is ever borrowed while a program
/// runs, and nothing has to be checked for it. The compiler makes one access
/// of the four that a word needs.
///
/// ```
/// use kernel_sim::machine::memory::{AddressSpace, Section, Segment};
///
/// let segment = Segment::zeroed(4096);
/// let (mut a, mut b) = (AddressSpace::default(), AddressSpace::default());
/// a.place(Section::shared(0x3000_0000, segment.clone())?)?;
/// b.place(Section::shared(0x5000_0000, segment)?)?;
///
/// a.store(0x3000_0010, 7_u32.to_le_bytes())?;
/// assert_eq!(b.load(0x5000_0010)?, 7_u32.to_le_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: segment
#[derive(Clone)]
pub struct Segment(Rc<[Cell<u8>]>);
// ANCHOR_END: segment

impl Segment {
    /// So many bytes, all zero.
    // ANCHOR: segment_counts
    pub fn zeroed(length: usize) -> Segment {
        Segment(std::iter::repeat_n(Cell::new(0), length).collect())
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many hold this segment: sections, and clones elsewhere.
    pub fn holders(&self) -> usize {
        Rc::strong_count(&self.0)
    }
    // ANCHOR_END: segment_counts

    /// Another segment of that length: it begins as this one does, and what
    /// this one does not have is zero.
    // ANCHOR: resized
    pub(super) fn resized(&self, length: usize) -> Segment {
        let kept = self.0.iter().cloned();
        let zeroes = std::iter::repeat(Cell::new(0));
        Segment(kept.chain(zeroes).take(length).collect())
    }

    #[inline]
    pub(super) fn cells(&self) -> &[Cell<u8>] {
        &self.0
    }
    // ANCHOR_END: resized
}

// ANCHOR: made_of_bytes
impl<B: AsRef<[u8]> + ?Sized> From<&B> for Segment {
    /// A segment with these bytes in it.
    fn from(bytes: &B) -> Segment {
        Segment(bytes.as_ref().iter().copied().map(Cell::new).collect())
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({} bytes)", self.len())
    }
}
// ANCHOR_END: made_of_bytes

// ANCHOR: get_and_set
#[inline]
pub(super) fn get<const N: usize>(cells: &[Cell<u8>; N]) -> [u8; N] {
    std::array::from_fn(|i| cells[i].get())
}

#[inline]
pub(super) fn set<const N: usize>(cells: &[Cell<u8>; N], bytes: [u8; N]) {
    for (cell, byte) in cells.iter().zip(bytes) {
        cell.set(byte);
    }
}
// ANCHOR_END: get_and_set
