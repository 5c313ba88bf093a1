//! The values that one thread has, in its seat.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::heritage::CopyFn;
use crate::panic::drop_quietly;

/// The values that one thread has.
// ANCHOR: locals
#[derive(Default)]
pub(crate) struct Locals {
    /// By number of the key.
    values: RefCell<Vec<Value>>,
    /// The keys that have a value, the last made last.
    order: RefCell<Vec<Made>>,
    /// Whether there was ever a value that is inherited.
    has_heritable: Cell<bool>,
}

/// A key that has a value, by its number.
struct Made {
    key: usize,
    /// If the value is inherited.
    copy: Option<CopyFn>,
}

/// A value that is inherited, or a copy of it.
pub(super) struct Heritable {
    pub(super) key: usize,
    pub(super) value: Rc<dyn Any>,
    pub(super) copy: CopyFn,
}

#[derive(Clone, Default)]
pub(super) enum Value {
    #[default]
    NotMade,
    Made(Rc<dyn Any>),
    Dropped,
}
// ANCHOR_END: locals

impl Locals {
    // ANCHOR: make
    pub(super) fn get(&self, key: usize) -> Value {
        self.values.borrow().get(key).cloned().unwrap_or_default()
    }

    fn set(&self, key: usize, value: Value) -> Value {
        let mut values = self.values.borrow_mut();
        if values.len() <= key {
            values.resize(key + 1, Value::NotMade);
        }
        std::mem::replace(&mut values[key], value)
    }

    /// Puts in a value for a key that has none.
    pub(super) fn make(&self, key: usize, value: Rc<dyn Any>, copy: Option<CopyFn>) {
        self.set(key, Value::Made(value));
        self.order.borrow_mut().push(Made { key, copy });
        if copy.is_some() {
            self.has_heritable.set(true);
        }
    }
    // ANCHOR_END: make

    /// Whether it makes sense to call [`Locals::heritable`].
    // ANCHOR: heritable
    #[inline(always)]
    pub(super) fn has_heritable(&self) -> bool {
        self.has_heritable.get()
    }

    /// The values that are inherited, the first made first.
    pub(super) fn heritable(&self) -> Vec<Heritable> {
        let heritable = |&Made { key, copy }: &Made| match (self.get(key), copy) {
            (Value::Made(value), Some(copy)) => Some(Heritable { key, value, copy }),
            _ => None,
        };
        self.order.borrow().iter().filter_map(heritable).collect()
    }
    // ANCHOR_END: heritable

    /// Drops all values, the last made first. A destructor that panics was
    /// reported by the panic hook, and the others run all the same.
    // ANCHOR: destroy
    pub(crate) fn destroy(&self) {
        while let Some(key) = self.pop_last_made() {
            let value = self.set(key, Value::Dropped);
            drop_quietly(value);
        }
    }

    fn pop_last_made(&self) -> Option<usize> {
        self.order.borrow_mut().pop().map(|made| made.key)
    }
    // ANCHOR_END: destroy
}
