//! Random threads that wait, notify, sleep and kill each other, against a plain
//! model. Rings, poison and the panic about two mutexes included.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::sync::{Condvar, LockResult, Mutex, MutexGuard, PoisonError};
use runtime::thread;

use crate::model::{self, Killed, Model, Signal};
use crate::steps::Program;

/// One thing that a thread does. A wait is with the mutex that it locked last.
#[derive(Clone, Debug)]
enum Op {
    Lock(usize),
    Unlock,
    Wait(usize),
    WaitTimeout(usize, u64),
    /// With how many notifications, at most.
    Notify(usize, usize),
    Yield,
    Sleep(u64),
    Kill(usize),
    /// The n-th of those that are in a call.
    KillCalling(usize),
}

const MUTEXES: usize = 2;
const CONDVARS: usize = 2;
const THREADS: usize = 8;

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => number().prop_map(Op::Lock),
        4 => Just(Op::Unlock),
        4 => wait(),
        12 => notify(),
        8 => Just(Op::Yield),
        4 => (1..10u64).prop_map(Op::Sleep),
        3 => kill(),
        1 => (1..=THREADS).prop_map(Op::Kill),
    ]
}

/// Of a mutex or a condition variable.
fn number() -> impl Strategy<Value = usize> {
    prop_oneof![5 => Just(0), 1 => Just(1)]
}

fn wait() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => number().prop_map(Op::Wait),
        1 => (number(), 0..8u64).prop_map(|(condvar, micros)| Op::WaitTimeout(condvar, micros)),
    ]
}

fn notify() -> impl Strategy<Value = Op> {
    let many = prop_oneof![4 => Just(1), 1 => Just(2), 1 => Just(usize::MAX)];
    (number(), many).prop_map(|(condvar, many)| Op::Notify(condvar, many))
}

fn kill() -> impl Strategy<Value = Op> {
    (0..3usize).prop_map(Op::KillCalling)
}

/// What belongs together more often than not.
fn phrase() -> impl Strategy<Value = Vec<Op>> {
    prop_oneof![
        8 => wait().prop_map(|wait| vec![Op::Lock(0), wait, Op::Unlock]),
        4 => notify().prop_map(|notify| vec![Op::Lock(0), notify, Op::Sleep(5), Op::Unlock]),
        20 => op().prop_map(|op| vec![op]),
        1 => (notify(), kill()).prop_map(|(notify, kill)| vec![notify, kill]),
    ]
}

fn programs() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let program = vec(phrase(), 2..12).prop_map(|phrases| phrases.concat());
    vec(program, 3..=THREADS)
}

/// The guard, and whether its mutex was poisoned.
fn unpoisoned<G>(locked: LockResult<G>) -> (G, &'static str) {
    match locked {
        Ok(guard) => (guard, ""),
        Err(poisoned) => (poisoned.into_inner(), " poisoned"),
    }
}

type Guard<'a> = (usize, MutexGuard<'a, ()>);

