//! What is wrong with an access to memory, in words.

use std::fmt;

use super::section::{Extent, SectionName};

/// An access to memory that did not happen.
///
/// ```
/// use kernel_sim::machine::memory::{AddressSpace, Section, Segment};
///
/// let mut memory = AddressSpace::default();
/// memory.place(Section::stack(0x7fff_e000, Segment::zeroed(0x2000))?)?;
///
/// assert_eq!(
///     memory.load::<4>(0).unwrap_err().to_string(),
///     "cannot read 4 bytes at 0x00000000: nothing is there; \
///      a pointer that was never set is zero"
/// );
/// assert_eq!(
///     memory.store(0x7fff_dffc, [0; 4]).unwrap_err().to_string(),
///     "cannot write 4 bytes at 0x7fffdffc: nothing is there; \
///      it is 4 bytes below the stack (0x7fffe000..0x80000000, rw-), which may have overflowed"
/// );
/// assert_eq!(
///     memory.load::<4>(0x7fff_e002).unwrap_err().to_string(),
///     "cannot read 4 bytes at 0x7fffe002: 4 does not divide the address"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: fault
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The first byte of the access.
    pub address: u32,
    /// How many bytes it was about.
    pub size: u32,
    /// What was to be done.
    pub access: Access,
    /// What stood against it.
    pub why: Why,
}

/// What a program does with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// The CPU takes the next instruction.
    Fetch,
    /// A load.
    Read,
    /// A store.
    Write,
}
// ANCHOR_END: fault

/// What stands against an access.
// ANCHOR: why
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The size does not divide the address. Said first, whatever else is wrong.
    Misaligned {
        /// The section to which the first byte belongs, if it belongs to one.
        section: Option<Extent>,
    },
    /// No section is there.
    Nowhere {
        /// The section that is next to it, if there is any.
        nearest: Option<Extent>,
    },
    /// This section's permissions.
    Forbidden(Extent),
    /// This section ends before the access does.
    CutOff(Extent),
}
// ANCHOR_END: why

impl Fault {
    /// The section to which the first byte belongs, if it belongs to one.
    // ANCHOR: section
    pub fn section(&self) -> Option<Extent> {
        match self.why {
            Why::Misaligned { section } => section,
            Why::Nowhere { .. } => None,
            Why::Forbidden(section) | Why::CutOff(section) => Some(section),
        }
    }
    // ANCHOR_END: section
}

/// Up to here, a wrong pointer is more likely zero and an offset than anything
/// else. Linux leaves as many bytes empty by default, for the same reason.
// ANCHOR: near
const NEAR_ZERO: u32 = 0x1_0000;

/// Up to here, a neighbour is worth mentioning.
const NEAR_SECTION: u32 = 0x1_0000;

/// What has happened if the CPU is where the instructions end.
const WENT_ON: &str = "the program has not asked to exit before";
// ANCHOR_END: near

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ANCHOR: text_of_access
        let Fault {
            address,
            size,
            access,
            why,
        } = *self;
        match (access, size) {
            (Access::Fetch, _) => write!(f, "cannot execute what is at {address:#010x}: ")?,
            (_, 1) => write!(f, "cannot {access} 1 byte at {address:#010x}: ")?,
            _ => write!(f, "cannot {access} {size} bytes at {address:#010x}: ")?,
        }
        // ANCHOR_END: text_of_access
        // ANCHOR: text_of_why
        match why {
            Why::Misaligned { .. } => write!(f, "{size} does not divide the address"),
            Why::Forbidden(section) => {
                write!(f, "{section} may not be {}", access.done())?;
                match section.name {
                    SectionName::Constants
                        if access == Access::Fetch && address == section.base =>
                    {
                        write!(f, "; it begins here, and {WENT_ON}")
                    }
                    _ => Ok(()),
                }
            }
            Why::CutOff(section) => write!(f, "{section} ends before"),
            Why::Nowhere { nearest } => {
                f.write_str("nothing is there")?;
                match nearest {
                    Some(section) if access == Access::Fetch && section.limit == address => {
                        write!(f, "; {section} ends here, and {WENT_ON}")
                    }
                    _ if address < NEAR_ZERO => {
                        f.write_str("; a pointer that was never set is zero")
                    }
                    Some(section) => describe_neighbour(f, address, section),
                    None => Ok(()),
                }
            }
        }
        // ANCHOR_END: text_of_why
    }
}

// ANCHOR: neighbour
fn describe_neighbour(f: &mut fmt::Formatter<'_>, address: u32, section: Extent) -> fmt::Result {
    let distance = section.distance(address);
    if distance > NEAR_SECTION {
        return Ok(());
    }
    let bytes = if distance == 1 { "byte" } else { "bytes" };
    let (side, comment) = match (address < section.base, section.name) {
        (true, SectionName::Stack) => ("below", ", which may have overflowed"),
        (true, _) => ("below", ""),
        (false, _) => ("beyond", ""),
    };
    write!(f, "; it is {distance} {bytes} {side} {section}{comment}")
}
// ANCHOR_END: neighbour

impl std::error::Error for Fault {}

// ANCHOR: access_words
impl Access {
    fn done(self) -> &'static str {
        match self {
            Access::Fetch => "executed",
            Access::Read => "read",
            Access::Write => "written",
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Access::Fetch => "execute",
            Access::Read => "read",
            Access::Write => "write",
        })
    }
}
// ANCHOR_END: access_words
