//! Random threads and kills on three `ReentrantLock`s, and a plain model, which
//! looks at all that they write down.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::error::{Refused, SyncError};
use runtime::sync::{ReentrantLock, ReentrantLockGuard};
use runtime::thread;
use runtime::time::Instant;

use crate::support::{OnDrop, run};
use crate::threads::be_quiet;

const THREADS: usize = 6;
const LOCKS: usize = 3;

/// The numbers are threads, locks and microseconds.
#[derive(Clone, Debug)]
enum Op {
    Yield,
    Sleep(u64),
    Kill(usize),
    Lock(usize, Vec<Op>),
    TryLock(usize, Vec<Op>),
    LockTimeout(usize, u64, Vec<Op>),
}

fn op(inner: BoxedStrategy<Vec<Op>>) -> BoxedStrategy<Op> {
    let lock = (0..LOCKS, inner);
    prop_oneof![
        2 => Just(Op::Yield),
        2 => (1..20u64).prop_map(Op::Sleep),
        1 => (0..THREADS).prop_map(Op::Kill),
        5 => lock.clone().prop_map(|(lock, body)| Op::Lock(lock, body)),
        1 => lock.clone().prop_map(|(lock, body)| Op::TryLock(lock, body)),
        3 => (lock, 0..20u64)
            .prop_map(|((lock, body), micros)| Op::LockTimeout(lock, micros, body)),
    ]
    .boxed()
}

fn threads() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let mut inner = Just(Vec::new()).boxed();
    for _ in 0..3 {
        inner = vec(op(inner), 0..4).boxed();
    }
    vec(vec(op(inner), 0..5), THREADS)
}

/// What somebody writes down, by thread number.
#[derive(Clone, Copy, Debug)]
enum Event {
    Locks(usize, usize),
    TriesToLock(usize, usize),
    /// For so many microseconds at most.
    LocksFor(usize, usize, u64),
    HasIt(usize, usize),
    FindsItTaken(usize, usize),
    IsRefused(usize, usize),
    GivesBack(usize, usize),
    /// It is killed while it waits for the lock or has it.
    Unwinds(usize, usize),
    Kill(usize),
    Gone(usize),
}

struct World {
    locks: [ReentrantLock<()>; LOCKS],
    handles: RefCell<Vec<thread::Thread>>,
    began: Instant,
    /// What, and at which microsecond.
    journal: RefCell<Vec<(u64, Event)>>,
}

impl World {
    fn note(&self, event: Event) {
        let at = self.began.elapsed().as_micros() as u64;
        self.journal.borrow_mut().push((at, event));
    }

    fn perform(&self, me: usize, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Yield => thread::yield_now(),
                Op::Sleep(micros) => thread::sleep(Duration::from_micros(*micros)),
                Op::Kill(who) => {
                    self.note(Event::Kill(*who));
                    self.handles.borrow()[*who].kill();
                }
                Op::Lock(lock, body) => self.lock(me, *lock, body),
                Op::TryLock(lock, body) => {
                    self.note(Event::TriesToLock(me, *lock));
                    let guard = self.locks[*lock].try_lock();
                    self.perform_with(me, *lock, guard, body);
                }
                Op::LockTimeout(lock, micros, body) => {
                    self.note(Event::LocksFor(me, *lock, *micros));
                    let timeout = Duration::from_micros(*micros);
                    let unwinds = OnDrop(|| self.note(Event::Unwinds(me, *lock)));
                    let guard = self.locks[*lock].lock_timeout(timeout);
                    mem::forget(unwinds);
                    self.perform_with(me, *lock, guard, body);
                }
            }
        }
    }

    fn lock(&self, me: usize, lock: usize, body: &[Op]) {
        self.note(Event::Locks(me, lock));
        let locks = AssertUnwindSafe(|| {
            let _guard = self.locks[lock].lock();
            self.note(Event::HasIt(me, lock));
            self.perform(me, body);
        });
        match catch_unwind(locks) {
            Ok(()) => self.note(Event::GivesBack(me, lock)),
            Err(payload) => match payload.downcast_ref::<SyncError>() {
                Some(error) => {
                    assert!(matches!(error.why, Refused::Ring(_)), "{error}");
                    self.note(Event::IsRefused(me, lock));
                }
                None => {
                    self.note(Event::Unwinds(me, lock));
                    resume_unwind(payload)
                }
            },
        }
    }

    fn perform_with(
        &self,
        me: usize,
        lock: usize,
        guard: Option<ReentrantLockGuard<'_, ()>>,
        body: &[Op],
    ) {
        let Some(guard) = guard else {
            return self.note(Event::FindsItTaken(me, lock));
        };
        self.note(Event::HasIt(me, lock));
        let performs = AssertUnwindSafe(|| {
            let _guard = guard;
            self.perform(me, body);
        });
        match catch_unwind(performs) {
            Ok(()) => self.note(Event::GivesBack(me, lock)),
            Err(payload) => {
                self.note(Event::Unwinds(me, lock));
                resume_unwind(payload)
            }
        }
    }
}

