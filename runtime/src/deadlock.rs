//! The report about threads that wait and will wait for ever: who, for what,
//! where, and who could have ended it.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::Pcb;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Object as _, Owner, WaitReason};

use crate::core::{Context, Core, MAIN};
use crate::report;
use crate::sync::wait_queue::Awaited;
use crate::thread::task::Task;

/// Nobody can run, nobody sleeps, and there is no door through which anything
/// could come. Displays as the PCB table, then a sentence for each thread that
/// waits, rings first.
///
/// ```
/// use runtime::{RunError, thread};
///
/// let error = runtime::Builder::new().run(thread::park).unwrap_err();
/// let RunError::Deadlock(deadlock) = error else { unreachable!() };
/// let main = &deadlock.waiting[0];
/// assert_eq!((main.name.as_str(), main.ident), ("MainThread", 1));
/// assert_eq!(main.waits_for, "is parked");
/// assert_eq!(main.could_end, "nobody has a handle with which to unpark it");
/// ```
// ANCHOR: report
#[derive(Clone)]
pub struct Deadlock {
    /// The PCB table, as [`report::ps`](crate::report::ps) gives it.
    pub table: String,
    /// Rings of waits that cannot open, in words.
    pub rings: Vec<String>,
    /// All that wait, the oldest first.
    pub waiting: Vec<Waiting>,
}

/// A thread that waits for ever.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The thread's ident.
    pub ident: u64,
    /// The thread's name.
    pub name: String,
    /// What it waits for, in words.
    pub waits_for: String,
    /// The number of the dispatch since which it waits.
    pub since: u64,
    /// The line of the program that waits.
    pub at: &'static Location<'static>,
    /// Who could end the wait, in words.
    pub could_end: String,
}
// ANCHOR_END: report

// ANCHOR: all_that_wait
impl Core {
    /// The report about all that wait now.
    pub(crate) fn deadlock(&self) -> Deadlock {
        let table = report::ps();
        let kernel = self.kernel.borrow();
        let mut pcbs: Vec<_> = kernel.iter().collect();
        pcbs.sort_by_key(|pcb| pcb.created());
        let in_words = |ring: Vec<Pid>| {
            let first = kernel.get(ring[0]).and_then(|pcb| pcb.state().wait());
            kernel.describe_ring(&ring, first.expect("it waits").reason)
        };
        let rings = kernel.rings().into_iter().map(in_words).collect();
        let waiting = pcbs
            .iter()
            .filter_map(|pcb| waiting(&kernel, pcb))
            .collect();
        Deadlock {
            table,
            rings,
            waiting,
        }
    }
}
// ANCHOR_END: all_that_wait

// ANCHOR: waiting
fn waiting(kernel: &Kernel<Context>, pcb: &Pcb<Context>) -> Option<Waiting> {
    let wait = pcb.state().wait()?;
    let Some(Context::Suspended(fiber)) = pcb.state().context() else {
        return None;
    };
    let task = pcb.identity();
    let could_end = match wait.reason {
        WaitReason::Join(target) => format!("only {}, by ending", kernel.name(target)),
        WaitReason::Scope(scope) | WaitReason::KilledScope(scope) => {
            format!("only {}, by ending", kernel.names(&kernel.in_scope(scope)))
        }
        WaitReason::Object(object) => could_let_go(kernel, &object),
        WaitReason::Sleep => "nobody: it sleeps for ever".into(),
        WaitReason::Memory => "whoever has a stack, by ending".into(),
        WaitReason::Park => match Arc::strong_count(task).saturating_sub(own_handles(task)) {
            0 => "nobody has a handle with which to unpark it".into(),
            1 => "whoever has the one handle to it, by unparking it".into(),
            more => format!("whoever has one of the {more} handles to it, by unparking it"),
        },
    };
    Some(Waiting {
        ident: task.ident,
        name: task.to_string(),
        waits_for: kernel.describe(wait),
        since: pcb.since(),
        at: report::gave_up_at(task, fiber),
        could_end,
    })
}
// ANCHOR_END: waiting

/// Who could end a wait for `object`, in words. It is the one that has it, unless
/// its guard has gone to somebody else, or to nobody.
// ANCHOR: could_let_go
fn could_let_go(kernel: &Kernel<Context>, object: &Awaited) -> String {
    let mut owners: Vec<Owner> = Vec::new();
    object.owners(&mut |owner| owners.push(owner));
    if owners.is_empty() {
        return object.could_end(&|pid| match kernel.get(pid) {
            Some(_) => kernel.name(pid),
            None => format!("{}, which has ended,", kernel.name(pid)),
        });
    }
    let letting_go = object.letting_go();
    // A thread can read a lock twice.
    let (mut threads, mut seen) = (Vec::new(), BTreeSet::new());
    for owner in &owners {
        match kernel.thread_of(owner) {
            Some(pid) if seen.insert(pid) => threads.push(pid),
            Some(_) => {}
            None => {
                return format!(
                    "nobody, as far as is known: a thread has ended without {letting_go}"
                );
            }
        }
    }
    let names = kernel.names(&threads);
    match owners.iter().all(|owner| kernel.is_certain(owner)) {
        true => format!("only {names}, by {letting_go}"),
        false => format!("whoever has the guard that {names} got, by dropping it"),
    }
}
// ANCHOR_END: could_let_go

/// How many of the handles to a thread in the middle are the runtime's own: the
/// PCB's, and for the main thread the two that `run` has.
// ANCHOR: own_handles
fn own_handles(task: &Task) -> usize {
    match task.ident {
        MAIN => 3,
        _ => 1,
    }
}
// ANCHOR_END: own_handles

/// As it displays: this is what `unwrap` shows.
// ANCHOR: in_words
impl fmt::Debug for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.table)?;
        for ring in &self.rings {
            writeln!(f, "a ring: {ring}")?;
        }
        for waiting in &self.waiting {
            writeln!(f, "{waiting}")?;
        }
        Ok(())
    }
}
// ANCHOR_END: in_words

// ANCHOR: waiting_in_words
impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            waits_for,
            since,
            at,
            could_end,
            ..
        } = self;
        write!(
            f,
            "{name} {waits_for}, at {at}, since dispatch {since}; who could end it: {could_end}"
        )
    }
}
// ANCHOR_END: waiting_in_words
