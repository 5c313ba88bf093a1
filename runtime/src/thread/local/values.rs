//! The values that one thread has, in its seat.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use crate::panic::drop_quietly;

/// The values that one thread has.
#[derive(Default)]
pub(crate) struct Locals {
    /// By number of the key.
    values: RefCell<Vec<Value>>,
    /// The numbers of the keys that have a value, the last made last.
    order: RefCell<Vec<usize>>,
}

#[derive(Clone, Default)]
pub(super) enum Value {
    #[default]
    NotMade,
    Made(Rc<dyn Any>),
    Dropped,
}

impl Locals {
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
    pub(super) fn make(&self, key: usize, value: Rc<dyn Any>) {
        self.set(key, Value::Made(value));
        self.order.borrow_mut().push(key);
    }

    /// Drops all values, the last made first. A destructor that panics was
    /// reported by the panic hook, and the others run all the same.
    pub(crate) fn destroy(&self) {
        while let Some(key) = self.pop_last_made() {
            let value = self.set(key, Value::Dropped);
            drop_quietly(value);
        }
    }

    fn pop_last_made(&self) -> Option<usize> {
        self.order.borrow_mut().pop()
    }
}
