//! A program on the runtime.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use runtime::error::{JoinError, Ring};
use runtime::thread::{self, Builder, JoinHandle, Killed, ScopedJoinHandle, Thread};
use runtime::{Clock, RunError};

use crate::program::{Op, Program, Scope};

/// What all threads of a program share.
struct World {
    program: Program,
    journal: RefCell<Vec<String>>,
    made: RefCell<Vec<bool>>,
    /// The handles that get results, until somebody takes them.
    handles: RefCell<Vec<Option<JoinHandle<Outcome>>>>,
    /// Those that were started.
    threads: RefCell<Vec<Option<Thread>>>,
    /// How many results there are.
    outcomes: Rc<Cell<i32>>,
}

/// What a thread returns.
struct Outcome {
    of: usize,
    alive: Rc<Cell<i32>>,
}

impl Drop for Outcome {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
    }
}

/// What a thread panics with.
struct Planned(usize);

/// What a thread was made for: tells when that is gone.
struct Errand {
    me: usize,
    world: Rc<World>,
}

impl Drop for Errand {
    fn drop(&mut self) {
        self.world.write(self.me, "gone");
    }
}

/// Runs the program, and gives all that happened, in order.
pub(crate) fn run(program: &Program) -> Vec<String> {
    let threads = program.bodies.len();
    let world = Rc::new(World {
        program: program.clone(),
        journal: RefCell::default(),
        made: RefCell::new(vec![false; threads]),
        handles: RefCell::new((0..threads).map(|_| None).collect()),
        threads: RefCell::new(vec![None; threads]),
        outcomes: Rc::default(),
    });
    let errand = world.make(0).expect("main is the first");
    let main = move || {
        let world = Rc::clone(&errand.world);
        world.threads.borrow_mut()[0] = Some(thread::current());
        let end = match catch_unwind(AssertUnwindSafe(|| drop(errand.run()))) {
            Ok(()) => "return",
            Err(payload) => what(&*payload).0,
        };
        world.note(format!("main ends by {end}"));
    };
    match runtime::Builder::new().clock(Clock::Virtual).run(main) {
        Ok(()) => {}
        Err(RunError::Deadlock { .. }) => world.note("deadlock".into()),
        Err(error) => world.note(format!("error: {error}")),
    }
    world.note_leftovers();
    world.journal.take()
}

/// What somebody unwound with: in words, and whose it is.
fn what(payload: &dyn Any) -> (&'static str, Option<usize>) {
    if let Some(Planned(who)) = payload.downcast_ref() {
        ("panic", Some(*who))
    } else if payload.is::<&str>() {
        ("scope's panic", None)
    } else if payload.is::<Ring>() {
        ("ring", None)
    } else {
        ("kill", None)
    }
}

impl World {
    fn note(&self, line: String) {
        self.journal.borrow_mut().push(line);
    }

    fn write(&self, me: usize, text: impl AsRef<str>) {
        self.note(format!("{me} {}", text.as_ref()));
    }

    /// What must not be there when the run is over.
    fn note_leftovers(self: &Rc<Self>) {
        let alive = |thread: &&Thread| thread.is_alive();
        let threads = self.threads.take();
        if threads.iter().flatten().any(|thread| alive(&thread)) {
            self.note("WRONG: a thread is alive".into());
        }
        self.handles.take();
        if self.outcomes.get() != 0 {
            self.note(format!("WRONG: {} results are left", self.outcomes.get()));
        }
        if Rc::strong_count(self) > 1 {
            self.note("WRONG: somebody has not let go".into());
        }
    }

    fn make(self: &Rc<Self>, who: usize) -> Option<Errand> {
        let made = std::mem::replace(&mut self.made.borrow_mut()[who], true);
        (!made).then(|| Errand {
            me: who,
            world: Rc::clone(self),
        })
    }

    /// The thread of that number, if it was made and can be asked.
    fn thread(&self, who: usize) -> Option<Thread> {
        let threads = self.threads.borrow();
        let handles = self.handles.borrow();
        let of_handle = || handles[who].as_ref().map(|handle| handle.thread().clone());
        threads[who].clone().or_else(of_handle)
    }

    fn started(&self, who: usize, thread: &Thread) {
        self.threads.borrow_mut()[who] = Some(thread.clone());
    }
}

impl Errand {
    /// The body of the thread.
    fn run(self) -> Outcome {
        self.say("begins");
        self.perform(&self.world.program.bodies[self.me]);
        self.say("returns");
        self.world.outcomes.set(self.world.outcomes.get() + 1);
        Outcome {
            of: self.me,
            alive: Rc::clone(&self.world.outcomes),
        }
    }

    fn say(&self, text: impl AsRef<str>) {
        self.world.write(self.me, text);
        if thread::panicking() {
            self.world
                .note("WRONG: somebody else seems to panic".into());
        }
    }

    fn perform(&self, ops: &[Op]) {
        for op in ops {
            self.step(op);
        }
    }

