//! The second pass: gives everything its address, and writes the numbers that
//! were left open.
//!
//! It does what GNU's assembler does at its end and its linker after it. Reads
//! what `statement.rs` has collected; the text itself it does not read again.
//!
//! Read next: `link/write.rs`, for the bytes.

mod write;

use std::collections::HashMap;

use super::addresses::Addresses;
use super::diagnostic::Diagnostics;
use super::evaluate::Evaluator;
use super::expression::Expression;
use super::image::{Block, Image, Layout, Line, Symbol};
use super::problem::Problem;
use super::relax::{self, Target};
use super::section::{FarBranch, Part, Section, SectionId, Sections, Tail};
use super::source::Span;
use super::statement::{Collected, Mark};
use super::symbols::{DefinitionId, Symbols};
use super::value::Value;

/// Makes a program of what the first pass has collected. Gives `None` if there
/// was no way to; `diagnostics` knows why then, and may also know of mistakes
/// if there is a program.
// ANCHOR: link
pub(super) fn link(
    collected: &Collected,
    layout: Layout,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Image> {
    let Collected {
        symbols, sections, ..
    } = collected;
    let addresses = addresses(collected, layout, diagnostics)?;
    let mut linker = Linker {
        sections,
        addresses: &addresses,
        evaluator: Evaluator::new(symbols, Some(&addresses)),
        blocks: Part::ALL.map(|part| block(part, &addresses)),
        upper_distances: HashMap::new(),
        diagnostics,
    };
    let symbol_list = linker.symbols(symbols);
    linker.copy(collected.nops);
    linker.branches();
    linker.fix(&collected.fixups);
    let lines = linker.lines(&collected.marks);
    let entry = linker.entry(symbols);

    let (bss_address, bss_end) = addresses.part(Part::Bss);
    let [text, rodata, data, _] = linker.blocks;
    Some(Image {
        text,
        rodata,
        data,
        bss_address,
        bss_size: bss_end - bss_address,
        entry,
        symbols: symbol_list,
        lines,
        warnings: Vec::new(),
    })
}
// ANCHOR_END: link

/// Settles how long everything is, and then where it is.
// ANCHOR: addresses
fn addresses(
    collected: &Collected,
    layout: Layout,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Addresses> {
    let Collected {
        symbols, sections, ..
    } = collected;
    let mut settled = Vec::new();
    let mut evaluator = Evaluator::new(symbols, None);
    for (id, section) in sections.iter() {
        let targets = targets(id, section, &mut evaluator, diagnostics);
        match relax::settle(section, &targets) {
            Ok(section) => settled.push(section),
            Err(problem) => {
                let span = section.aligned_by.unwrap_or(Span::new(0, 0));
                diagnostics.report(span, problem);
                return None;
            }
        }
    }
    match Addresses::new(sections, settled, layout) {
        Ok(addresses) => Some(addresses),
        Err((span, problem)) => {
            diagnostics.report(span.unwrap_or(Span::new(0, 0)), problem);
            None
        }
    }
}
// ANCHOR_END: addresses

/// The room for a part of the program.
// ANCHOR: block
fn block(part: Part, addresses: &Addresses) -> Block {
    let (address, end) = addresses.part(part);
    let length = if part == Part::Bss { 0 } else { end - address };
    Block {
        address,
        bytes: vec![0; length as usize],
    }
}
// ANCHOR_END: block

/// The targets of a section's branches that are in the same section.
// ANCHOR: targets
fn targets(
    id: SectionId,
    section: &Section,
    evaluator: &mut Evaluator<'_>,
    diagnostics: &Diagnostics<'_>,
) -> Vec<Option<Target>> {
    // What is wrong with them will be said when their words are written.
    let mut unsaid = Diagnostics::new(diagnostics.source);
    let mut target = |branch: &FarBranch| match evaluator.value(&branch.target, &mut unsaid)? {
        Value::Address { place, addend } if place.section == id => Some(Target {
            fragment: place.fragment,
            offset: i64::from(place.offset).wrapping_add(addend),
        }),
        _ => None,
    };
    let fragments = section.fragments.iter();
    fragments
        .map(|fragment| match &fragment.tail {
            Tail::Branch(branch) => target(branch),
            _ => None,
        })
        .collect()
}
// ANCHOR_END: targets

// ANCHOR: linker
struct Linker<'a, 'd, 's> {
    sections: &'a Sections,
    addresses: &'a Addresses,
    evaluator: Evaluator<'a>,
    /// The bytes of each [`Part`].
    blocks: [Block; 4],
    /// By the address of an `auipc`: the distance whose upper half it has.
    upper_distances: HashMap<u32, u32>,
    diagnostics: &'d mut Diagnostics<'s>,
}
// ANCHOR_END: linker

impl Linker<'_, '_, '_> {
    /// What an expression amounts to as an address. A number is one, too.
    // ANCHOR: address
    fn address(&mut self, expression: &Expression) -> Option<u32> {
        let value = self.evaluator.value(expression, self.diagnostics)?;
        Some(self.address_of(value))
    }

    fn address_of(&self, value: Value) -> u32 {
        match value {
            Value::Number(number) => number as u32,
            Value::Address { place, addend } => {
                self.addresses.of(place).wrapping_add(addend as u32)
            }
            Value::Distance { from, to, addend } => {
                self.addresses.distance(from, to).wrapping_add(addend) as u32
            }
        }
    }
    // ANCHOR_END: address

    /// What all names amount to at the end.
    // ANCHOR: symbols
    fn symbols(&mut self, symbols: &Symbols) -> Vec<Symbol> {
        // All definitions, so that those are looked at that nobody uses.
        for definition in 0..symbols.definitions.len() {
            let definition = DefinitionId(definition as u32);
            self.evaluator.definition(definition, self.diagnostics);
        }
        let mut list = Vec::new();
        for (text, name) in symbols.defined_names() {
            let Some(last) = name.last else { continue };
            if let Some(value) = self.evaluator.definition(last, self.diagnostics) {
                list.push(Symbol {
                    name: text.to_owned(),
                    value: self.address_of(value),
                    is_address: matches!(value, Value::Address { .. }),
                    is_global: name.global,
                });
            }
        }
        list.sort_by(|a, b| (a.value, &a.name).cmp(&(b.value, &b.name)));
        list
    }
    // ANCHOR_END: symbols

    /// Where the program begins. As GNU's linker has it, at the beginning of
    /// its code if it does not say.
    // ANCHOR: entry
    fn entry(&mut self, symbols: &Symbols) -> u32 {
        let start = symbols.defined("_start");
        let definition = start.filter(|name| name.global).and_then(|name| name.last);
        let value = definition.and_then(|at| self.evaluator.definition(at, self.diagnostics));
        if let Some(value) = value {
            return self.address_of(value);
        }
        let local = start.is_some();
        let last = start.and_then(|name| name.last);
        let span = last.map_or(Span::new(0, 0), |at| {
            symbols.definitions[at.0 as usize].span
        });
        self.diagnostics.report(span, Problem::NoStart { local });
        self.addresses.part(Part::Text).0
    }
    // ANCHOR_END: entry

    /// Which line has made which bytes.
    // ANCHOR: lines
    fn lines(&mut self, marks: &[Mark]) -> Vec<Line> {
        // From the last to the first: each ends where the next in its section
        // begins, and the last at the end of the section.
        let mut ends: HashMap<SectionId, u32> = HashMap::new();
        let mut lines = Vec::new();
        // One is enough: all that follow are as odd.
        let mut first_odd: HashMap<SectionId, (Span, u32)> = HashMap::new();
        for mark in marks.iter().rev() {
            let address = self.addresses.of(mark.place);
            let section = mark.place.section;
            let end = ends.insert(section, address);
            let end = end.unwrap_or_else(|| self.addresses.of(self.sections.end(section)));
            let Some(span) = mark.span.filter(|_| end > address) else {
                continue;
            };
            if mark.is_code && !address.is_multiple_of(4) {
                first_odd.insert(section, (span, address));
            }
            lines.push(Line {
                address,
                length: end - address,
                line: self.diagnostics.source.line(span.start),
                is_code: mark.is_code,
            });
        }
        for (span, address) in first_odd.into_values() {
            let problem = Problem::MisalignedInstruction { address };
            self.diagnostics.report(span, problem);
        }
        lines.sort_by_key(|line| line.address);
        lines
    }
    // ANCHOR_END: lines
}
