//! The sections of a program while it is being assembled: bytes, and gaps whose
//! sizes are not known yet.
//!
//! ```text
//!   section ┌──────────────┬─────────┬───────────┬─────────┬───────────────┐
//!           │ fixed bytes  │  tail   │   fixed   │  tail   │ fixed         │
//!           └──────────────┴─────────┴───────────┴─────────┴───────────────┘
//!            ◀───── fragment 0 ─────▶ ◀──── fragment 1 ───▶ ◀─ fragment 2 ─
//! ```
//!
//! A *fragment* is some bytes that cannot change their places among each other,
//! and a *tail* that may be long or short: a branch, or padding. A [`Place`] is
//! told by fragment, so that it is right whatever the tails before it become.
//! The word is GNU's.
//!
//! Knows nothing of names or of addresses. Read next: `value.rs`, for what can
//! be calculated with places; `relax.rs`, for how long tails become.

use std::collections::HashMap;

use super::expression::Expression;
use super::problem::Problem;
use super::source::Span;
use crate::machine::isa::{Branch, Register};

/// How long `.text` and `.rodata` may be together, and `.data` and `.bss`: far
/// more than any program in here needs, and little enough to be held in memory.
// ANCHOR: limit
pub(super) const LIMIT: u32 = 16 << 20;
// ANCHOR_END: limit

/// Which part of the program a section belongs to.
// ANCHOR: part
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    Text,
    Rodata,
    Data,
    Bss,
}

impl Part {
    pub(super) const ALL: [Part; 4] = [Part::Text, Part::Rodata, Part::Data, Part::Bss];

    /// The name of the section that is always there.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Part::Text => ".text",
            Part::Rodata => ".rodata",
            Part::Data => ".data",
            Part::Bss => ".bss",
        }
    }

    /// The part that a section of this name goes to: `.text.main` to `.text`.
    pub(super) fn named(section: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| {
            section
                .strip_prefix(part.name())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
// ANCHOR_END: part

// ANCHOR: section_id_and_place
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SectionId(pub(super) u16);

/// A byte of a section, or the one after its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) section: SectionId,
    pub(super) fragment: u32,
    /// In bytes from the beginning of the fragment.
    pub(super) offset: u32,
}
// ANCHOR_END: section_id_and_place

/// See the picture above.
// ANCHOR: fragment
#[derive(Debug)]
pub(super) struct Fragment {
    /// How many fixed bytes of the section come before those of this fragment.
    pub(super) start: u32,
    /// Fragments of one group have nothing between them whose size is unknown,
    /// so that the distances inside a group are known at once.
    group: u32,
    in_group: u32,
    pub(super) tail: Tail,
}
// ANCHOR_END: fragment

/// What comes after the fixed bytes of a fragment.
// ANCHOR: tail
#[derive(Debug)]
pub(super) enum Tail {
    /// Nothing. The fragment ends because GNU's would; see `relax.rs`.
    None,
    /// One instruction, or two if the target is too far away.
    Branch(FarBranch),
    /// Padding whose length the assembler decides.
    Align(Align),
    /// Padding in code: the assembler leaves room for the longest, and the
    /// linker takes out what is too much.
    Padding { power: u8, span: Span },
}
// ANCHOR_END: tail

/// A conditional branch whose target may be out of its reach.
// ANCHOR: far_branch
#[derive(Debug)]
pub(super) struct FarBranch {
    pub(super) op: Branch,
    pub(super) rs1: Register,
    pub(super) rs2: Register,
    pub(super) target: Expression,
}
// ANCHOR_END: far_branch

/// Padding up to a multiple of 2^`power`, unless it takes more than `most`.
// ANCHOR: align
#[derive(Clone, Copy, Debug)]
pub(super) struct Align {
    pub(super) power: u8,
    pub(super) fill: Fill,
    pub(super) most: u32,
}

impl Align {
    /// How many bytes it takes from an offset on.
    pub(super) fn length(self, offset: u32) -> u32 {
        let length = offset.wrapping_neg() & ((1 << self.power) - 1);
        if length > self.most { 0 } else { length }
    }
}
// ANCHOR_END: align

/// What padding consists of.
// ANCHOR: fill
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    Byte(u8),
    /// Instructions that do nothing. But GNU's assembler writes zeroes if the
    /// linker may take out padding when the text ends, whatever was allowed at
    /// this place.
    Nops,
}

