//! [`OnceLock`]: a value that is set once.

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::once::Once;
use crate::quantum::safe_point;

/// A place for a value that is set once: `std::sync::OnceLock`.
///
/// Those that set or make the value while another thread makes it wait. If that
/// one panics or is killed, the first of them is handed the initialisation, and
/// nobody gets in between: see [`Once`]. It is never poisoned.
///
/// When the value is there, any OS thread may read it, which costs one atomic
/// load. Until then one runtime at a time can make it.
///
/// What differs from std:
///
/// - A thread that makes the value by asking for the same value, or closes a
///   ring of such waits with others, is refused with a panic that names the
///   ring. The payload is a [`SyncError`](crate::error::SyncError).
/// - While a thread unwinds it can set the value if nobody makes it, and is
///   refused if it would have to wait.
/// - An OS thread that would have to wait for another one is refused.
///
/// ```
/// use runtime::sync::OnceLock;
/// use runtime::thread;
///
/// static GREETING: OnceLock<String> = OnceLock::new();
///
/// runtime::run(|| {
///     assert_eq!(GREETING.get(), None);
///     let sub = thread::spawn(|| GREETING.get_or_init(|| "Hello".to_owned()).len());
///     assert_eq!(sub.join().unwrap(), 5);
///     assert_eq!(GREETING.get().unwrap(), "Hello");
/// });
/// ```
// ANCHOR: once_lock
pub struct OnceLock<T> {
    once: Once,
    /// There when `once` is complete.
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the value is given out, as `&T`, to whoever finds `once` complete, on
// any OS thread; after that nobody writes to it. It may be dropped on another OS
// thread than the one that made it.
unsafe impl<T: Sync + Send> Sync for OnceLock<T> {}

impl<T: UnwindSafe> UnwindSafe for OnceLock<T> {}
impl<T: RefUnwindSafe + UnwindSafe> RefUnwindSafe for OnceLock<T> {}

const KIND: &str = "OnceLock";
// ANCHOR_END: once_lock

impl<T> OnceLock<T> {
    /// A place without a value.
    ///
    /// ```
    /// static CONFIG: runtime::sync::OnceLock<u32> = runtime::sync::OnceLock::new();
    /// ```
    // ANCHOR: new
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            once: Once::of(KIND, None),
            value: UnsafeCell::new(None),
        }
    }
    // ANCHOR_END: new

    /// A place without a value, with a name by which reports call it.
    ///
    /// ```
    /// use runtime::sync::OnceLock;
    ///
    /// static CONFIG: OnceLock<u32> = OnceLock::named("config");
    /// ```
    // ANCHOR: named
    #[must_use]
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self {
            once: Once::of(KIND, Some(name)),
            value: UnsafeCell::new(None),
        }
    }
    // ANCHOR_END: named

    /// The value, if it is there. Never waits.
    ///
    /// ```
    /// let lock = runtime::sync::OnceLock::new();
    /// lock.get_or_init(|| assert_eq!(lock.get(), None));
    /// assert_eq!(lock.get(), Some(&()));
    /// ```
    // ANCHOR: get
    #[inline]
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let value = self.value_if_set();
        if value.is_none() {
            safe_point();
        }
        value
    }

    /// The same, and the caller keeps the CPU.
    #[inline]
    fn value_if_set(&self) -> Option<&T> {
        match self.once.is_completed() {
            // SAFETY: who made the value has completed `once` after it, and
            // nobody writes to it as long as `self` is borrowed.
            true => unsafe { &*self.value.get() }.as_ref(),
            false => None,
        }
    }
    // ANCHOR_END: get

    /// The value, if it is there, to be changed.
    ///
    /// ```
    /// let mut lock = runtime::sync::OnceLock::from(5);
    /// *lock.get_mut().unwrap() += 1;
    /// assert_eq!(lock.get(), Some(&6));
    /// ```
    // ANCHOR: get_mut
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }
    // ANCHOR_END: get_mut

    /// The value. Waits until it is there, also if nobody makes it yet.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, or would wait for ever.
    ///
    /// ```
    /// use runtime::sync::OnceLock;
    /// use runtime::thread;
    ///
    /// static ANSWER: OnceLock<u32> = OnceLock::new();
    ///
    /// runtime::run(|| {
    ///     thread::spawn(|| ANSWER.set(42));
    ///     assert_eq!(ANSWER.wait(), &42);
    /// });
    /// ```
    // ANCHOR: wait
    #[inline]
    #[track_caller]
    pub fn wait(&self) -> &T {
        safe_point();
        self.once.wait_force();
        self.value_if_set().expect("it is complete")
    }
    // ANCHOR_END: wait

    /// Sets the value, if none is there. If one is being made, waits for it.
    ///
    /// # Errors
    ///
    /// `value`, if there is one already.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, or would wait for ever.
    ///
    /// ```
    /// let lock = runtime::sync::OnceLock::new();
    /// assert_eq!(lock.set(1), Ok(()));
    /// assert_eq!(lock.set(2), Err(2));
    /// assert_eq!(lock.get(), Some(&1));
    /// ```
    // ANCHOR: set
    #[inline]
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("it is called once"));
        match value {
            None => Ok(()),
            Some(value) => Err(value),
        }
    }
    // ANCHOR_END: set

    /// The value, which is what `f` returns if none is there. If one is being
    /// made, waits for it.
    ///
    /// # Panics
    ///
    /// If `f` does: then there is still no value. With
    /// [`SyncError`](crate::error::SyncError) if it would have to wait where it
    /// cannot, or would wait for ever, as when `f` itself calls this.
    ///
    /// ```
    /// let lock = runtime::sync::OnceLock::new();
    /// assert_eq!(lock.get_or_init(|| 1), &1);
    /// assert_eq!(lock.get_or_init(|| unreachable!()), &1);
    /// ```
    // ANCHOR: get_or_init
    #[inline]
    #[track_caller]
    pub fn get_or_init<F>(&self, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        safe_point();
        match self.value_if_set() {
            Some(value) => value,
            None => self.initialise(f),
        }
    }

    #[cold]
    #[track_caller]
    fn initialise(&self, f: impl FnOnce() -> T) -> &T {
        self.once.call_once_force(|_| {
            let value = f();
            // SAFETY: one function at a time is being run, and until it has
            // returned nobody else looks at the value.
            unsafe { *self.value.get() = Some(value) };
        });
        self.value_if_set().expect("it is complete")
    }
    // ANCHOR_END: get_or_init

    /// The value, if there is one.
    ///
    /// ```
    /// let lock = runtime::sync::OnceLock::from("Hello");
    /// assert_eq!(lock.into_inner(), Some("Hello"));
    /// ```
    // ANCHOR: into_inner
    #[inline]
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
    // ANCHOR_END: into_inner

    /// Takes the value, if there is one. Then it can be set again.
    ///
    /// ```
    /// let mut lock = runtime::sync::OnceLock::from(1);
    /// assert_eq!(lock.take(), Some(1));
    /// assert_eq!(lock.take(), None);
    /// assert_eq!(lock.set(2), Ok(()));
    /// ```
    // ANCHOR: take
    #[inline]
    pub fn take(&mut self) -> Option<T> {
        self.once.reset();
        self.value.get_mut().take()
    }
    // ANCHOR_END: take
}

// ANCHOR: traits
impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self {
            once: Once::of(KIND, None).completed(),
            value: UnsafeCell::new(Some(value)),
        }
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        match self.value_if_set() {
            Some(value) => Self::from(value.clone()),
            None => Self::new(),
        }
    }
}
// ANCHOR_END: traits

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value_if_set() == other.value_if_set()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_tuple("OnceLock");
        match self.value_if_set() {
            Some(value) => lock.field(value),
            None => lock.field(&format_args!("<uninit>")),
        };
        lock.finish()
    }
}
