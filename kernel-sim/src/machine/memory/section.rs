//! A segment with an address, a name and permissions.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use super::Misplaced;
use super::fault::Access;
use super::segment::Segment;
use crate::machine::isa::Instruction;

/// A part of an address space: bytes from a base on, and what may be done with
/// them.
///
/// A clone has the same bytes, not a copy of them. So a program's code is in
/// memory once, however many processes execute it.
// ANCHOR: section
#[derive(Clone, Debug)]
pub struct Section {
    extent: Extent,
    bytes: Segment,
    /// The code again, one entry a word: what the CPU would find if it looked
    /// at the word anew each time it comes by. It cannot become wrong, because
    /// code is not writable and nobody else has got hold of its segment.
    instructions: Option<Rc<[Option<Instruction>]>>,
}

/// What a section is called, where it is, and what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extent {
    /// What it is for.
    pub name: SectionName,
    /// The address of the first byte.
    pub base: u32,
    /// The address after the last byte.
    pub limit: u32,
    /// What may be done with it.
    pub permissions: Permissions,
}
// ANCHOR_END: section

/// What a section is for.
// ANCHOR: names_and_permissions
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionName {
    /// Instructions.
    Code,
    /// What is only read. The assembler puts it behind the code instead.
    Constants,
    /// Global variables.
    Data,
    /// What is allocated while the program runs.
    Heap,
    /// Local variables and return addresses.
    Stack,
    /// A segment that another process may have as well.
    Shared,
}

/// What may be done with a section. Nothing is both writable and executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permissions {
    /// `r-x`: code.
    ReadExecute,
    /// `r--`: constants.
    Read,
    /// `rw-`: data.
    ReadWrite,
}
// ANCHOR_END: names_and_permissions

impl Section {
    /// Instructions. They may be read and executed.
    ///
    /// # Errors
    ///
    /// If four does not divide `base`, or the section would not end before the
    /// last byte of the address space. The same holds for all kinds.
    // ANCHOR: code
    pub fn code(base: u32, bytes: &[u8]) -> Result<Section, Misplaced> {
        let (words, _rest) = bytes.as_chunks();
        let words = words.iter().copied().map(u32::from_le_bytes);
        Ok(Section {
            instructions: Some(words.map(Instruction::decode).collect()),
            ..Section::new(
                SectionName::Code,
                base,
                Segment::from(bytes),
                Permissions::ReadExecute,
            )?
        })
    }
    // ANCHOR_END: code

    /// Constants. They may be read.
    ///
    /// # Errors
    ///
    /// See [`code`](Self::code).
    // ANCHOR: constants
    pub fn constants(base: u32, bytes: Segment) -> Result<Section, Misplaced> {
        Section::new(SectionName::Constants, base, bytes, Permissions::Read)
    }
    // ANCHOR_END: constants

    /// Global variables.
    ///
    /// # Errors
    ///
    /// See [`code`](Self::code).
    // ANCHOR: data
    pub fn data(base: u32, bytes: Segment) -> Result<Section, Misplaced> {
        Section::new(SectionName::Data, base, bytes, Permissions::ReadWrite)
    }
    // ANCHOR_END: data

    /// A heap, whose limit can be moved later.
    ///
    /// # Errors
    ///
    /// See [`code`](Self::code).
    pub fn heap(base: u32, bytes: Segment) -> Result<Section, Misplaced> {
        Section::new(SectionName::Heap, base, bytes, Permissions::ReadWrite)
    }

    /// A stack. Its program begins at the limit and goes down.
    ///
    /// # Errors
    ///
    /// See [`code`](Self::code).
    // ANCHOR: stack
    pub fn stack(base: u32, bytes: Segment) -> Result<Section, Misplaced> {
        Section::new(SectionName::Stack, base, bytes, Permissions::ReadWrite)
    }
    // ANCHOR_END: stack

    /// A segment that is in another address space as well.
    ///
    /// # Errors
    ///
    /// See [`code`](Self::code).
    pub fn shared(base: u32, bytes: Segment) -> Result<Section, Misplaced> {
        Section::new(SectionName::Shared, base, bytes, Permissions::ReadWrite)
    }

    // ANCHOR: new
    fn new(
        name: SectionName,
        base: u32,
        bytes: Segment,
        permissions: Permissions,
    ) -> Result<Section, Misplaced> {
        if !base.is_multiple_of(4) {
            return Err(Misplaced::Unaligned(base));
        }
        let length = bytes.len();
        let limit = u32::try_from(length).ok().and_then(|l| base.checked_add(l));
        let limit = limit.ok_or(Misplaced::TooLong { base, length })?;
        Ok(Section {
            extent: Extent {
                name,
                base,
                limit,
                permissions,
            },
            bytes,
            instructions: None,
        })
    }
    // ANCHOR_END: new

