//! [`LazyLock`]: a value that is made when somebody first asks for it.

use std::cell::UnsafeCell;
use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::once::{Once, OnceState};

/// A value that is made when it is first asked for: `std::sync::LazyLock`.
///
/// Those that ask while the value is being made wait, and go on in the order in
/// which they came: see [`Once`]. If the function panics, the lock is poisoned
/// for ever, and whoever asks panics.
///
/// When the value is there, any OS thread may read it, which costs one atomic
/// load. Until then one runtime at a time can make it.
///
/// What differs from std:
///
/// - A function that asks for the value which it makes, or closes a ring of such
///   waits with others, is refused with a panic that names the ring. The payload
///   is a [`SyncError`](crate::error::SyncError).
/// - If the thread that makes the value is killed, the function is gone with it:
///   it can be called once. Whoever asks next panics and says so, which poisons.
///   A [`OnceLock`](super::OnceLock) has a function for each that asks.
/// - While a thread unwinds it can make the value if nobody does, and is refused
///   if it would have to wait.
/// - An OS thread that would have to wait for another one is refused.
///
/// ```
/// use runtime::sync::LazyLock;
/// use runtime::thread;
///
/// static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| "one idea a file".split(' ').collect());
///
/// runtime::run(|| {
///     let sub = thread::spawn(|| WORDS.len());
///     assert_eq!(sub.join().unwrap(), 4);
///     assert_eq!(WORDS[1], "idea");
/// });
/// ```
// ANCHOR: lazy_lock
pub struct LazyLock<T, F = fn() -> T> {
    once: Once,
    data: UnsafeCell<Data<T, F>>,
}

enum Data<T, F> {
    /// At first.
    Function(F),
    /// While the function runs, and if it has not come to its end.
    Nothing,
    /// When `once` is complete.
    Value(T),
}

// SAFETY: the value is given out, as `&T`, to whoever finds `once` complete, on
// any OS thread; after that nobody writes to it. The function is called on one
// OS thread, and no reference to it is ever given out.
unsafe impl<T: Sync + Send, F: Send> Sync for LazyLock<T, F> {}

impl<T: UnwindSafe, F: UnwindSafe> UnwindSafe for LazyLock<T, F> {}
impl<T: RefUnwindSafe + UnwindSafe, F: UnwindSafe> RefUnwindSafe for LazyLock<T, F> {}
// ANCHOR_END: lazy_lock

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value that `f` will make.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// let hello = "Hello".to_owned();
    /// let lazy = LazyLock::new(|| hello.to_uppercase());
    /// assert_eq!(*lazy, "HELLO");
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(f: F) -> Self {
        Self::make(None, f)
    }
    // ANCHOR_END: new

    /// A value that `f` will make, with a name by which reports call it.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// static CONFIG: LazyLock<String> = LazyLock::named("config", || "port = 80".to_owned());
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, f: F) -> Self {
        Self::make(Some(name), f)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, f: F) -> Self {
        Self {
            once: Once::of("LazyLock", name),
            data: UnsafeCell::new(Data::Function(f)),
        }
    }
    // ANCHOR_END: named

    /// The value, which is made if nobody has asked before: what `*` does, by
    /// name. If it is being made, waits for it.
    ///
    /// # Panics
    ///
    /// If the function panics, or has panicked before. With
    /// [`SyncError`](crate::error::SyncError) if it would have to wait where it
    /// cannot, or would wait for ever, as when the function asks for the value.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// let lazy = LazyLock::new(|| 92);
    /// assert_eq!(LazyLock::force(&lazy), &92);
    /// ```
    // ANCHOR: force
    #[inline]
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        // A safe point only if it is not there: `*` is also used where a switch is not
        // expected.
        match Self::get(this) {
            Some(value) => value,
            None => this.initialise(),
        }
    }
    // ANCHOR_END: force

    /// As [`LazyLock::force`], to change the value.
    ///
    /// # Panics
    ///
    /// If the function panics, or has panicked before.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// let mut lazy = LazyLock::new(|| 92);
    /// *LazyLock::force_mut(&mut lazy) += 1;
    /// assert_eq!(*lazy, 93);
    /// ```
    // ANCHOR: force_mut
    #[inline]
    #[track_caller]
    pub fn force_mut(this: &mut Self) -> &mut T {
        Self::force(this);
        Self::get_mut(this).expect("it is complete")
    }
    // ANCHOR_END: force_mut

    // ANCHOR: initialise
    #[cold]
    #[track_caller]
    fn initialise(&self) -> &T {
        self.once.call_once_force(|state| {
            let value = self.take_function(state)();
            // SAFETY: this is being run, and until it has returned nobody else
            // looks at the data.
            unsafe { *self.data.get() = Data::Value(value) };
        });
        Self::get(self).expect("it is complete")
    }

    /// For the one that `once` lets run.
    #[track_caller]
    fn take_function(&self, state: &OnceState) -> F {
        // SAFETY: as in `initialise`.
        let data = unsafe { mem::replace(&mut *self.data.get(), Data::Nothing) };
        match data {
            Data::Function(function) => function,
            _ if state.is_poisoned() => panic!("LazyLock instance has previously been poisoned"),
            _ => panic!(
                "LazyLock instance has lost its function: the thread that called it was killed, \
                 and it can be called only once"
            ),
        }
    }
    // ANCHOR_END: initialise
}

impl<T, F> LazyLock<T, F> {
    /// The value, if it is there. Never waits, and makes nothing.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// let lazy = LazyLock::new(|| 92);
    /// assert_eq!(LazyLock::get(&lazy), None);
    /// LazyLock::force(&lazy);
    /// assert_eq!(LazyLock::get(&lazy), Some(&92));
    /// ```
    // ANCHOR: get
    #[inline]
    pub fn get(this: &Self) -> Option<&T> {
        if !this.once.is_completed() {
            return None;
        }
        // SAFETY: who made the value has completed `once` after it, and nobody
        // writes to it as long as `this` is borrowed.
        match unsafe { &*this.data.get() } {
            Data::Value(value) => Some(value),
            Data::Function(_) | Data::Nothing => None,
        }
    }
    // ANCHOR_END: get

    /// The value, if it is there, to be changed.
    ///
    /// ```
    /// use runtime::sync::LazyLock;
    ///
    /// let mut lazy = LazyLock::new(|| 92);
    /// assert_eq!(LazyLock::get_mut(&mut lazy), None);
    /// LazyLock::force(&lazy);
    /// *LazyLock::get_mut(&mut lazy).unwrap() += 1;
    /// assert_eq!(*lazy, 93);
    /// ```
    // ANCHOR: get_mut
    #[inline]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        match this.data.get_mut() {
            Data::Value(value) => Some(value),
            Data::Function(_) | Data::Nothing => None,
        }
    }
    // ANCHOR_END: get_mut
}

// ANCHOR: deref
impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    /// See [`LazyLock::force`].
    #[inline]
    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T, F: FnOnce() -> T> DerefMut for LazyLock<T, F> {
    /// See [`LazyLock::force_mut`].
    #[inline]
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        Self::force_mut(self)
    }
}
// ANCHOR_END: deref

impl<T: Default> Default for LazyLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lazy = f.debug_tuple("LazyLock");
        match Self::get(self) {
            Some(value) => lazy.field(value),
            None => lazy.field(&format_args!("<uninit>")),
        };
        lazy.finish()
    }
}
