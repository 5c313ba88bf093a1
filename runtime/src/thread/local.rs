//! Thread-locals that belong to green threads.
//!
//! Each key gets a number when it is first used, and each thread keeps a list
//! of values by key number, in its seat. A thread that uses no thread-local
//! has an empty list. There is no unsafe code here: a value is an `Rc`, and
//! [`LocalKey::with`] holds it while it is in use.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::current;
use crate::error::refuse;

mod cells;
mod heritage;
mod values;

use heritage::CopyFn;
pub(crate) use heritage::Heritage;
pub(crate) use values::Locals;
use values::Value;

/// Declares thread-locals of green threads, as `std::thread_local!` does for
/// those of the operating system.
///
/// ```
/// use std::cell::Cell;
/// use runtime::thread;
///
/// runtime::thread_local! {
///     static COUNT: Cell<u32> = const { Cell::new(0) };
/// }
///
/// runtime::run(|| {
///     COUNT.set(1);
///     thread::spawn(|| assert_eq!(COUNT.replace(7), 0)).join().unwrap();
///     assert_eq!(COUNT.get(), 1);
/// });
/// ```
///
/// # Inherited values
///
/// Declared as `inherited static`, which std does not have, a thread-local passes
/// on its value: a thread gets a clone of what its creator has when it makes the
/// thread, by spawn or by create. It is Java's `InheritableThreadLocal`, and what
/// Python has context variables for. Each has its own from then on.
///
/// ```
/// use std::cell::Cell;
/// use runtime::thread;
///
/// runtime::thread_local! {
///     static ALONE: Cell<u32> = const { Cell::new(0) };
///     pub inherited static REQUEST: Cell<u32> = const { Cell::new(0) };
/// }
///
/// runtime::run(|| {
///     ALONE.set(7);
///     REQUEST.set(7);
///     let sub = thread::spawn(|| (ALONE.get(), REQUEST.replace(8)));
///     assert_eq!(sub.join().unwrap(), (0, 7));
///     assert_eq!(REQUEST.get(), 7);
/// });
/// ```
///
/// - A creator that has no value passes on none: its threads make their own, as
///   does a thread that another OS thread spawns through a
///   [`Handle`](crate::Handle).
/// - The clone is made by the creator, on its stack. If it panics, so does the
///   spawn, and no thread is made. To clone a `RefCell` that is mutably borrowed
///   is such a panic.
/// - [`Timer`](crate::thread::Timer)s and [exit hooks](crate::at_exit()) are
///   threads, made where they are written and not when they begin.
/// - Programs that declare none pay for a look at a flag in each spawn.
// ANCHOR: macro
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| const $init);
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| $init);
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis inherited static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::inherited(|| const $init);
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis inherited static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::inherited(|| $init);
        $($crate::thread_local!($($rest)*);)?
    };
}
// ANCHOR_END: macro

/// A value that each green thread has for itself. Made by
/// [`thread_local!`](crate::thread_local!).
///
/// A thread makes its value when it first asks, and drops it when it ends, the
/// last made first, on its own stack and as the current thread. Thread-locals
/// made while others are dropped are dropped too.
// ANCHOR: key
pub struct LocalKey<T: 'static> {
    init: fn() -> T,
    /// If the value is inherited.
    copy: Option<CopyFn>,
    number: OnceLock<usize>,
    values: PhantomData<fn() -> T>,
}

/// The thread's value was dropped already: the thread is ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessError;

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread-local was dropped already, or no green thread is running here")
    }
}

impl std::error::Error for AccessError {}
// ANCHOR_END: key

