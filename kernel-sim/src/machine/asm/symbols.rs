//! Names and what they mean.
//!
//! A name means what its last definition above says, and, if there is none
//! above, what its first definition below says. So do GNU's names. Only
//! constants can be defined again.
//!
//! The number of a numeric label is a name that may be defined any number of
//! times: `1b` is the last `1:` above, and `1f` the first one below.
//!
//! Source: the GNU assembler's manual, chapter "Symbols", sections "Local
//! Labels" and "Set".
//!
//! Read next: `evaluate.rs`, for what names amount to in the end.

use std::collections::HashMap;

use super::expression::{Body, Expression, Step};
use super::lexer::Fault;
use super::problem::Problem;
use super::section::Place;
use super::source::Span;
use super::value::Value;

// ANCHOR: ids_and_key
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameId(pub(super) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DefinitionId(pub(super) u32);

/// How a name is told from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Symbol(String),
    /// The numeric label with this number that is the `nth` from above.
    Numeric {
        number: u64,
        nth: u32,
    },
}
// ANCHOR_END: ids_and_key

// ANCHOR: name_and_definition
#[derive(Debug)]
pub(super) struct Name {
    pub(super) key: Key,
    pub(super) first: Option<DefinitionId>,
    pub(super) last: Option<DefinitionId>,
    pub(super) global: bool,
}

#[derive(Debug)]
pub(super) struct Definition {
    pub(super) name: NameId,
    pub(super) span: Span,
    pub(super) meaning: Meaning,
}
// ANCHOR_END: name_and_definition

// ANCHOR: meaning
#[derive(Debug)]
pub(super) enum Meaning {
    Label(Place),
    Constant {
        value: Expression,
        /// Whether there may be a further definition.
        again: bool,
    },
}
// ANCHOR_END: meaning

/// All names of a program.
// ANCHOR: symbols
#[derive(Debug, Default)]
pub(super) struct Symbols {
    pub(super) names: Vec<Name>,
    pub(super) definitions: Vec<Definition>,
    by_key: HashMap<Key, NameId>,
    /// How many times each numeric label has been defined so far.
    numeric: HashMap<u64, u32>,
}
// ANCHOR_END: symbols

impl Symbols {
    // ANCHOR: name
    fn name(&mut self, key: Key) -> NameId {
        if let Some(&id) = self.by_key.get(&key) {
            return id;
        }
        let id = NameId(self.names.len() as u32);
        self.names.push(Name {
            key: key.clone(),
            first: None,
            last: None,
            global: false,
        });
        self.by_key.insert(key, id);
        id
    }
    // ANCHOR_END: name

    /// What `name` is to an expression that is read now.
    // ANCHOR: mention
    pub(super) fn mention(&mut self, name: &str, span: Span) -> Step {
        let id = self.name(Key::Symbol(name.to_owned()));
        self.step(id, span)
    }

    /// What `1f` or `1b` is to an expression that is read now.
    pub(super) fn mention_numeric(
        &mut self,
        number: u64,
        forward: bool,
        span: Span,
    ) -> Result<Step, Fault> {
        let above = self.numeric.get(&number).copied().unwrap_or(0);
        let nth = if forward { above + 1 } else { above };
        if nth == 0 {
            return Err((span, Problem::NoNumericLabel { number, forward }));
        }
        let id = self.name(Key::Numeric { number, nth });
        Ok(self.step(id, span))
    }
    // ANCHOR_END: mention

    // ANCHOR: step
    fn step(&self, name: NameId, span: Span) -> Step {
        let Some(definition) = self.names[name.0 as usize].last else {
            return Step::Name(name, span);
        };
        match &self.definitions[definition.0 as usize].meaning {
            Meaning::Label(place) => Step::Push(Value::address(*place)),
            Meaning::Constant { value, .. } => match value.body {
                Body::Known(known @ (Value::Number(_) | Value::Address { .. })) => {
                    Step::Push(known)
                }
                _ => Step::Definition(definition),
            },
        }
    }

    /// The definition that a step of an expression needs.
    pub(super) fn needed(&self, step: &Step) -> Option<DefinitionId> {
        match *step {
            Step::Name(name, _) => self.names[name.0 as usize].first,
            Step::Definition(definition) => Some(definition),
            _ => None,
        }
    }
    // ANCHOR_END: step

    // ANCHOR: define
    fn define(&mut self, name: NameId, span: Span, meaning: Meaning) {
        let id = DefinitionId(self.definitions.len() as u32);
        self.definitions.push(Definition {
            name,
            span,
            meaning,
        });
        let name = &mut self.names[name.0 as usize];
        name.first.get_or_insert(id);
        name.last = Some(id);
    }

    /// The definition that forbids a further one of the same name.
    fn obstacle(&self, name: NameId, again: bool) -> Option<Span> {
        let last = self.names[name.0 as usize].last?;
        let definition = &self.definitions[last.0 as usize];
        match definition.meaning {
            Meaning::Constant { again: true, .. } if again => None,
            _ => Some(definition.span),
        }
    }
    // ANCHOR_END: define

    /// Defines a label. Gives the place of the definition that is in the way,
    /// if there is one.
    // ANCHOR: label
    pub(super) fn label(&mut self, name: &str, span: Span, place: Place) -> Result<(), Span> {
        let id = self.name(Key::Symbol(name.to_owned()));
        match self.obstacle(id, false) {
            Some(obstacle) => Err(obstacle),
            None => {
                self.define(id, span, Meaning::Label(place));
                Ok(())
            }
        }
    }

    /// Defines a numeric label.
    pub(super) fn numeric_label(&mut self, number: u64, span: Span, place: Place) {
        let nth = self.numeric.entry(number).or_insert(0);
        *nth += 1;
        let key = Key::Numeric { number, nth: *nth };
        let id = self.name(key);
        self.define(id, span, Meaning::Label(place));
    }
    // ANCHOR_END: label

    /// Defines a constant, which may be defined `again` later. Gives the place
    /// of the definition that is in the way, if there is one.
    // ANCHOR: constant
    pub(super) fn constant(
        &mut self,
        name: &str,
        span: Span,
        value: Expression,
        again: bool,
    ) -> Result<(), Span> {
        let id = self.name(Key::Symbol(name.to_owned()));
        match self.obstacle(id, again) {
            Some(obstacle) => Err(obstacle),
            None => {
                self.define(id, span, Meaning::Constant { value, again });
                Ok(())
            }
        }
    }

    /// Lets the linker see the name.
    pub(super) fn globl(&mut self, name: &str) {
        let id = self.name(Key::Symbol(name.to_owned()));
        self.names[id.0 as usize].global = true;
    }
    // ANCHOR_END: constant

    /// Finds a name that is defined.
    // ANCHOR: defined
    pub(super) fn defined(&self, name: &str) -> Option<&Name> {
        let id = self.by_key.get(&Key::Symbol(name.to_owned()))?;
        Some(&self.names[id.0 as usize]).filter(|name| name.first.is_some())
    }

    /// The names that are defined, numeric labels not included.
    pub(super) fn defined_names(&self) -> impl Iterator<Item = (&str, &Name)> {
        self.names.iter().filter_map(|name| match &name.key {
            Key::Symbol(text) if name.first.is_some() => Some((text.as_str(), name)),
            _ => None,
        })
    }
    // ANCHOR_END: defined
}