    /// The same section, for reading only.
    // ANCHOR: read_only
    pub fn read_only(mut self) -> Section {
        if self.extent.permissions == Permissions::ReadWrite {
            self.extent.permissions = Permissions::Read;
        }
        self
    }
    // ANCHOR_END: read_only

    /// The instruction at `address`, if the CPU would find one there.
    ///
    /// ```
    /// use kernel_sim::machine::memory::Section;
    ///
    /// let code = Section::code(0x1_0000, &[0x73, 0, 0, 0])?;
    /// assert_eq!(code.instruction_at(0x1_0000).unwrap().to_string(), "ecall");
    /// assert_eq!(code.instruction_at(0x1_0002), None);
    /// # Ok::<(), kernel_sim::machine::memory::Misplaced>(())
    /// ```
    // ANCHOR: instruction_at
    pub fn instruction_at(&self, address: u32) -> Option<Instruction> {
        let is_word = address.is_multiple_of(4);
        is_word.then(|| self.instruction(address)).flatten()?
    }

    /// What it is called, where it is, and what may be done with it.
    #[inline]
    pub fn extent(&self) -> Extent {
        self.extent
    }
    // ANCHOR_END: instruction_at

    /// The same section with bytes of its own, if anybody can tell that they are.
    // ANCHOR: copy_and_move
    pub(super) fn copy(&self) -> Section {
        let mut copy = self.clone();
        let Extent {
            name, permissions, ..
        } = self.extent;
        if permissions == Permissions::ReadWrite && name != SectionName::Shared {
            copy.bytes = self.bytes.resized(self.bytes.len());
        }
        copy
    }

    /// The other holders of its bytes keep what they have.
    pub(super) fn move_limit(&mut self, limit: u32) {
        self.extent.limit = limit;
        self.bytes = self.bytes.resized((limit - self.extent.base) as usize);
    }
    // ANCHOR_END: copy_and_move

    /// `N` bytes from `address` on, if it has them all.
    // ANCHOR: cells
    #[inline]
    pub(super) fn cells<const N: usize>(&self, address: u32) -> Option<&[Cell<u8>; N]> {
        self.cells_from(address)?.first_chunk()
    }

    /// All bytes from `address` on, if it is not below or above.
    #[inline]
    pub(super) fn cells_from(&self, address: u32) -> Option<&[Cell<u8>]> {
        // What is below the base wraps around, and is then beyond the limit.
        let offset = address.wrapping_sub(self.extent.base);
        self.bytes.cells().get(offset as usize..)
    }

    /// What is to be executed at `address`, if it has code there. Four divides
    /// the address, as it divides the base.
    #[inline]
    pub(super) fn instruction(&self, address: u32) -> Option<Option<Instruction>> {
        let offset = address.wrapping_sub(self.extent.base);
        self.instructions
            .as_ref()?
            .get(offset as usize / 4)
            .copied()
    }
    // ANCHOR_END: cells
}

impl Extent {
    /// Whether the byte at `address` belongs to it.
    // ANCHOR: contains
    #[inline]
    pub fn contains(&self, address: u32) -> bool {
        self.base <= address && address < self.limit
    }

    /// From `address`, which does not belong to it, to its nearest byte.
    pub(super) fn distance(&self, address: u32) -> u32 {
        if address < self.base {
            self.base - address
        } else {
            (address - self.limit).saturating_add(1)
        }
    }
    // ANCHOR_END: contains
}

impl Permissions {
    /// Whether this may be done.
    // ANCHOR: allow
    #[inline]
    pub fn allow(self, access: Access) -> bool {
        match access {
            Access::Fetch => self == Permissions::ReadExecute,
            Access::Read => true,
            Access::Write => self == Permissions::ReadWrite,
        }
    }
    // ANCHOR_END: allow
}

// ANCHOR: words
impl fmt::Display for Extent {
    /// `the stack (0x7fffe000..0x80000000, rw-)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Extent {
            name,
            base,
            limit,
            permissions,
        } = self;
        write!(f, "the {name} ({base:#010x}..{limit:#010x}, {permissions})")
    }
}

impl fmt::Display for SectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            SectionName::Code => "code section",
            SectionName::Constants => "constants",
            SectionName::Data => "data section",
            SectionName::Heap => "heap",
            SectionName::Stack => "stack",
            SectionName::Shared => "shared memory",
        })
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Permissions::ReadExecute => "r-x",
            Permissions::Read => "r--",
            Permissions::ReadWrite => "rw-",
        })
    }
}
// ANCHOR_END: words