/// What a thread does on the runtime.
fn perform(program: &Program, me: usize, ops: &[Op], (mutexes, condvars): &Things) {
    let mut guards: Vec<Guard<'_>> = Vec::new();
    let say = |text: String| program.say(me, &text);
    for op in ops {
        match *op {
            Op::Lock(mutex) => match program.calls(me, || mutexes[mutex].lock()) {
                Ok(locked) => {
                    let (guard, poisoned) = unpoisoned(locked);
                    say(format!("locks {mutex}{poisoned}"));
                    guards.push((mutex, guard));
                }
                Err(_) => say(format!("cannot lock {mutex}")),
            },
            Op::Unlock => drop(guards.pop()),
            Op::Wait(condvar) | Op::WaitTimeout(condvar, _) => {
                let Some((mutex, guard)) = guards.pop() else {
                    continue;
                };
                let condvar = &condvars[condvar];
                let wait = || match *op {
                    Op::WaitTimeout(_, micros) => {
                        let timeout = Duration::from_micros(micros);
                        let waited = condvar.wait_timeout(guard, timeout);
                        waited
                            .map(|(guard, result)| (guard, result.timed_out()))
                            .map_err(|error| {
                                let (guard, result) = error.into_inner();
                                PoisonError::new((guard, result.timed_out()))
                            })
                    }
                    _ => match condvar.wait(guard) {
                        Ok(guard) => Ok((guard, false)),
                        Err(error) => Err(PoisonError::new((error.into_inner(), false))),
                    },
                };
                let waited = program.calls(me, || catch_two_mutexes(wait));
                match waited {
                    Ok(Some(waited)) => {
                        let ((guard, timed_out), poisoned) = unpoisoned(waited);
                        let how = if timed_out { "late" } else { "notified" };
                        say(format!("comes back to {mutex} {how}{poisoned}"));
                        guards.push((mutex, guard));
                    }
                    Ok(None) => say(format!("cannot wait with {mutex}")),
                    Err(_) => say(format!("cannot come back to {mutex}")),
                }
            }
            Op::Notify(condvar, many) => match many {
                1 => condvars[condvar].notify_one(),
                usize::MAX => condvars[condvar].notify_all(),
                many => condvars[condvar].notify(many),
            },
            Op::Yield => thread::yield_now(),
            Op::Sleep(micros) => thread::sleep(Duration::from_micros(micros)),
            Op::Kill(who) => program.kill(who),
            Op::KillCalling(n) => program.kill_calling(n),
        }
    }
}

/// `None` if it panics because of two mutexes.
fn catch_two_mutexes<R>(wait: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(wait)) {
        Ok(result) => Some(result),
        Err(payload) if payload.is::<&str>() => None,
        Err(other) => resume_unwind(other),
    }
}

type Things = ([Mutex<()>; MUTEXES], [Condvar; CONDVARS]);

/// A mutex of the model: its number is that of its line.
#[derive(Default)]
struct Lock {
    holder: Option<usize>,
    poisoned: bool,
}

/// A condition variable: its line comes after those of the mutexes.
#[derive(Default)]
struct News {
    /// With which mutex those wait that wait now.
    mutex: usize,
    /// Those that have come since the line was empty last.
    group: Vec<usize>,
}

#[derive(Default)]
struct World {
    locks: RefCell<[Lock; MUTEXES]>,
    news: RefCell<[News; CONDVARS]>,
}

impl Model<World> {
    fn unlock(&self, mutex: usize) {
        let next = self.wake_first(mutex);
        self.world.locks.borrow_mut()[mutex].holder = next;
    }

    /// False if that would close a ring.
    async fn lock(&self, me: usize, mutex: usize) -> Result<bool, Killed> {
        {
            let lock = &mut self.world.locks.borrow_mut()[mutex];
            if lock.holder.is_none() {
                lock.holder = Some(me);
                return Ok(true);
            }
        }
        let owners = |line| {
            let locks = self.world.locks.borrow();
            let lock: Option<&Lock> = locks.get(line);
            lock.and_then(|lock| lock.holder).into_iter().collect()
        };
        if self.is_ring(me, mutex, &owners) {
            return Ok(false);
        }
        match self.wait(me, mutex, None).await {
            Signal::Kill { handed } => {
                if handed {
                    self.unlock(mutex);
                }
                Err(Killed)
            }
            _ => Ok(true),
        }
    }

    fn notify(&self, condvar: usize, many: usize) {
        for _ in 0..many {
            if self.wake_first(MUTEXES + condvar).is_none() {
                break;
            }
        }
    }