impl<T: 'static> LocalKey<T> {
    /// For [`thread_local!`](crate::thread_local!), which says more about it.
    // ANCHOR: new
    #[doc(hidden)]
    pub const fn new(init: fn() -> T) -> Self {
        Self::make(init, None)
    }

    const fn make(init: fn() -> T, copy: Option<CopyFn>) -> Self {
        Self {
            init,
            copy,
            number: OnceLock::new(),
            values: PhantomData,
        }
    }
    // ANCHOR_END: new

    /// Calls `f` with the current thread's value, which is made if this is the
    /// first time.
    ///
    /// # Panics
    ///
    /// With [`AccessError`] if the thread has dropped its value already, or if
    /// no green thread runs.
    ///
    /// ```
    /// runtime::thread_local! {
    ///     static GREETING: String = "Hello".to_owned();
    /// }
    /// runtime::run(|| assert_eq!(GREETING.with(|text| text.len()), 5));
    /// ```
    // ANCHOR: with
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.value() {
            Ok(value) => f(&value),
            Err(error) => refuse(error),
        }
    }
    // ANCHOR_END: with

    /// As [`LocalKey::with`], with an error instead of the panic.
    ///
    /// # Errors
    ///
    /// [`AccessError`] if the thread has dropped its value already, or if no
    /// green thread runs.
    ///
    /// ```
    /// runtime::thread_local! {
    ///     static NUMBER: u32 = 5;
    /// }
    /// assert!(NUMBER.try_with(|number| *number).is_err());
    /// runtime::run(|| assert_eq!(NUMBER.try_with(|number| *number), Ok(5)));
    /// ```
    // ANCHOR: try_with
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        Ok(f(&*self.value()?))
    }
    // ANCHOR_END: try_with

    // ANCHOR: value
    fn number(&self) -> usize {
        static KEYS: AtomicUsize = AtomicUsize::new(0);
        *self
            .number
            .get_or_init(|| KEYS.fetch_add(1, Ordering::Relaxed))
    }

    fn value(&self) -> Result<Rc<T>, AccessError> {
        let key = self.number();
        match current::try_seat(|seat| seat.locals.get(key)) {
            Some(Value::Made(value)) => Ok(typed(value)),
            // No borrow is held while the program makes the value: it may use
            // other keys, this one too, and give up the CPU.
            Some(Value::NotMade) => {
                let value = (self.init)();
                self.keep(value)
            }
            Some(Value::Dropped) | None => Err(AccessError),
        }
    }
    // ANCHOR_END: value

    /// Makes `value` the thread's value, unless it got one in the meantime.
    // ANCHOR: keep
    fn keep(&self, value: T) -> Result<Rc<T>, AccessError> {
        let key = self.number();
        let value: Rc<T> = Rc::new(value);
        current::try_seat(|seat| match seat.locals.get(key) {
            Value::NotMade => {
                seat.locals.make(key, value.clone(), self.copy);
                Ok(value)
            }
            Value::Made(earlier) => Ok(typed(earlier)),
            Value::Dropped => Err(AccessError),
        })
        .unwrap_or(Err(AccessError))
    }
    // ANCHOR_END: keep

    /// Makes `value` the thread's value without calling the key's own
    /// expression, if it has none; otherwise gives `value` back with the one
    /// that there is.
    // ANCHOR: init_with
    #[track_caller]
    fn init_with(&self, value: T) -> Result<(), (T, Rc<T>)> {
        let made = current::try_seat(|seat| seat.locals.get(self.number()));
        match made {
            Some(Value::Made(old)) => Err((value, typed(old))),
            Some(Value::NotMade) => match self.keep(value) {
                Ok(_) => Ok(()),
                Err(error) => refuse(error),
            },
            Some(Value::Dropped) | None => refuse(AccessError),
        }
    }
    // ANCHOR_END: init_with
}

// ANCHOR: inherited
impl<T: Clone + 'static> LocalKey<T> {
    /// For [`thread_local!`](crate::thread_local!), which says more about it.
    #[doc(hidden)]
    pub const fn inherited(init: fn() -> T) -> Self {
        Self::make(init, Some(copy::<T>))
    }
}

fn copy<T: Clone + 'static>(value: &dyn Any) -> Rc<dyn Any> {
    let value: &T = value.downcast_ref().expect(OWN);
    Rc::new(value.clone())
}

const OWN: &str = "a key's number is its own";

fn typed<T: 'static>(value: Rc<dyn Any>) -> Rc<T> {
    value.downcast().expect(OWN)
}
// ANCHOR_END: inherited

// ANCHOR: debug
impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}
// ANCHOR_END: debug
