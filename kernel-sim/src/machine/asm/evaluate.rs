//! What names and expressions amount to once the whole text has been read.
//!
//! Constants may be defined by names that come later, and those by others. Each
//! is calculated once, whoever asks, without recursion, and one that needs
//! itself is found.
//!
//! Read next: `relax.rs`, which asks for the targets of branches, and
//! `link.rs`, which asks for everything else.

use std::collections::HashSet;

use super::addresses::{Addresses, LINKER};
use super::diagnostic::Diagnostics;
use super::expression::{Body, Expression, Step, calculate};
use super::problem::Problem;
use super::section::Place;
use super::source::Span;
use super::suggestion;
use super::symbols::{DefinitionId, Key, Meaning, NameId, Symbols};
use super::value::Value;

/// Calculates, with addresses if there are any yet.
// ANCHOR: evaluator
#[derive(Debug)]
pub(super) struct Evaluator<'a> {
    symbols: &'a Symbols,
    addresses: Option<&'a Addresses>,
    /// What the definitions amount to, as far as somebody has asked.
    definitions: Vec<State>,
    undefined: HashSet<NameId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Untouched,
    UnderWay,
    Known(Value),
    /// Why not has been said, or will be said when there are addresses.
    Unknown,
}

/// Why an expression amounts to nothing.
enum Halt {
    /// A definition that it needs does not; that is said where that is.
    Said,
    Undefined(NameId, Span),
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Halt {
        Halt::Problem(problem)
    }
}
// ANCHOR_END: evaluator

