//! [`Heritage`]: what a thread gets of the thread-locals of the one that makes it.
//!
//! The copies travel with the function: an heir is a thread whose function begins
//! by putting them in its seat. So they are dropped wherever a function is that
//! never ran, and threads that inherit nothing are as they would be without.

use std::any::Any;
use std::rc::Rc;

use super::values::Heritable;
use crate::current;

/// Makes a copy of a value of the type that the key has.
// ANCHOR: heritage
pub(super) type CopyFn = fn(&dyn Any) -> Rc<dyn Any>;

/// Copies of the creator's values, the first made first.
pub(crate) struct Heritage(Vec<Heritable>);
// ANCHOR_END: heritage

impl Heritage {
    /// What a thread inherits that the running one makes now. This calls the
    /// program's `clone`, which may do anything: before there is anything of the
    /// thread that is made.
    // ANCHOR: copied
    #[inline(always)]
    pub(crate) fn of_current() -> Option<Self> {
        match current::try_seat(|seat| seat.locals.has_heritable()) {
            Some(true) => Self::copied(),
            _ => None,
        }
    }

    #[cold]
    fn copied() -> Option<Self> {
        // A clone may ask for thread-locals, and wait.
        let mut values = current::try_seat(|seat| seat.locals.heritable())?;
        for Heritable { value, copy, .. } in &mut values {
            *value = copy(&**value);
        }
        // They may share something that is a guard, or will have one.
        current::gives_away::<Vec<Heritable>>();
        Some(Self(values))
    }
    // ANCHOR_END: copied

    /// A function that comes into its heritage and then does what `f` does. In a
    /// box, so that the compiler makes less of it for each `f`.
    // ANCHOR: before
    #[cold]
    pub(crate) fn before<T>(self, f: impl FnOnce() -> T + 'static) -> Box<dyn FnOnce() -> T>
    where
        T: 'static,
    {
        Box::new(move || {
            self.settle();
            f()
        })
    }

    /// Puts the values in the seat of the running thread, which has none yet.
    fn settle(self) {
        current::seat(|seat| {
            for Heritable { key, value, copy } in self.0 {
                seat.locals.make(key, value, Some(copy));
            }
        });
    }
    // ANCHOR_END: before
}