/// Runs the threads, and gives what they wrote down.
fn play(threads: Vec<Vec<Op>>) -> Vec<(u64, Event)> {
    be_quiet();
    run(move || {
        let world = Rc::new(World {
            locks: [(); LOCKS].map(ReentrantLock::new),
            handles: RefCell::default(),
            began: Instant::now(),
            journal: RefCell::default(),
        });
        let threads: Vec<_> = threads
            .into_iter()
            .enumerate()
            .map(|(number, ops)| {
                let world = Rc::clone(&world);
                thread::spawn(move || {
                    let _gone = OnDrop(|| world.note(Event::Gone(number)));
                    world.perform(number, &ops);
                })
            })
            .collect();
        *world.handles.borrow_mut() = threads.iter().map(|t| t.thread().clone()).collect();
        for thread in threads {
            drop(thread.join());
        }
        world.journal.take()
    })
}

/// What the model expects of a thread that asks for a lock.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    Waits,
    /// In line until that microsecond, and how many such have come before.
    WaitsUntil(u64, usize),
    TimeIsUp,
    Gets,
    Has,
    Busy,
    Refusal,
}

#[derive(Default)]
struct Lock {
    holder: Option<usize>,
    guards: u32,
    line: VecDeque<usize>,
}

#[derive(Default)]
struct Model {
    locks: [Lock; LOCKS],
    /// For each thread, the locks that it has or asks for, the last one last.
    asks: [Vec<(usize, Expect)>; THREADS],
    killed: [bool; THREADS],
    /// Those that were woken and have not run since: they run in that order.
    woken: VecDeque<usize>,
    /// How many waits there were for a while.
    timers: usize,
}

impl Model {
    fn waits_for(&self, who: usize) -> Option<usize> {
        let &(lock, _) = self.asks[who].last()?;
        self.locks[lock].line.contains(&who).then_some(lock)
    }

    fn waits_for_ever(&self, who: usize) -> Option<usize> {
        let &(_, expect) = self.asks[who].last()?;
        self.waits_for(who).filter(|_| expect == Expect::Waits)
    }

    /// A microsecond passes with each dispatch, and before that the kernel sees
    /// whose time is up.
    fn pass_time(&mut self, now: u64) {
        let until = |asks: &Vec<(usize, Expect)>| match asks.last() {
            Some(&(_, Expect::WaitsUntil(until, number))) if until < now => Some((until, number)),
            _ => None,
        };
        let late = self.asks.iter().enumerate();
        let late = late.filter_map(|(who, asks)| Some((until(asks)?, who)));
        let mut late: Vec<_> = late.collect();
        late.sort();
        for (_, who) in late {
            let lock = self.waits_for(who);
            self.asks[who].last_mut().unwrap().1 = Expect::TimeIsUp;
            // Unless it is killed.
            if let Some(lock) = lock {
                self.locks[lock].line.retain(|&waiting| waiting != who);
                self.woken.push_back(who);
            }
        }
    }

    fn closes_ring(&self, who: usize, lock: usize) -> bool {
        let mut next = self.locks[lock].holder;
        while let Some(holder) = next {
            if holder == who {
                return true;
            }
            next = self
                .waits_for_ever(holder)
                .and_then(|lock| self.locks[lock].holder);
        }
        false
    }

    fn locks(&mut self, who: usize, number: usize, how: Expect) {
        let ring = self.closes_ring(who, number);
        let lock = &mut self.locks[number];
        let expect = match lock.holder {
            None => {
                (lock.holder, lock.guards) = (Some(who), 1);
                Expect::Gets
            }
            Some(holder) if holder == who => {
                lock.guards += 1;
                Expect::Gets
            }
            _ if how == Expect::Busy => Expect::Busy,
            // Who is killed does not even stand in line.
            _ if self.killed[who] => Expect::Waits,
            _ if ring && how == Expect::Waits => Expect::Refusal,
            _ => {
                lock.line.push_back(who);
                how
            }
        };
        self.asks[who].push((number, expect));
    }

