//! Where everything is: the linker's work, as far as it is about addresses.
//!
//! ```text
//!   layout.text ▶ ┌──────────┐          layout.data ▶ ┌──────────┐
//!                 │ .text    │ code                   │ .data    │ data
//!                 │ .text.*  │                        │ .data.*  │
//!                 ├──────────┤                        ├──────────┤ __bss_start
//!                 │ .rodata  │                        │ .bss     │
//!                 └──────────┘                        └──────────┘ _end
//! ```
//!
//! This is how GNU's linker does it with `-Ttext` and `-Tdata` and its own
//! script. Read-only data comes after the code, because what nobody may write
//! can be guarded together.
//!
//! Source: `ld --verbose -m elf32lriscv`, the linker's own script.
//!
//! Read next: `link.rs`.

use super::image::Layout;
use super::problem::Problem;
use super::relax::Settled;
use super::section::{LIMIT, Part, Place, Section, SectionId, Sections, Tail};
use super::source::Span;

/// No section: what the linker defines is at its address.
// ANCHOR: addresses
pub(super) const LINKER: SectionId = SectionId(u16::MAX);

/// All addresses of a program.
#[derive(Debug)]
pub(super) struct Addresses {
    /// By section, as the assembler has left it.
    settled: Vec<Settled>,
    /// By section and fragment.
    linked: Vec<Vec<u32>>,
    /// How long the tails are in the end, by section and fragment.
    pub(super) tails: Vec<Vec<u32>>,
    /// From where to where each part goes, by [`Part`].
    parts: [(u32, u32); 4],
}

/// What is in the way of giving everything an address.
pub(super) type Obstacle = (Option<Span>, Problem);
// ANCHOR_END: addresses

impl Addresses {
    /// Gives each section its place.
    // ANCHOR: new
    pub(super) fn new(
        sections: &Sections,
        settled: Vec<Settled>,
        layout: Layout,
    ) -> Result<Addresses, Obstacle> {
        let mut addresses = Addresses {
            linked: vec![Vec::new(); settled.len()],
            tails: settled
                .iter()
                .map(|section| section.tails.clone())
                .collect(),
            settled,
            parts: [(0, 0); 4],
        };
        for (base, parts) in [
            (layout.text, [Part::Text, Part::Rodata]),
            (layout.data, [Part::Data, Part::Bss]),
        ] {
            let mut end = u64::from(base);
            for part in parts {
                end = addresses.place_part(sections, part, base, end)?;
            }
        }
        let (code, data) = (
            (layout.text, addresses.part(Part::Rodata).1),
            (layout.data, addresses.part(Part::Bss).1),
        );
        let (lower, upper) = if code.0 < data.0 {
            (code, data)
        } else {
            (data, code)
        };
        if lower.1 > upper.0 {
            let (end, start) = (lower.1.into(), upper.0.into());
            return Err((None, Problem::Overlap { end, start }));
        }
        Ok(addresses)
    }
    // ANCHOR_END: new

    /// Puts the sections of `part` one after the other, `end` being what is
    /// taken already. Gives what is taken then.
    // ANCHOR: place_part
    fn place_part(
        &mut self,
        sections: &Sections,
        part: Part,
        base: u32,
        mut end: u64,
    ) -> Result<u64, Obstacle> {
        let of_this_part = || sections.iter().filter(|(_, section)| section.part == part);
        // The part begins where the strictest of its sections could begin.
        let power = of_this_part().map(|(_, section)| section.power).max();
        end = end.next_multiple_of(1 << power.unwrap_or(0));
        let start = end;
        for (id, section) in of_this_part() {
            let size = 1 << section.power;
            if matches!(part, Part::Text | Part::Data) && !u64::from(base).is_multiple_of(size) {
                return Err((section.aligned_by, Problem::Alignment { bytes: size, base }));
            }
            end = end.next_multiple_of(size);
            end = self.place_section(id, section, end)?;
            if end - u64::from(base) > u64::from(LIMIT) {
                let (what, limit) = (part.name(), LIMIT);
                return Err((section.aligned_by, Problem::TooLarge { what, limit }));
            }
            if end > 1 << 32 {
                let start = 1 << 32;
                return Err((None, Problem::Overlap { end, start }));
            }
        }
        if part == Part::Bss && end > start {
            end = end.next_multiple_of(4);
        }
        self.parts[part as usize] = (start as u32, end as u32);
        Ok(end)
    }
    // ANCHOR_END: place_part

    /// Puts the fragments of a section one after the other, from `end` on. Gives
    /// where they end.
    // ANCHOR: place_section
    fn place_section(
        &mut self,
        id: SectionId,
        section: &Section,
        mut end: u64,
    ) -> Result<u64, Obstacle> {
        let index = usize::from(id.0);
        for (fragment, at) in section.fragments.iter().enumerate() {
            self.linked[index].push(end as u32);
            end += u64::from(section.fixed(fragment));
            if let Tail::Padding { power, span } = at.tail {
                let length = (end as u32).wrapping_neg() & ((1 << power) - 1);
                if length > (1 << power) - 4 || !length.is_multiple_of(2) {
                    let address = end as u32;
                    return Err((Some(span), Problem::Padding { address }));
                }
                self.tails[index][fragment] = length;
            }
            end += u64::from(self.tails[index][fragment]);
        }
        Ok(end)
    }
    // ANCHOR_END: place_section

    /// Where a part begins, and where it ends.
    // ANCHOR: part_and_of
    pub(super) fn part(&self, part: Part) -> (u32, u32) {
        self.parts[part as usize]
    }

    /// The address of a place.
    pub(super) fn of(&self, place: Place) -> u32 {
        if place.section == LINKER {
            return place.offset;
        }
        let section = &self.linked[usize::from(place.section.0)];
        section[place.fragment as usize].wrapping_add(place.offset)
    }
    // ANCHOR_END: part_and_of

    /// How far it is from one place to another.
    // ANCHOR: distance
    pub(super) fn distance(&self, from: Place, to: Place) -> i64 {
        i64::from(self.of(to)) - i64::from(self.of(from))
    }

    /// How far the assembler believes that it is, who does not know yet what
    /// padding the linker will take out.
    pub(super) fn assembled_distance(&self, from: Place, to: Place) -> i64 {
        if from.section != to.section || from.section == LINKER {
            return self.distance(from, to);
        }
        let starts = &self.settled[usize::from(from.section.0)].starts;
        let offset =
            |place: Place| starts[place.fragment as usize] as i64 + i64::from(place.offset);
        offset(to) - offset(from)
    }
    // ANCHOR_END: distance

    /// What the linker defines if the program does not.
    // ANCHOR: linker_symbol
    pub(super) fn linker_symbol(&self, name: &str) -> Option<u32> {
        let (data, data_end) = self.part(Part::Data);
        let end = self.part(Part::Bss).1.next_multiple_of(4);
        Some(match name {
            "_etext" | "__etext" | "etext" => self.part(Part::Text).1,
            "__DATA_BEGIN__" => data,
            "__SDATA_BEGIN__" | "_edata" | "edata" | "__bss_start" => data_end,
            "_end" | "end" | "__BSS_END__" => end,
            // In the middle of the 4 KiB that one instruction reaches from it.
            "__global_pointer$" => (data_end.wrapping_add(0x800))
                .min(data.wrapping_add(0x800).max(end.wrapping_sub(0x800))),
            _ => return None,
        })
    }
    // ANCHOR_END: linker_symbol
}
