//! Policies that use what is handed on, which they must not: they are asked in
//! the midst of what the kernel does. Whatever comes of that, there are never two
//! inside of what has room for one.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::policy::{Arrow, Attributes, Instant, Pid, Policy};
use runtime::{Builder, Clock};

use super::play::{Hears, play, threads};
use super::subjects::{SUBJECTS, Subject, found_in_excess};
use crate::support::child::in_child;

/// What it does when it is asked.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Takes what is free, and keeps it until it is asked again.
    Touches,
    /// Waits as a thread does.
    Waits,
    /// The same, and lets the panic out by which it is refused.
    Panics,
}

struct Meddler {
    line: VecDeque<Pid>,
    does: Does,
    subject: Rc<Subject>,
    kept: RefCell<Option<Box<dyn Any>>>,
    asked: Cell<u32>,
}

impl Meddler {
    fn meddle(&self) {
        // Each time, it would never come to an end.
        self.asked.set(self.asked.get() + 1);
        if !self.asked.get().is_multiple_of(3) {
            return;
        }
        let act = || match self.does {
            Does::Touches => {
                drop(self.kept.take());
                *self.kept.borrow_mut() = (self.subject.touches)();
            }
            Does::Waits | Does::Panics => (self.subject.waits)(1),
        };
        match self.does {
            Does::Panics => act(),
            _ => drop(catch_unwind(AssertUnwindSafe(act))),
        }
    }
}

impl std::fmt::Debug for Meddler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meddler")
    }
}

impl Policy for Meddler {
    fn name(&self) -> &'static str {
        "meddler"
    }

    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        self.line.push_back(thread);
        self.meddle();
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.meddle();
        self.line.pop_front()
    }

    fn remove(&mut self, thread: Pid) {
        self.line.retain(|&other| other != thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.iter().copied().collect()
    }
}

#[test]
fn a_policy_that_uses_what_threads_wait_for_does_harm_but_nobody_is_inside_twice() {
    in_child(|| {
        std::panic::set_hook(Box::new(|_| ()));
        for (name, make) in SUBJECTS {
            for (does, skips) in [Does::Touches, Does::Waits, Does::Panics]
                .into_iter()
                .flat_map(|does| [0, 1, 2].map(|skips| (does, skips)))
            {
                eprintln!("{name}, {does:?}, {skips}");
                let subject = Rc::new(make());
                let meddler: Box<dyn Policy> = Box::new(Meddler {
                    line: VecDeque::new(),
                    does,
                    subject: Rc::clone(&subject),
                    kept: RefCell::default(),
                    asked: Cell::new(skips),
                });
                let theirs = Rc::clone(&subject);
                let builder = Builder::new().clock(Clock::Virtual).policy(meddler.into());
                let _ = catch_unwind(AssertUnwindSafe(|| builder.run(move || threads(&theirs))));
                let _ = catch_unwind(AssertUnwindSafe(|| play(&subject, Hears::Never)));
                assert!(!found_in_excess(), "somebody else was inside");
            }
        }
    })
    .ends_with(0);
}