    fn step(&self, op: &Op) {
        let world = &self.world;
        match *op {
            Op::Yield => {
                thread::yield_now();
                self.say("yielded");
            }
            Op::Sleep(micros) => {
                thread::sleep(Duration::from_micros(micros));
                self.say("slept");
            }
            Op::Park => {
                thread::park();
                self.say("unparked");
            }
            Op::ParkTimeout(micros) => {
                thread::park_timeout(Duration::from_micros(micros));
                self.say("unparked or late");
            }
            Op::Unpark(who) => {
                if let Some(thread) = world.thread(who) {
                    thread.unpark();
                }
            }
            Op::Kill(who) => {
                if let Some(thread) = world.thread(who) {
                    thread.kill();
                }
            }
            Op::Spawn(who, daemon) => {
                let Some(errand) = world.make(who) else {
                    return;
                };
                let builder = match daemon {
                    Some(daemon) => Builder::new().daemon(daemon),
                    None => Builder::new(),
                };
                let handle = builder.spawn(move || errand.run()).unwrap();
                world.started(who, handle.thread());
                world.handles.borrow_mut()[who] = Some(handle);
                self.say(format!("spawned {who}"));
            }
            Op::Create(who) => {
                if let Some(errand) = world.make(who) {
                    let handle = thread::create(move || errand.run());
                    world.handles.borrow_mut()[who] = Some(handle);
                }
            }
            Op::Start(who) => {
                let handles = world.handles.borrow();
                if let Some(handle) = &handles[who]
                    && handle.start().is_ok()
                {
                    world.started(who, handle.thread());
                    drop(handles);
                    self.say(format!("started {who}"));
                }
            }
            Op::DropHandle(who) => {
                let handle = world.handles.borrow_mut()[who].take();
                if handle.is_some() {
                    self.say(format!("discards {who}'s handle"));
                }
            }
            Op::Join(who) => {
                if !world.program.may_wait(self.me, who) {
                    return;
                }
                let handle = world.handles.borrow_mut()[who].take();
                if let Some(handle) = handle {
                    self.say_result(who, handle.join());
                }
            }
            Op::Wait(who) => self.wait(who, None),
            Op::WaitTimeout(who, micros) => self.wait(who, Some(Duration::from_micros(micros))),
            Op::Panic => resume_unwind(Box::new(Planned(self.me))),
            Op::Scope(ref scope) => self.scope(scope),
        }
    }

    fn wait(&self, who: usize, timeout: Option<Duration>) {
        if !self.world.program.may_wait(self.me, who) {
            return;
        }
        let Some(thread) = self.world.thread(who) else {
            return;
        };
        let end = match timeout {
            Some(timeout) => thread.join_timeout(timeout),
            None => thread.join(),
        };
        self.say(match end {
            Ok(()) => format!("has waited for {who}"),
            Err(JoinError::TimedOut) => format!("waited too long for {who}"),
            Err(JoinError::NotStarted) => format!("cannot wait for {who}"),
            Err(error) => format!("is refused: {error:?}"),
        });
    }

    fn say_result(&self, who: usize, result: thread::Result<Outcome>) {
        self.say(match &result {
            Ok(outcome) if outcome.of == who => format!("has the result of {who}"),
            Ok(outcome) => format!("WRONG: has the result of {} for {who}", outcome.of),
            Err(payload) if payload.is::<Killed>() => format!("has the kill of {who}"),
            Err(payload) => match (payload.downcast_ref(), what(&**payload)) {
                (Some(JoinError::NotStarted), _) => format!("cannot wait for {who}"),
                (Some(error), _) => format!("is refused: {error:?}"),
                (None, (_, Some(other))) if other != who => {
                    format!("WRONG: has the panic of {other} for {who}")
                }
                (None, (what, _)) => format!("has the {what} of {who}"),
            },
        });
    }

    fn scope(&self, plan: &Scope) {
        // On this stack, for the threads to borrow.
        let lent = Cell::new(0u32);
        let count = Cell::new(0u32);
        thread::scope(|scope| {
            let mut subs: Vec<(usize, ScopedJoinHandle<'_, Outcome>)> = Vec::new();
            for &who in &plan.threads {
                if who <= self.me {
                    continue;
                }
                let Some(errand) = self.world.make(who) else {
                    continue;
                };
                count.set(count.get() + 1);
                let borrows = Borrows(&lent);
                let sub = scope.spawn(move || {
                    let _borrows = borrows;
                    errand.run()
                });
                self.world.started(who, sub.thread());
                self.say(format!("spawned {who} in a scope"));
                subs.push((who, sub));
            }
            self.perform(&plan.body);
            if plan.joins {
                for (who, sub) in subs {
                    self.say_result(who, sub.join());
                }
            }
        });
        if lent.get() != count.get() {
            self.say("WRONG: the scope has ended before its threads");
        }
        self.say("ends a scope");
    }
}

/// What a scoped thread has borrowed: counts when it gives that back.
struct Borrows<'a>(&'a Cell<u32>);

impl Drop for Borrows<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// What holds for the journal of every program.
pub(crate) fn check(program: &Program, journal: &[String]) -> TestCaseResult {
    let mut begun = HashMap::new();
    let mut gone = HashMap::new();
    for line in journal {
        prop_assert!(!line.contains("WRONG"), "{line}");
        let (who, what) = line.split_once(' ').unwrap_or((line, ""));
        let Ok(who) = who.parse::<usize>() else {
            continue;
        };
        prop_assert!(who < program.bodies.len());
        prop_assert!(!gone.contains_key(&who), "after its end: {line}");
        match what {
            "begins" => prop_assert!(begun.insert(who, ()).is_none(), "{line}"),
            "gone" => drop(gone.insert(who, ())),
            _ => prop_assert!(begun.contains_key(&who), "before its beginning: {line}"),
        }
    }
    // Whatever was made is gone.
    for line in journal {
        let (_, what) = line.split_once(' ').unwrap_or((line, ""));
        let made = what
            .strip_prefix("spawned ")
            .or(what.strip_prefix("started "));
        if let Some(who) = made.and_then(|rest| rest.split(' ').next()?.parse().ok()) {
            let who: usize = who;
            prop_assert!(gone.contains_key(&who), "{who} was never dropped");
        }
    }
    Ok(())
}
