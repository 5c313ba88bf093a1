//! Programs in which other OS threads come to the doors. Nobody knows what
//! happens when; but what has to hold in the end is known.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use runtime::thread::{self, Builder, JoinHandle, Killed, Thread};
use runtime::{Clock, Handle, RunError};

/// What a green thread does; whatever it waits for ends by itself.
#[derive(Clone, Copy, Debug)]
enum Inside {
    Yield,
    Sleep(u64),
    Park(u64),
    Spawn,
    Scope,
    Panic,
    /// The thread of that number, if there is one.
    Unpark(usize),
    Kill(usize),
    Wait(usize, u64),
}

/// What another OS thread does.
#[derive(Clone, Copy, Debug)]
enum Outside {
    Spawn(bool),
    /// The oldest of its threads that it has not joined.
    Join,
    JoinTimeout(u64),
    Drop,
    Start,
    IsAlive(usize),
    Unpark(usize),
    Kill(usize),
    /// Goes on without a door.
    Leave,
    Pause(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    clock: Clock,
    main: Vec<Inside>,
    guests: Vec<Vec<Inside>>,
    outside: Vec<Vec<Outside>>,
}

const MANY: usize = 16;

pub(crate) fn any() -> impl Strategy<Value = Program> {
    let micros = 0..50u64;
    let who = 0..MANY;
    let inside = prop_oneof![
        4 => Just(Inside::Yield),
        2 => micros.clone().prop_map(Inside::Sleep),
        2 => micros.clone().prop_map(Inside::Park),
        1 => Just(Inside::Spawn),
        1 => Just(Inside::Scope),
        1 => Just(Inside::Panic),
        1 => who.clone().prop_map(Inside::Unpark),
        1 => who.clone().prop_map(Inside::Kill),
        1 => (who.clone(), micros.clone()).prop_map(|(who, micros)| Inside::Wait(who, micros)),
    ];
    let outside = prop_oneof![
        6 => any_daemon().prop_map(Outside::Spawn),
        3 => Just(Outside::Join),
        1 => micros.prop_map(Outside::JoinTimeout),
        2 => Just(Outside::Drop),
        2 => Just(Outside::Start),
        1 => who.clone().prop_map(Outside::IsAlive),
        2 => who.clone().prop_map(Outside::Unpark),
        1 => who.prop_map(Outside::Kill),
        1 => Just(Outside::Leave),
        1 => (0..2_000u32).prop_map(Outside::Pause),
    ];
    let clock = prop_oneof![Just(Clock::Virtual), Just(Clock::Real)];
    let guests = vec(vec(inside.clone(), 0..6), 1..4);
    let main = vec(inside, 0..12);
    (clock, main, guests, vec(vec(outside, 0..12), 1..4)).prop_map(
        |(clock, main, guests, outside)| Program {
            clock,
            main,
            guests,
            outside,
        },
    )
}

fn any_daemon() -> impl Strategy<Value = bool> {
    prop_oneof![4 => Just(false), 1 => Just(true)]
}

/// What happened to the threads, by number.
#[derive(Default)]
struct Tally {
    made: AtomicU32,
    dropped: AtomicU32,
    begun: AtomicU32,
    returned: AtomicU32,
    results: AtomicU32,
    results_dropped: AtomicU32,
    wrong: Mutex<Vec<String>>,
    /// Handles for whoever wants to ask.
    threads: Mutex<Vec<Thread>>,
}

impl Tally {
    fn wrong(&self, what: impl Into<String>) {
        self.wrong.lock().unwrap().push(what.into());
    }

    fn thread(&self, who: usize) -> Option<Thread> {
        let threads = self.threads.lock().unwrap();
        let who = who.checked_rem(threads.len())?;
        Some(threads[who].clone())
    }