    fn poisoned(&self, mutex: usize) -> &'static str {
        match self.world.locks.borrow()[mutex].poisoned {
            true => " poisoned",
            false => "",
        }
    }

    /// Waits with `mutex`, which it has. False if it does not come back.
    async fn wait_for_news(
        &self,
        me: usize,
        condvar: usize,
        mutex: usize,
        timeout: Option<Duration>,
    ) -> Result<bool, Killed> {
        let line = MUTEXES + condvar;
        {
            let news = &mut self.world.news.borrow_mut()[condvar];
            if self.nobody_waits(line) {
                news.group.clear();
                news.mutex = mutex;
            }
            if news.mutex != mutex {
                self.say(me, &format!("cannot wait with {mutex}"));
                self.world.locks.borrow_mut()[mutex].poisoned = true;
                self.unlock(mutex);
                return Ok(false);
            }
            news.group.push(me);
        }
        self.unlock(mutex);
        // To one of those that were there when it was notified.
        let pass_on = || {
            if self.world.news.borrow()[condvar].group.contains(&me) {
                self.notify(condvar, 1);
            }
        };
        let (how, notified) = match self.wait(me, line, timeout).await {
            Signal::Continue => ("notified", true),
            Signal::TimedOut => ("late", false),
            Signal::Kill { handed } => {
                if handed {
                    pass_on();
                }
                return Err(Killed);
            }
        };
        let locked = self.lock(me, mutex).await;
        if notified && !matches!(locked, Ok(true)) {
            pass_on();
        }
        let is_back = locked?;
        match is_back {
            true => {
                let poisoned = self.poisoned(mutex);
                self.say(me, &format!("comes back to {mutex} {how}{poisoned}"));
            }
            false => self.say(me, &format!("cannot come back to {mutex}")),
        }
        Ok(is_back)
    }

    async fn perform(&self, me: usize, ops: &[Op], guards: &mut Vec<usize>) -> Result<(), Killed> {
        for op in ops {
            match *op {
                Op::Lock(mutex) => match self.calls(me, self.lock(me, mutex)).await? {
                    true => {
                        let poisoned = self.poisoned(mutex);
                        self.say(me, &format!("locks {mutex}{poisoned}"));
                        guards.push(mutex);
                    }
                    false => self.say(me, &format!("cannot lock {mutex}")),
                },
                Op::Unlock => {
                    if let Some(mutex) = guards.pop() {
                        self.unlock(mutex);
                    }
                }
                Op::Wait(condvar) | Op::WaitTimeout(condvar, _) => {
                    let Some(mutex) = guards.pop() else {
                        continue;
                    };
                    let timeout = match *op {
                        Op::WaitTimeout(_, micros) => Some(Duration::from_micros(micros)),
                        _ => None,
                    };
                    let call = self.wait_for_news(me, condvar, mutex, timeout);
                    if self.calls(me, call).await? {
                        guards.push(mutex);
                    }
                }
                Op::Notify(condvar, many) => self.notify(condvar, many),
                Op::Yield => self.yield_now(me).await?,
                Op::Sleep(micros) => self.sleep(me, Duration::from_micros(micros)).await?,
                Op::Kill(who) => self.kill(who),
                Op::KillCalling(n) => self.kill_calling(n),
            }
        }
        Ok(())
    }
}

fn on_runtime(programs: &[Vec<Op>]) -> Vec<String> {
    let programs = programs.to_vec();
    let things: Things = Default::default();
    Program::run(programs.len(), move |program, me| {
        perform(program, me, &programs[me - 1], &things);
    })
}

fn in_model(programs: &[Vec<Op>]) -> Vec<String> {
    let lines = MUTEXES + CONDVARS;
    Model::<World>::run(programs.len(), lines, World::default(), |model, me| {
        let ops = programs[me - 1].clone();
        async move {
            let mut guards = Vec::new();
            let _ = model.perform(me, &ops, &mut guards).await;
            guards.into_iter().for_each(|mutex| model.unlock(mutex));
            model.say(me, "gone");
        }
    })
}

proptest! {
    #![proptest_config(model::config())]

    #[test]
    fn random_waits_and_notifications_do_what_the_model_says(programs in programs()) {
        prop_assert_eq!(on_runtime(&programs), in_model(&programs));
    }
}
