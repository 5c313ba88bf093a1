//! A holder, those who wait for it, and how all of them end.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::rc::Rc;

use log::LevelFilter;
use runtime::error::{Refused, SyncError};
use runtime::thread::{self, Killed};

use super::subjects::Subject;
use crate::common::named;
use crate::support::run;

/// What a broken logger panics with.
pub(super) struct Broken;

/// What main panics with if it has met that.
struct MainBroken;

/// When the log is switched on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hears {
    Never,
    /// From the beginning.
    All,
    /// When the holder is about to let go: it is asked in the midst of that.
    LettingGo,
}

/// How many wait. The first of them is killed before it is let on.
const WAITING: usize = 4;

std::thread_local! {
    static HEARS: Cell<Hears> = const { Cell::new(Hears::Never) };
}

/// What a holder does while it has what the others wait for.
pub(super) fn pause() {
    thread::park();
    if HEARS.get() == Hears::LettingGo {
        log::set_max_level(LevelFilter::Trace);
    }
}

/// How a thread ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Returned,
    /// The logger had panicked on it.
    Broken,
    Killed,
    Refused(Why),
}

/// Of [`Refused`] what matters here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Why {
    Abandoned,
    Otherwise,
}

fn end_of<T>(result: Result<T, Box<dyn Any + Send>>) -> End {
    let Err(payload) = result else {
        return End::Returned;
    };
    match payload.downcast_ref::<SyncError>().map(|error| &error.why) {
        Some(Refused::Abandoned) => return End::Refused(Why::Abandoned),
        Some(_) => return End::Refused(Why::Otherwise),
        None => {}
    }
    match payload {
        payload if payload.is::<Broken>() => End::Broken,
        payload if payload.is::<Killed>() => End::Killed,
        payload => resume_unwind(payload),
    }
}

/// How a run went.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// The ends of the holder and of all others, but for the one that was killed.
    Ends(Vec<End>),
    /// The logger has panicked on main, and all others were killed.
    MainBroken,
    /// The logger has panicked on the loop, and everything is lost.
    LoopBroken,
}

impl Outcome {
    pub(super) fn count(&self, wanted: End) -> usize {
        match self {
            Outcome::Ends(ends) => ends.iter().filter(|&&end| end == wanted).count(),
            _ => 0,
        }
    }

    pub(super) fn all(&self, wanted: End) -> bool {
        matches!(self, Outcome::Ends(ends) if ends.iter().all(|&end| end == wanted))
    }
}

/// Lets threads wait for the subject and lets them on, in a run of its own, in
/// which others stand where those stood that an earlier one has lost.
pub(super) fn play(subject: &Rc<Subject>, hears: Hears) -> Outcome {
    HEARS.set(hears);
    if hears == Hears::All {
        log::set_max_level(LevelFilter::Trace);
    }
    let theirs = Rc::clone(subject);
    let main = move || {
        let innocents = match hears {
            Hears::Never => 2 * WAITING,
            _ => 0,
        };
        let innocents: Vec<_> = (0..innocents)
            .map(|_| thread::spawn(thread::park))
            .collect();
        thread::yield_now();
        let ends = catch_unwind(AssertUnwindSafe(|| threads(&theirs)));
        assert!(innocents.iter().all(|innocent| innocent.is_alive()));
        for innocent in innocents {
            innocent.thread().unpark();
        }
        ends.unwrap_or_else(|payload| match payload.is::<Broken>() {
            true => panic_any(MainBroken),
            false => resume_unwind(payload),
        })
    };
    match catch_unwind(AssertUnwindSafe(|| run(main))) {
        Ok(ends) => Outcome::Ends(ends),
        Err(payload) if payload.is::<Broken>() => Outcome::LoopBroken,
        Err(payload) if payload.is::<MainBroken>() => Outcome::MainBroken,
        Err(payload) => resume_unwind(payload),
    }
}

/// In a run: how all ended.
pub(super) fn threads(subject: &Rc<Subject>) -> Vec<End> {
    let theirs = Rc::clone(subject);
    let holder = named("holder", move || (theirs.holds)());
    thread::yield_now();
    let waits: Vec<_> = (0..WAITING)
        .map(|number| {
            let theirs = Rc::clone(subject);
            named("waits", move || (theirs.waits)(number))
        })
        .collect();
    thread::yield_now();
    waits[0].thread().kill();
    holder.thread().unpark();
    let mut ends = vec![end_of(holder.join())];
    ends.extend(waits.into_iter().map(|waits| end_of(waits.join())));
    // What a killed thread comes to is not of interest: it may be late.
    if matches!(ends[1], End::Killed) {
        ends.remove(1);
    }
    ends
}