impl<'a> Evaluator<'a> {
    /// Without `addresses` no distance is known that was not known before.
    // ANCHOR: new
    pub(super) fn new(symbols: &'a Symbols, addresses: Option<&'a Addresses>) -> Evaluator<'a> {
        Evaluator {
            symbols,
            addresses,
            definitions: vec![State::Untouched; symbols.definitions.len()],
            undefined: HashSet::new(),
        }
    }
    // ANCHOR_END: new

    /// Calculates an expression. If it amounts to nothing, `diagnostics` has
    /// been told why.
    // ANCHOR: value
    pub(super) fn value(
        &mut self,
        expression: &Expression,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Value> {
        let steps = match &expression.body {
            Body::Known(value) => return Some(*value),
            Body::Later(steps) => steps,
        };
        for step in &**steps {
            if let Some(definition) = self.symbols.needed(step) {
                self.settle(definition, diagnostics);
            }
        }
        let mut early = None;
        let measure = |from, to| match self.addresses {
            Some(addresses) => {
                let assembled = addresses.assembled_distance(from, to);
                let linked = addresses.distance(from, to);
                if assembled != linked {
                    early = Some(Problem::MeasuredEarly { assembled, linked });
                }
                Ok(assembled)
            }
            None => Err(Halt::Problem(Problem::NotKnownYet)),
        };
        let value = calculate(steps, |step| self.look_up(step), measure);
        match value {
            Ok(value) => {
                if let Some(warning) = early {
                    diagnostics.report(expression.span, warning);
                }
                Some(value)
            }
            Err(halt) => {
                self.say(halt, expression.span, diagnostics);
                None
            }
        }
    }
    // ANCHOR_END: value

    // ANCHOR: say
    fn say(&mut self, halt: Halt, whole: Span, diagnostics: &mut Diagnostics<'_>) {
        match halt {
            Halt::Said => {}
            // Of a name that is used a hundred times, once is enough.
            Halt::Undefined(name, span) => {
                // And nobody looks for what may be meant any more if it is not said.
                if self.undefined.insert(name) && !diagnostics.is_full() {
                    diagnostics.report(span, self.undefined(name));
                }
            }
            Halt::Problem(problem) => diagnostics.report(whole, problem),
        }
    }
    // ANCHOR_END: say

    /// What a definition amounts to.
    // ANCHOR: definition
    pub(super) fn definition(
        &mut self,
        definition: DefinitionId,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Value> {
        self.settle(definition, diagnostics);
        match self.definitions[definition.0 as usize] {
            State::Known(value) => Some(value),
            _ => None,
        }
    }
    // ANCHOR_END: definition

    /// What a step pushes, once the definitions that it needs are settled.
    // ANCHOR: look_up
    fn look_up(&self, step: &Step) -> Result<Value, Halt> {
        if let Some(definition) = self.symbols.needed(step) {
            return match self.definitions[definition.0 as usize] {
                State::Known(value) => Ok(value),
                _ => Err(Halt::Said),
            };
        }
        let &Step::Name(name, span) = step else {
            unreachable!("a name is all that can be undefined");
        };
        let key = &self.symbols.names[name.0 as usize].key;
        let linker_symbol = match (key, self.addresses) {
            (Key::Symbol(text), Some(addresses)) => addresses.linker_symbol(text),
            _ => None,
        };
        let address = linker_symbol.ok_or(Halt::Undefined(name, span))?;
        Ok(Value::address(Place {
            section: LINKER,
            fragment: 0,
            offset: address,
        }))
    }
    // ANCHOR_END: look_up

    /// The problem that nothing defines a name.
    // ANCHOR: undefined
    fn undefined(&self, name: NameId) -> Problem {
        match &self.symbols.names[name.0 as usize].key {
            &Key::Numeric { number, .. } => Problem::NoNumericLabel {
                number,
                // One that is missing above has been missed by its reader.
                forward: true,
            },
            Key::Symbol(text) => {
                let defined = self.symbols.defined_names().map(|(name, _)| name);
                Problem::Undefined {
                    name: text.clone(),
                    near: suggestion::nearest(text, defined).map(str::to_owned),
                }
            }
        }
    }
    // ANCHOR_END: undefined

    /// Calculates a definition and those that it needs, the innermost first.
    // ANCHOR: settle
    fn settle(&mut self, wanted: DefinitionId, diagnostics: &mut Diagnostics<'_>) {
        let mut stack = vec![wanted];
        while let Some(&definition) = stack.last() {
            let symbols = self.symbols;
            let index = definition.0 as usize;
            match self.definitions[index] {
                State::Known(_) | State::Unknown => {
                    stack.pop();
                }
                State::UnderWay => {
                    stack.pop();
                    let state = match &symbols.definitions[index].meaning {
                        Meaning::Label(place) => Some(Value::address(*place)),
                        Meaning::Constant { value, .. } => self
                            .value(value, diagnostics)
                            .and_then(|found| self.measured(found, value.span, diagnostics)),
                    };
                    self.definitions[index] = state.map_or(State::Unknown, State::Known);
                }
                State::Untouched => {
                    self.definitions[index] = State::UnderWay;
                    let Meaning::Constant { value, .. } = &symbols.definitions[index].meaning
                    else {
                        continue;
                    };
                    let Body::Later(steps) = &value.body else {
                        continue;
                    };
                    for needed in steps.iter().filter_map(|step| symbols.needed(step)) {
                        match self.definitions[needed.0 as usize] {
                            State::Untouched => stack.push(needed),
                            State::UnderWay => self.circular(needed, diagnostics),
                            State::Known(_) | State::Unknown => {}
                        }
                    }
                }
            }
        }
    }
    // ANCHOR_END: settle

    // ANCHOR: circular
    fn circular(&mut self, definition: DefinitionId, diagnostics: &mut Diagnostics<'_>) {
        let symbols = self.symbols;
        let found = &symbols.definitions[definition.0 as usize];
        if let Key::Symbol(name) = &symbols.names[found.name.0 as usize].key {
            let name = name.clone();
            diagnostics.report(found.span, Problem::Circular { name });
        }
        self.definitions[definition.0 as usize] = State::Unknown;
    }
    // ANCHOR_END: circular

    /// What a constant is: a distance that has been given a name is measured by
    /// the assembler, and not by the linker.
    // ANCHOR: measured
    fn measured(
        &mut self,
        value: Value,
        span: Span,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Value> {
        let Value::Distance { from, to, addend } = value else {
            return Some(value);
        };
        let addresses = self.addresses?;
        let assembled = addresses.assembled_distance(from, to).wrapping_add(addend);
        let linked = addresses.distance(from, to).wrapping_add(addend);
        if assembled != linked {
            diagnostics.report(span, Problem::MeasuredEarly { assembled, linked });
        }
        Some(Value::Number(assembled))
    }
    // ANCHOR_END: measured
}