/// `addi zero,zero,0`, and its compressed form, which is half as long.
const NOP: [u8; 4] = [0x13, 0, 0, 0];
const HALF_NOP: [u8; 2] = [0x01, 0];

impl Fill {
    /// `length` bytes of padding. Where nops do not fit, zeroes come first.
    pub(super) fn bytes(self, length: u32) -> Vec<u8> {
        let length = length as usize;
        match self {
            Fill::Byte(byte) => vec![byte; length],
            Fill::Nops => {
                let mut bytes = vec![0; length % 2];
                if length % 4 >= 2 {
                    bytes.extend(HALF_NOP);
                }
                bytes.extend(NOP.repeat(length / 4));
                bytes
            }
        }
    }
}
// ANCHOR_END: fill

/// A section under construction.
// ANCHOR: section
#[derive(Debug)]
pub(super) struct Section {
    pub(super) part: Part,
    /// The section begins at a multiple of 2 to this power.
    pub(super) power: u8,
    /// What has made it so.
    pub(super) aligned_by: Option<Span>,
    /// The fixed bytes of all fragments. None for `.bss`: all of them are zero.
    pub(super) bytes: Vec<u8>,
    /// How many fixed bytes there are.
    pub(super) length: u32,
    pub(super) fragments: Vec<Fragment>,
}
// ANCHOR_END: section

impl Section {
    // ANCHOR: new_section
    fn new(part: Part) -> Section {
        Section {
            part,
            power: if part == Part::Text { 2 } else { 0 },
            aligned_by: None,
            bytes: Vec::new(),
            length: 0,
            fragments: vec![Fragment {
                start: 0,
                group: 0,
                in_group: 0,
                tail: Tail::None,
            }],
        }
    }

    fn last(&self) -> &Fragment {
        &self.fragments[self.fragments.len() - 1]
    }
    // ANCHOR_END: new_section

    /// How many fixed bytes a fragment has.
    // ANCHOR: fixed_and_known_offset
    pub(super) fn fixed(&self, fragment: usize) -> u32 {
        let end = self
            .fragments
            .get(fragment + 1)
            .map_or(self.length, |next| next.start);
        end - self.fragments[fragment].start
    }

    /// The offset from the beginning of the section, if it is known already.
    pub(super) fn known_offset(&self) -> Option<u32> {
        let last = self.last();
        (last.group == 0).then(|| last.in_group + (self.length - last.start))
    }
    // ANCHOR_END: fixed_and_known_offset

    /// Ends the fragment with `tail`, and begins the next.
    // ANCHOR: end_fragment
    pub(super) fn end_fragment(&mut self, tail: Tail) {
        let last = self.last();
        let (group, in_group) = match tail {
            Tail::None => (last.group, last.in_group + (self.length - last.start)),
            _ => (last.group + 1, 0),
        };
        let count = self.fragments.len();
        self.fragments[count - 1].tail = tail;
        self.fragments.push(Fragment {
            start: self.length,
            group,
            in_group,
            tail: Tail::None,
        });
    }
    // ANCHOR_END: end_fragment

    // ANCHOR: grow_and_put
    fn grow(&mut self, length: u64) -> Result<(), Problem> {
        if u64::from(self.length) + length > u64::from(LIMIT) {
            return Err(Problem::TooLarge {
                what: self.part.name(),
                limit: LIMIT,
            });
        }
        self.length += length as u32;
        Ok(())
    }

    /// Appends bytes.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.part == Part::Bss {
            if bytes.iter().any(|&byte| byte != 0) {
                return Err(Problem::NotZero);
            }
            return self.grow(bytes.len() as u64);
        }
        self.grow(bytes.len() as u64)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
    // ANCHOR_END: grow_and_put

    /// Appends `count` times the same bytes.
    // ANCHOR: put_repeated
    pub(super) fn put_repeated(&mut self, bytes: &[u8], count: u64) -> Result<(), Problem> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.part == Part::Bss && bytes.iter().any(|&byte| byte != 0) {
            return Err(Problem::NotZero);
        }
        self.grow(count.saturating_mul(bytes.len() as u64))?;
        if self.part != Part::Bss {
            let length = count as usize * bytes.len();
            self.bytes.extend(bytes.iter().cycle().take(length));
        }
        Ok(())
    }
    // ANCHOR_END: put_repeated
}