    fn gives_back(&mut self, number: usize) {
        let lock = &mut self.locks[number];
        lock.guards -= 1;
        if lock.guards > 0 {
            return;
        }
        lock.holder = lock.line.pop_front();
        if let Some(next) = lock.holder {
            lock.guards = 1;
            self.asks[next].last_mut().unwrap().1 = Expect::Gets;
            self.woken.push_back(next);
        }
    }

    fn kill(&mut self, who: usize) {
        self.killed[who] = true;
        if let Some(lock) = self.waits_for(who) {
            self.locks[lock].line.retain(|&waiting| waiting != who);
            self.woken.push_back(who);
        }
    }

    fn answer(&mut self, who: usize, lock: usize) -> Expect {
        let (asked, expect) = self.asks[who].pop().unwrap();
        assert_eq!(asked, lock);
        expect
    }

    fn event(&mut self, now: u64, event: Event) {
        use Event::*;
        self.pass_time(now);
        if let HasIt(who, _) | Unwinds(who, _) | FindsItTaken(who, _) = event
            && self.woken.contains(&who)
        {
            assert_eq!(self.woken.pop_front(), Some(who), "it comes too early");
        }
        match event {
            Locks(who, lock) => self.locks(who, lock, Expect::Waits),
            TriesToLock(who, lock) => self.locks(who, lock, Expect::Busy),
            LocksFor(who, lock, micros) => {
                self.timers += 1;
                self.locks(who, lock, Expect::WaitsUntil(now + micros, self.timers));
            }
            HasIt(who, lock) => {
                match self.answer(who, lock) {
                    Expect::TimeIsUp => {
                        // It looks again.
                        self.locks(who, lock, Expect::Busy);
                        assert_eq!(self.answer(who, lock), Expect::Gets);
                    }
                    expect => assert_eq!(expect, Expect::Gets),
                }
                assert_eq!(self.locks[lock].holder, Some(who));
                self.asks[who].push((lock, Expect::Has));
            }
            FindsItTaken(who, lock) => match self.answer(who, lock) {
                Expect::TimeIsUp => assert!(self.locks[lock].holder.is_some()),
                expect => assert_eq!(expect, Expect::Busy),
            },
            IsRefused(who, lock) => assert_eq!(self.answer(who, lock), Expect::Refusal),
            GivesBack(who, lock) => {
                assert_eq!(self.answer(who, lock), Expect::Has);
                self.gives_back(lock);
            }
            Unwinds(who, lock) => {
                assert!(self.killed[who]);
                match self.answer(who, lock) {
                    Expect::Has | Expect::Gets => self.gives_back(lock),
                    Expect::TimeIsUp | Expect::WaitsUntil(..) => {}
                    expect => assert_eq!(expect, Expect::Waits),
                }
            }
            Kill(who) => self.kill(who),
            Gone(who) => assert!(self.asks[who].is_empty()),
        }
    }
}

/// Looks at all that happened, and says where it went wrong.
fn check(journal: &[(u64, Event)]) {
    let mut model = Model::default();
    for (number, &(now, event)) in journal.iter().enumerate() {
        let looks = AssertUnwindSafe(|| model.event(now, event));
        if catch_unwind(looks).is_err() {
            panic!("the last of these cannot be: {:#?}", &journal[..=number]);
        }
    }
    assert!(model.locks.iter().all(|lock| lock.holder.is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reentrant_locks_do_what_the_model_says(threads in threads()) {
        check(&play(threads));
    }
}

/// The generator is no use if it makes only programs in which nothing happens.
#[test]
fn the_programs_are_worth_running() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut missing = vec!["HasIt", "FindsItTaken", "IsRefused", "GivesBack", "Unwinds"];
    for _ in 0..2_000 {
        let threads = threads().new_tree(&mut runner).unwrap().current();
        let journal = play(threads);
        check(&journal);
        let text = format!("{journal:?}");
        missing.retain(|&event| !text.contains(event));
        if missing.is_empty() {
            return;
        }
    }
    panic!("no program came to {missing:?}");
}
