//! A program on the runtime.

use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::BarrierError;
use runtime::sync::{
    Barrier, BarrierWaitResult, BoundedSemaphore, Event, Lock, Semaphore, SemaphoreGuard,
};
use runtime::thread::{self, Thread};
use runtime::{Builder, Clock, RunError};

use super::program::{Op, Program};
use crate::support::OnDrop;

/// What all threads share.
struct World {
    program: Program,
    journal: RefCell<Vec<String>>,
    threads: RefCell<Vec<Thread>>,
    semaphore: Semaphore,
    bounded: BoundedSemaphore,
    lock: Lock,
    event: Event,
    barrier: Box<dyn Meet>,
}

/// A barrier with an action or without.
trait Meet {
    fn wait(&self) -> BarrierWaitResult;
    fn wait_timeout(&self, timeout: Duration) -> Result<BarrierWaitResult, BarrierError>;
    fn abort(&self);
    fn reset(&self);
    fn is_broken(&self) -> bool;
}

impl<A: FnMut() + 'static> Meet for Barrier<A> {
    fn wait(&self) -> BarrierWaitResult {
        self.wait()
    }
    fn wait_timeout(&self, timeout: Duration) -> Result<BarrierWaitResult, BarrierError> {
        self.wait_timeout(timeout)
    }
    fn abort(&self) {
        self.abort();
    }
    fn reset(&self) {
        self.reset();
    }
    fn is_broken(&self) -> bool {
        self.is_broken()
    }
}

fn barrier(program: &Program) -> Box<dyn Meet> {
    let n = program.meet;
    match program.action.map(Duration::from_micros) {
        None => Box::new(Barrier::new(n)),
        Some(time) => Box::new(Barrier::with_action(n, move || thread::sleep(time))),
    }
}

/// What comes of `wait`, which panics if the barrier is broken.
fn met(wait: impl FnOnce() -> BarrierWaitResult) -> Result<BarrierWaitResult, BarrierError> {
    match catch_unwind(AssertUnwindSafe(wait)) {
        Ok(met) => Ok(met),
        Err(payload) => match payload.downcast() {
            Ok(error) => Err(*error),
            Err(other) => resume_unwind(other),
        },
    }
}

/// What a thread panics with.
pub(crate) struct Planned;

/// A thread, and the guards that it has, the oldest first.
struct Errand<'a> {
    me: usize,
    world: &'a World,
    guards: RefCell<Vec<(usize, SemaphoreGuard<'a>)>>,
}

/// Runs the program, and gives all that happened, in order.
pub(crate) fn run(program: &Program) -> Vec<String> {
    let world = Rc::new(World {
        program: program.clone(),
        journal: RefCell::default(),
        threads: RefCell::default(),
        semaphore: Semaphore::new(program.permits[0]),
        bounded: BoundedSemaphore::new(program.permits[1]),
        event: Event::new(),
        lock: Lock::new(),
        barrier: barrier(program),
    });
    let theirs = Rc::clone(&world);
    let main = move || {
        for me in 0..theirs.program.bodies.len() {
            let world = Rc::clone(&theirs);
            let sub = thread::spawn(move || perform(me, &world));
            theirs.threads.borrow_mut().push(sub.thread().clone());
        }
    };
    match Builder::new().clock(Clock::Virtual).run(main) {
        Ok(()) => {}
        Err(RunError::Deadlock(_)) => world.note("deadlock"),
        Err(error) => world.note(format!("{error}")),
    }
    // From outside: whatever is left would keep others out.
    let free = [
        world.semaphore.available_permits(),
        world.bounded.available_permits(),
        usize::from(!world.lock.is_locked()),
    ];
    let (set, broken) = (world.event.is_set(), world.barrier.is_broken());
    world.note(format!("{free:?} free, {set}, {broken}"));
    world.journal.take()
}

impl World {
    fn note(&self, line: impl Into<String>) {
        self.journal.borrow_mut().push(line.into());
    }
}

fn perform(me: usize, world: &World) {
    let errand = Errand {
        me,
        world,
        guards: RefCell::default(),
    };
    let body = &world.program.bodies[me];
    let _last = OnDrop(|| {
        if thread::panicking() {
            errand.say(format!(
                "unwinds with {} guards",
                errand.guards.borrow().len()
            ));
            body.last.iter().for_each(|&op| errand.step(op));
        }
    });
    errand.say("begins");
    body.ops.iter().for_each(|&op| errand.step(op));
    errand.say("ends");
}

impl<'a> Errand<'a> {
    fn say(&self, text: impl AsRef<str>) {
        self.world.note(format!("{} {}", self.me, text.as_ref()));
    }

    fn keep(&self, semaphore: usize, guard: Option<SemaphoreGuard<'a>>, refused: &str) {
        let Some(guard) = guard else {
            return self.say(format!("{semaphore}{refused}"));
        };
        self.guards.borrow_mut().push((semaphore, guard));
        self.say(format!("{semaphore} acquired"));
    }

