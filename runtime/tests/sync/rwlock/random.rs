//! Random threads that read, write, downgrade, sleep and kill each other,
//! against a plain model. Rings included.

use std::cell::RefCell;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use runtime::thread;

use crate::model::{self, Killed, Model, Signal};
use crate::steps::Program;

/// One thing that a thread does. Its guards are numbered, as are the locks.
#[derive(Clone, Debug)]
enum Op {
    Read(usize),
    Write(usize),
    TryRead(usize),
    TryWrite(usize),
    /// For so many microseconds at most.
    ReadTimeout(usize, u64),
    WriteTimeout(usize, u64),
    LetGo(usize),
    Downgrade(usize),
    Yield,
    Sleep(u64),
    Kill(usize),
    /// The n-th of those that are in a call.
    KillCalling(usize),
}

const LOCKS: usize = 2;
const THREADS: usize = 8;

fn take() -> impl Strategy<Value = Op> {
    let lock = || prop_oneof![3 => Just(0), 1 => 1..LOCKS];
    prop_oneof![
        4 => lock().prop_map(Op::Read),
        4 => lock().prop_map(Op::Write),
        1 => lock().prop_map(Op::TryRead),
        1 => lock().prop_map(Op::TryWrite),
        3 => (lock(), 0..20u64).prop_map(|(lock, micros)| Op::ReadTimeout(lock, micros)),
        3 => (lock(), 0..20u64).prop_map(|(lock, micros)| Op::WriteTimeout(lock, micros)),
    ]
}

fn other() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..3usize).prop_map(Op::LetGo),
        2 => (0..3usize).prop_map(Op::Downgrade),
        6 => pause(),
        3 => (0..3usize).prop_map(Op::KillCalling),
        1 => (1..=THREADS).prop_map(Op::Kill),
    ]
}

fn pause() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => Just(Op::Yield),
        1 => (1..20u64).prop_map(Op::Sleep),
    ]
}

/// What belongs together more often than not.
fn phrase() -> impl Strategy<Value = Vec<Op>> {
    prop_oneof![
        4 => (take(), vec(pause(), 0..4)).prop_map(|(take, pauses)| {
            [vec![take], pauses, vec![Op::LetGo(0)]].concat()
        }),
        1 => take().prop_map(|op| vec![op]),
        3 => other().prop_map(|op| vec![op]),
    ]
}

fn programs() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let program = vec(phrase(), 2..12).prop_map(|phrases| phrases.concat());
    vec(program, 3..=THREADS)
}

