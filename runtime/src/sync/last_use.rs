//! Who used one end of a primitive last, and where: what a report says of waits
//! that anybody could end.

use std::cell::Cell;
use std::panic::Location;

use kernel_sim::kernel::pid::Pid;

use crate::current;
use crate::place::{self, Place};

/// Empty until somebody uses that end.
// ANCHOR: last_use
// A cell for each word: a struct that is made in one place and copied to another
// takes ten times as long.
pub(crate) struct LastUse {
    /// A pid says nothing in another run; 0 outside.
    run: Cell<Place>,
    /// `None` if no green thread was running.
    pid: Cell<Option<Pid>>,
    /// `None` if there was no use.
    at: Cell<Option<&'static Location<'static>>>,
}
// ANCHOR_END: last_use

impl LastUse {
    // ANCHOR: note
    pub(crate) const fn new() -> Self {
        Self {
            run: Cell::new(0),
            pid: Cell::new(None),
            at: Cell::new(None),
        }
    }

    /// The code that asks uses it now, in that line of the program.
    #[inline(always)]
    pub(crate) fn note(&self, at: &'static Location<'static>) {
        self.run.set(place::run());
        self.pid.set(current::try_seat(|seat| seat.pid));
        self.at.set(Some(at));
    }
    // ANCHOR_END: note

    /// "`the_last_was` Thread-1 (producer) at src/main.rs:12", or `nobody`.
    // ANCHOR: describe
    pub(crate) fn describe(
        &self,
        the_last_was: &str,
        nobody: &str,
        name: &dyn Fn(Pid) -> String,
    ) -> String {
        let Some(at) = self.at.get() else {
            return nobody.into();
        };
        let who = match self.pid.get() {
            Some(pid) if self.run.get() == place::run() => name(pid),
            Some(_) => "a thread of a runtime that has ended".into(),
            None => "code outside of green threads".into(),
        };
        format!("{the_last_was} {who} at {}:{}", at.file(), at.line())
    }
    // ANCHOR_END: describe
}