/// Sections that GNU's linker puts elsewhere, for the sake of caches and of
/// shared libraries, and this one not at all.
// ANCHOR: moved
const MOVED: &[&str] = &[
    ".text.unlikely",
    ".text.exit",
    ".text.startup",
    ".text.hot",
    ".text.sorted",
    ".data.rel.ro",
];

/// All sections of a program, in the order in which they were first named.
#[derive(Debug)]
pub(super) struct Sections {
    all: Vec<Section>,
    by_name: HashMap<String, SectionId>,
    pub(super) current: SectionId,
}
// ANCHOR_END: moved

impl Sections {
    /// `.text`, where a program begins if it says nothing, `.data` and `.bss`:
    /// GNU's assembler has these three from the beginning, and in this order.
    // ANCHOR: sections
    pub(super) fn new() -> Sections {
        let mut sections = Sections {
            all: Vec::new(),
            by_name: HashMap::new(),
            current: SectionId(0),
        };
        for (index, part) in [Part::Text, Part::Data, Part::Bss].into_iter().enumerate() {
            let id = SectionId(index as u16);
            sections.by_name.insert(part.name().to_owned(), id);
            sections.all.push(Section::new(part));
        }
        sections
    }

    /// Goes on in the section of this name.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), Problem> {
        if let Some(&id) = self.by_name.get(name) {
            self.current = id;
            return Ok(());
        }
        let part = Part::named(name)
            .filter(|_| !MOVED.iter().any(|moved| name.starts_with(moved)))
            .ok_or_else(|| Problem::UnknownSection {
                name: name.to_owned(),
            })?;
        let id = u16::try_from(self.all.len()).map_err(|_| Problem::TooLarge {
            what: "the list of sections",
            limit: u16::MAX.into(),
        })?;
        self.by_name.insert(name.to_owned(), SectionId(id));
        self.all.push(Section::new(part));
        self.current = SectionId(id);
        Ok(())
    }
    // ANCHOR_END: sections

    // ANCHOR: places
    pub(super) fn current(&mut self) -> &mut Section {
        &mut self.all[usize::from(self.current.0)]
    }

    /// Where the next byte will be.
    pub(super) fn here(&self) -> Place {
        self.end(self.current)
    }

    /// The place after the last byte of a section.
    pub(super) fn end(&self, id: SectionId) -> Place {
        let section = self.get(id);
        Place {
            section: id,
            fragment: section.fragments.len() as u32 - 1,
            offset: section.length - section.last().start,
        }
    }
    // ANCHOR_END: places

    // ANCHOR: access
    pub(super) fn get(&self, id: SectionId) -> &Section {
        &self.all[usize::from(id.0)]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SectionId, &Section)> {
        (0..).map(SectionId).zip(&self.all)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = SectionId> + use<> {
        (0..self.all.len() as u16).map(SectionId)
    }

    pub(super) fn get_mut(&mut self, id: SectionId) -> &mut Section {
        &mut self.all[usize::from(id.0)]
    }
    // ANCHOR_END: access

    /// How far it is from one place to another, if nothing that is between them
    /// can change its size any more.
    // ANCHOR: known_distance
    pub(super) fn known_distance(&self, from: Place, to: Place) -> Option<i64> {
        if from.section != to.section {
            return None;
        }
        let section = self.get(from.section);
        let in_group = |place: Place| {
            let fragment = &section.fragments[place.fragment as usize];
            let offset = i64::from(fragment.in_group) + i64::from(place.offset);
            (fragment.group, offset)
        };
        let ((from_group, from), (to_group, to)) = (in_group(from), in_group(to));
        (from_group == to_group).then_some(to - from)
    }
    // ANCHOR_END: known_distance
}