    fn oldest(&self) -> Option<(usize, SemaphoreGuard<'a>)> {
        let mut guards = self.guards.borrow_mut();
        (!guards.is_empty()).then(|| guards.remove(0))
    }

    fn says_met(&self, met: Result<BarrierWaitResult, BarrierError>) {
        // Of those that are killed while the action runs, the number is missing.
        let has_action = self.world.program.action.is_some();
        match met {
            Err(_) => self.say("broken"),
            Ok(met) if met.is_leader() => self.say("met, leads"),
            Ok(_) if has_action => self.say("met, follows"),
            Ok(met) => self.say(format!("met, follows as {}", met.index())),
        }
    }

    fn step(&self, op: Op) {
        let World {
            semaphore,
            bounded,
            lock,
            event,
            barrier,
            ..
        } = self.world;
        match op {
            Op::Acquire(2) => {
                lock.acquire();
                self.say("2 acquired");
            }
            Op::TryAcquire(2) => self.say(match lock.try_acquire() {
                true => "2 acquired",
                false => "2 is not free",
            }),
            Op::AcquireTimeout(2, micros) => {
                let acquired = lock.acquire_timeout(Duration::from_micros(micros));
                self.say(match acquired {
                    true => "2 acquired",
                    false => "2: the time is up",
                });
            }
            Op::Release(2, _) => self.say(match lock.release() {
                Ok(()) => "2: 1 released",
                Err(_) => "2: 1 too many",
            }),
            Op::Count(2) => self.say(match lock.is_locked() {
                true => "2 has 0",
                false => "2 has 1",
            }),
            Op::Yield => {
                thread::yield_now();
                self.say("yielded");
            }
            Op::Sleep(micros) => {
                thread::sleep(Duration::from_micros(micros));
                self.say("slept");
            }
            Op::Acquire(which) => {
                let guard = match which {
                    0 => semaphore.acquire(),
                    _ => bounded.acquire(),
                };
                self.keep(which, Some(guard), "");
            }
            Op::TryAcquire(which) => {
                let guard = match which {
                    0 => semaphore.try_acquire(),
                    _ => bounded.try_acquire(),
                };
                self.keep(which, guard, " is not free");
            }
            Op::AcquireTimeout(which, micros) => {
                let timeout = Duration::from_micros(micros);
                let guard = match which {
                    0 => semaphore.acquire_timeout(timeout),
                    _ => bounded.acquire_timeout(timeout),
                };
                self.keep(which, guard, ": the time is up");
            }
            Op::Drop => {
                if let Some((which, guard)) = self.oldest() {
                    self.say(format!("{which} given back"));
                    drop(guard);
                }
            }
            Op::Forget => {
                if let Some((which, guard)) = self.oldest() {
                    self.say(format!("{which} forgotten"));
                    guard.forget();
                }
            }
            Op::Release(0, permits) => {
                self.say(format!("0: {permits} released"));
                semaphore.release_n(permits);
            }
            Op::Release(_, permits) => {
                let released = bounded.release_n(permits).is_ok();
                let what = if released { "released" } else { "too many" };
                self.say(format!("1: {permits} {what}"));
            }
            Op::Count(which) => {
                let free = match which {
                    0 => semaphore.available_permits(),
                    _ => bounded.available_permits(),
                };
                self.say(format!("{which} has {free}"));
            }
            Op::Set => {
                self.say("sets");
                event.set();
            }
            Op::Clear => {
                self.say("clears");
                event.clear();
            }
            Op::Wait => {
                event.wait();
                self.say("seen");
            }
            Op::WaitTimeout(micros) => {
                let seen = event.wait_timeout(Duration::from_micros(micros));
                self.say(if seen { "seen" } else { "not seen in time" });
            }
            Op::Meet => self.says_met(met(|| barrier.wait())),
            Op::MeetTimeout(micros) => {
                self.says_met(barrier.wait_timeout(Duration::from_micros(micros)));
            }
            Op::Abort => {
                self.say("aborts");
                barrier.abort();
            }
            Op::Reset => {
                self.say("resets");
                barrier.reset();
            }
            Op::Kill(who) => {
                let thread = self.world.threads.borrow().get(who).cloned();
                if let Some(thread) = thread {
                    self.say(format!("kills {who}"));
                    thread.kill();
                }
            }
            Op::Panic => {
                self.say("panics");
                resume_unwind(Box::new(Planned));
            }
        }
    }
}

impl Drop for Errand<'_> {
    fn drop(&mut self) {
        for (which, guard) in mem::take(self.guards.get_mut()) {
            self.say(format!("{which} left"));
            drop(guard);
        }
        self.say("gone");
    }
}