enum Guard<'a> {
    Reads(RwLockReadGuard<'a, u32>),
    Writes(RwLockWriteGuard<'a, u32>),
}

/// What a thread does on the runtime.
fn perform(program: &Program, me: usize, ops: &[Op], locks: &[RwLock<u32>; LOCKS]) {
    let mut guards: Vec<Guard<'_>> = Vec::new();
    for op in ops {
        match *op {
            Op::Read(lock) => match program.calls(me, || locks[lock].read().unwrap()) {
                Ok(guard) => {
                    program.say(me, &format!("reads {lock} {}", *guard));
                    guards.push(Guard::Reads(guard));
                }
                Err(_) => program.say(me, &format!("cannot read {lock}")),
            },
            Op::Write(lock) => match program.calls(me, || locks[lock].write().unwrap()) {
                Ok(mut guard) => {
                    *guard += 1;
                    program.say(me, &format!("writes {lock} {}", *guard));
                    guards.push(Guard::Writes(guard));
                }
                Err(_) => program.say(me, &format!("cannot write {lock}")),
            },
            Op::TryRead(lock) | Op::ReadTimeout(lock, _) => {
                let tried = match *op {
                    Op::ReadTimeout(_, micros) => {
                        let timeout = Duration::from_micros(micros);
                        let call = || locks[lock].read_timeout(timeout);
                        program.calls(me, call).expect("it closes no ring")
                    }
                    _ => locks[lock].try_read(),
                };
                match tried {
                    Ok(guard) => {
                        program.say(me, &format!("reads {lock} {}", *guard));
                        guards.push(Guard::Reads(guard));
                    }
                    Err(_) => program.say(me, &format!("would block {lock}")),
                }
            }
            Op::TryWrite(lock) | Op::WriteTimeout(lock, _) => {
                let tried = match *op {
                    Op::WriteTimeout(_, micros) => {
                        let timeout = Duration::from_micros(micros);
                        let call = || locks[lock].write_timeout(timeout);
                        program.calls(me, call).expect("it closes no ring")
                    }
                    _ => locks[lock].try_write(),
                };
                match tried {
                    Ok(mut guard) => {
                        *guard += 1;
                        program.say(me, &format!("writes {lock} {}", *guard));
                        guards.push(Guard::Writes(guard));
                    }
                    Err(_) => program.say(me, &format!("would block {lock}")),
                }
            }
            Op::LetGo(number) if number < guards.len() => drop(guards.remove(number)),
            Op::Downgrade(number) if number < guards.len() => {
                let guard = match guards.remove(number) {
                    Guard::Writes(guard) => RwLockWriteGuard::downgrade(guard),
                    Guard::Reads(guard) => guard,
                };
                guards.push(Guard::Reads(guard));
            }
            Op::LetGo(_) | Op::Downgrade(_) => {}
            Op::Yield => thread::yield_now(),
            Op::Sleep(micros) => thread::sleep(Duration::from_micros(micros)),
            Op::Kill(who) => program.kill(who),
            Op::KillCalling(n) => program.kill_calling(n),
        }
    }
}

/// A lock of the model.
#[derive(Default)]
struct Lock {
    reads: Vec<usize>,
    writes: Option<usize>,
    times_written: u32,
}

/// Lock 0 has lines 0, of the readers, and 1, of the writers; and so on.
type World = RefCell<[Lock; LOCKS]>;

impl Model<World> {
    fn owners(&self, line: usize) -> Vec<usize> {
        let lock = &self.world.borrow()[line / 2];
        lock.reads.iter().copied().chain(lock.writes).collect()
    }

    /// For readers.
    fn is_open(&self, lock: usize) -> bool {
        self.world.borrow()[lock].writes.is_none() && self.nobody_waits(2 * lock + 1)
    }

    fn is_free(&self, lock: usize) -> bool {
        self.owners(2 * lock).is_empty()
    }

    fn let_readers_in(&self, lock: usize) {
        while let Some(who) = self.wake_first(2 * lock) {
            self.world.borrow_mut()[lock].reads.push(who);
        }
    }

    fn let_writer_in(&self, lock: usize) {
        let next = self.wake_first(2 * lock + 1);
        self.world.borrow_mut()[lock].writes = next;
    }

    fn let_go(&self, me: usize, (lock, writes): (usize, bool)) {
        if writes {
            self.world.borrow_mut()[lock].writes = None;
            self.let_readers_in(lock);
        } else {
            let reads = &mut self.world.borrow_mut()[lock].reads;
            let place = reads.iter().position(|&who| who == me);
            reads.swap_remove(place.expect("it reads"));
        }
        if self.is_free(lock) {
            self.let_writer_in(lock);
        }
        if self.is_open(lock) {
            self.let_readers_in(lock);
        }
    }

    /// False if somebody has it, or waits to write.
    fn try_take(&self, me: usize, lock: usize, writes: bool) -> bool {
        let can = match writes {
            true => self.is_free(lock),
            false => self.is_open(lock),
        };
        if can {
            let lock = &mut self.world.borrow_mut()[lock];
            match writes {
                true => lock.writes = Some(me),
                false => lock.reads.push(me),
            }
        }
        can
    }

    /// The readers that waited for a writer get in, which has left.
    fn writer_gives_up(&self, lock: usize) {
        if self.is_open(lock) {
            self.let_readers_in(lock);
        }
    }

    /// False if that would close a ring, or the time is up.
    async fn take(
        &self,
        me: usize,
        lock: usize,
        writes: bool,
        timeout: Option<Duration>,
    ) -> Result<bool, Killed> {
        if self.try_take(me, lock, writes) {
            return Ok(true);
        }
        let line = 2 * lock + usize::from(writes);
        if timeout.is_none() && self.is_ring(me, line, &|line| self.owners(line)) {
            return Ok(false);
        }
        match self.wait(me, line, timeout).await {
            Signal::TimedOut => {
                let taken = self.try_take(me, lock, writes);
                if writes && !taken {
                    self.writer_gives_up(lock);
                }
                Ok(taken)
            }
            Signal::Kill { handed: true } => {
                self.let_go(me, (lock, writes));
                Err(Killed)
            }
            Signal::Kill { handed: false } => {
                if writes {
                    self.writer_gives_up(lock);
                }
                Err(Killed)
            }
            _ => Ok(true),
        }
    }

    fn has_got(&self, me: usize, lock: usize, writes: bool) {
        let times = &mut self.world.borrow_mut()[lock].times_written;
        *times += u32::from(writes);
        let verb = if writes { "writes" } else { "reads" };
        self.say(me, &format!("{verb} {lock} {times}"));
    }

    async fn perform(
        &self,
        me: usize,
        ops: &[Op],
        guards: &mut Vec<(usize, bool)>,
    ) -> Result<(), Killed> {
        for op in ops {
            match *op {
                Op::Read(lock) | Op::Write(lock) => {
                    let writes = matches!(op, Op::Write(_));
                    if self.calls(me, self.take(me, lock, writes, None)).await? {
                        self.has_got(me, lock, writes);
                        guards.push((lock, writes));
                    } else {
                        let verb = if writes { "write" } else { "read" };
                        self.say(me, &format!("cannot {verb} {lock}"));
                    }
                }
                Op::TryRead(lock)
                | Op::TryWrite(lock)
                | Op::ReadTimeout(lock, _)
                | Op::WriteTimeout(lock, _) => {
                    let writes = matches!(op, Op::TryWrite(_) | Op::WriteTimeout(..));
                    let taken = match *op {
                        Op::ReadTimeout(_, micros) | Op::WriteTimeout(_, micros) => {
                            let timeout = Some(Duration::from_micros(micros));
                            self.calls(me, self.take(me, lock, writes, timeout)).await?
                        }
                        _ => self.try_take(me, lock, writes),
                    };
                    if taken {
                        self.has_got(me, lock, writes);
                        guards.push((lock, writes));
                    } else {
                        self.say(me, &format!("would block {lock}"));
                    }
                }
                Op::LetGo(number) if number < guards.len() => {
                    self.let_go(me, guards.remove(number));
                }
                Op::Downgrade(number) if number < guards.len() => {
                    let (lock, writes) = guards.remove(number);
                    if writes {
                        self.world.borrow_mut()[lock].writes = None;
                        self.world.borrow_mut()[lock].reads.push(me);
                        self.let_readers_in(lock);
                    }
                    guards.push((lock, false));
                }
                Op::LetGo(_) | Op::Downgrade(_) => {}
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
    let locks = [RwLock::new(0), RwLock::new(0)];
    Program::run(programs.len(), move |program, me| {
        perform(program, me, &programs[me - 1], &locks);
    })
}

fn in_model(programs: &[Vec<Op>]) -> Vec<String> {
    Model::<World>::run(programs.len(), 2 * LOCKS, World::default(), |model, me| {
        let ops = programs[me - 1].clone();
        async move {
            let mut guards = Vec::new();
            let _ = model.perform(me, &ops, &mut guards).await;
            guards.into_iter().for_each(|guard| model.let_go(me, guard));
            model.say(me, "gone");
        }
    })
}

proptest! {
    #![proptest_config(model::config())]

    #[test]
    fn random_readers_and_writers_do_what_the_model_says(programs in programs()) {
        prop_assert_eq!(on_runtime(&programs), in_model(&programs));
    }
}