    fn known(&self, thread: &Thread) {
        let mut threads = self.threads.lock().unwrap();
        if threads.len() < MANY {
            threads.push(thread.clone());
        }
    }
}

fn add(count: &AtomicU32) -> u32 {
    count.fetch_add(1, Ordering::AcqRel)
}

/// What a thread was made for.
struct Errand {
    number: u32,
    ops: Vec<Inside>,
    tally: Arc<Tally>,
    runs_on: ThreadId,
    ran: bool,
    dropped: bool,
}

/// What a thread returns: the number of its errand.
struct Outcome(u32, Arc<Tally>);

impl Drop for Outcome {
    fn drop(&mut self) {
        add(&self.1.results_dropped);
    }
}

struct Planned(u32);

impl Errand {
    fn new(ops: &[Inside], tally: &Arc<Tally>, runs_on: ThreadId) -> Self {
        Self {
            number: add(&tally.made),
            ops: ops.to_vec(),
            tally: Arc::clone(tally),
            runs_on,
            ran: false,
            dropped: false,
        }
    }

    fn run(mut self) -> Outcome {
        let tally = Arc::clone(&self.tally);
        add(&tally.begun);
        if self.ran || std::thread::current().id() != self.runs_on {
            tally.wrong(format!("{} runs where it should not", self.number));
        }
        self.ran = true;
        perform(&self.ops, &tally, self.number);
        add(&tally.returned);
        add(&tally.results);
        Outcome(self.number, tally)
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        if std::mem::replace(&mut self.dropped, true) {
            self.tally.wrong("dropped twice");
        }
        add(&self.tally.dropped);
    }
}

fn perform(ops: &[Inside], tally: &Arc<Tally>, number: u32) {
    for &op in ops {
        let micros = Duration::from_micros;
        match op {
            Inside::Yield => thread::yield_now(),
            Inside::Sleep(time) => thread::sleep(micros(time)),
            Inside::Park(time) => thread::park_timeout(micros(time)),
            Inside::Spawn => {
                let here = std::thread::current().id();
                let errand = Errand::new(&[Inside::Yield], tally, here);
                let sub = thread::spawn(move || errand.run());
                tally.known(sub.thread());
            }
            Inside::Scope => {
                let lent = std::cell::Cell::new(0);
                thread::scope(|scope| {
                    for _ in 0..2 {
                        scope.spawn(|| {
                            thread::yield_now();
                            lent.set(lent.get() + 1);
                        });
                    }
                });
                if lent.get() > 2 {
                    tally.wrong("a scope");
                }
            }
            Inside::Panic => std::panic::resume_unwind(Box::new(Planned(number))),
            Inside::Unpark(who) => drop(tally.thread(who).map(|thread| thread.unpark())),
            Inside::Kill(who) => drop(tally.thread(who).map(|thread| thread.kill())),
            Inside::Wait(who, time) => {
                drop(
                    tally
                        .thread(who)
                        .map(|thread| thread.join_timeout(micros(time))),
                );
            }
        }
        if thread::panicking() {
            tally.wrong("somebody seems to panic");
        }
    }
}

/// What an OS thread has in hand.
struct Visitor {
    door: Option<Handle>,
    program: Arc<Program>,
    tally: Arc<Tally>,
    runs_on: ThreadId,
    unstarted: Vec<JoinHandle<Outcome>>,
    mine: std::collections::VecDeque<(u32, JoinHandle<Outcome>)>,
    turn: usize,
}

impl Visitor {
    fn perform(mut self, ops: &[Outside]) {
        for &op in ops {
            self.step(op);
        }
        while !self.mine.is_empty() {
            self.join();
        }
    }

    fn step(&mut self, op: Outside) {
        let tally = Arc::clone(&self.tally);
        match op {
            Outside::Spawn(daemon) => self.spawn(daemon),
            Outside::Join => self.join(),
            Outside::JoinTimeout(micros) => {
                if let Some((_, sub)) = self.mine.front() {
                    let timeout = Duration::from_micros(micros);
                    if sub.thread().join_timeout(timeout).is_ok() && sub.is_alive() {
                        tally.wrong("alive after its end");
                    }
                }
            }
            Outside::Drop => drop(self.mine.pop_back()),
            Outside::Start => {
                if let Some(sub) = self.unstarted.pop()
                    && sub.start().is_ok()
                {
                    tally.known(sub.thread());
                    self.mine.push_back((u32::MAX, sub));
                }
            }
            Outside::IsAlive(who) => {
                if let Some(thread) = tally.thread(who)
                    && !thread.is_alive()
                    && thread.join().is_err()
                {
                    tally.wrong("dead and not ended");
                }
            }
            Outside::Unpark(who) => drop(tally.thread(who).map(|thread| thread.unpark())),
            Outside::Kill(who) => drop(tally.thread(who).map(|thread| thread.kill())),
            Outside::Leave => self.door = None,
            Outside::Pause(spins) => (0..spins).for_each(|_| std::hint::spin_loop()),
        }
    }

    fn spawn(&mut self, daemon: bool) {
        let Some(door) = &self.door else {
            return;
        };
        self.turn += 1;
        let guest = &self.program.guests[self.turn % self.program.guests.len()];
        let errand = Errand::new(guest, &self.tally, self.runs_on);
        let number = errand.number;
        let builder = Builder::new().daemon(daemon);
        if let Ok(sub) = builder.spawn_on(door, move || errand.run()) {
            self.tally.known(sub.thread());
            self.mine.push_back((number, sub));
        }
    }

    fn join(&mut self) {
        let Some((number, sub)) = self.mine.pop_front() else {
            return;
        };
        let of = match sub.join() {
            Ok(outcome) => outcome.0,
            Err(payload) => match payload.downcast_ref::<Planned>() {
                Some(Planned(of)) => *of,
                None if payload.is::<Killed>() => return,
                // Of the scope in it, or what was refused.
                None if payload.is::<&str>() => return,
                None => return self.tally.wrong("an unknown panic"),
            },
        };
        if number != u32::MAX && of != number {
            self.tally.wrong(format!("{of} came for {number}"));
        }
    }
}

/// Runs the program and looks what came of it.
pub(crate) fn run(program: &Program) -> TestCaseResult {
    let tally = Arc::new(Tally::default());
    let here = std::thread::current().id();
    let (shared, counts) = (Arc::new(program.clone()), Arc::clone(&tally));
    let visitors = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let os_threads = std::rc::Rc::clone(&visitors);
    let main = move || {
        let door = Handle::current();
        counts.known(&thread::current());
        for number in 0..shared.outside.len() {
            let unstarted = (0..2)
                .map(|_| {
                    let errand = Errand::new(&shared.guests[0], &counts, here);
                    thread::create(move || errand.run())
                })
                .collect();
            let visitor = Visitor {
                door: Some(door.clone()),
                program: Arc::clone(&shared),
                tally: Arc::clone(&counts),
                runs_on: here,
                unstarted,
                mine: Default::default(),
                turn: number,
            };
            let shared = Arc::clone(&shared);
            let os = std::thread::spawn(move || visitor.perform(&shared.outside[number]));
            os_threads.borrow_mut().push(os);
        }
        drop(door);
        let perform = || perform(&shared.main, &counts, u32::MAX);
        let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(perform));
        drop(end);
    };
    match runtime::Builder::new().clock(program.clock).run(main) {
        Ok(()) | Err(RunError::Killed) => {}
        Err(error) => tally.wrong(format!("{error:?}")),
    }
    for os in visitors.take() {
        prop_assert!(os.join().is_ok(), "an OS thread panicked");
    }

    let threads = std::mem::take(&mut *tally.threads.lock().unwrap());
    prop_assert!(!threads.iter().any(Thread::is_alive), "somebody lives on");
    drop(threads);
    let wrong = tally.wrong.lock().unwrap().clone();
    prop_assert!(wrong.is_empty(), "{wrong:?}");
    let read = |count: &AtomicU32| count.load(Ordering::Acquire);
    prop_assert_eq!(read(&tally.made), read(&tally.dropped), "made and dropped");
    prop_assert_eq!(
        read(&tally.results),
        read(&tally.results_dropped),
        "results"
    );
    prop_assert!(read(&tally.returned) <= read(&tally.begun));
    prop_assert!(read(&tally.begun) <= read(&tally.made));
    prop_assert_eq!(Arc::strong_count(&tally), 1, "somebody has not let go");
    Ok(())
}
