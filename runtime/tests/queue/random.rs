//! Random threads that put, get, join, shut down, sleep and kill each other,
//! against a plain model, in all three orders.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::queue::{Buffer, GetError, PutError, ShutDown, Sorted, Store};
use runtime::thread;

use crate::model::{self, Killed, Model, Signal};
use crate::steps::Program;

/// How long somebody waits.
#[derive(Clone, Copy, Debug)]
enum Patience {
    Forever,
    Micros(u64),
    Try,
}

#[derive(Clone, Debug)]
enum Op {
    Put(u8, Patience),
    Get(Patience),
    TaskDone,
    Join(Patience),
    Shutdown,
    ShutdownNow,
    Look,
    Yield,
    Sleep(u64),
    Kill(usize),
    /// The n-th of those that are in a call.
    KillCalling(usize),
}

const THREADS: usize = 8;

/// What is put. Its number says who put it, and which of its items it was.
#[derive(Clone, Copy, Debug)]
struct Item {
    priority: u8,
    number: usize,
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.cmp(&other.priority)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.priority == other.priority
    }
}

impl Eq for Item {}

fn patience() -> impl Strategy<Value = Patience> {
    prop_oneof![
        4 => Just(Patience::Forever),
        2 => (0..8u64).prop_map(Patience::Micros),
        1 => Just(Patience::Try),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        16 => (0..3u8, patience()).prop_map(|(priority, patience)| Op::Put(priority, patience)),
        16 => patience().prop_map(Op::Get),
        6 => Just(Op::TaskDone),
        3 => patience().prop_map(Op::Join),
        1 => Just(Op::Shutdown),
        1 => Just(Op::ShutdownNow),
        2 => Just(Op::Look),
        8 => Just(Op::Yield),
        4 => (1..10u64).prop_map(Op::Sleep),
        3 => (0..3usize).prop_map(Op::KillCalling),
        1 => (1..=THREADS).prop_map(Op::Kill),
    ]
}

fn programs() -> impl Strategy<Value = Vec<Vec<Op>>> {
    vec(vec(op(), 2..14), 3..=THREADS)
}

fn bound() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![Just(Some(1)), Just(Some(2)), Just(Some(3)), Just(None)]
}

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// What a thread does on the runtime.
fn perform<S: Store<Item = Item>>(program: &Program, me: usize, ops: &[Op], queue: &Buffer<S>) {
    let say = |text: String| program.say(me, &text);
    for (i, op) in ops.iter().enumerate() {
        match *op {
            Op::Put(priority, patience) => {
                let number = me * 100 + i;
                let item = Item { priority, number };
                let put = program.calls(me, || match patience {
                    Patience::Forever => queue.put(item).map_err(|error| (error.0, "shut")),
                    Patience::Micros(time) => queue.put_timeout(item, micros(time)).map_err(of_put),
                    Patience::Try => queue.try_put(item).map_err(of_put),
                });
                match put.unwrap() {
                    Ok(()) => say(format!("puts {number}")),
                    Err((back, why)) => say(format!("cannot put {}: {why}", back.number)),
                }
            }
            Op::Get(patience) => {
                let got = program.calls(me, || match patience {
                    Patience::Forever => queue.get().map_err(|ShutDown(())| "shut"),
                    Patience::Micros(time) => queue.get_timeout(micros(time)).map_err(of_get),
                    Patience::Try => queue.try_get().map_err(of_get),
                });
                match got.unwrap() {
                    Ok(item) => say(format!("gets {}", item.number)),
                    Err(why) => say(format!("cannot get: {why}")),
                }
            }
            Op::TaskDone => say(format!("done: {}", queue.task_done().is_ok())),
            Op::Join(patience) => {
                let joined = program.calls(me, || match patience {
                    Patience::Forever => {
                        queue.join();
                        true
                    }
                    Patience::Micros(time) => queue.join_timeout(micros(time)),
                    Patience::Try => queue.join_timeout(Duration::ZERO),
                });
                say(format!("joined: {}", joined.unwrap()));
            }
            Op::Shutdown => queue.shutdown(),
            Op::ShutdownNow => say(left(queue.shutdown_now())),
            Op::Look => say(format!("sees {} {}", queue.len(), queue.is_full())),
            Op::Yield => thread::yield_now(),
            Op::Sleep(time) => thread::sleep(micros(time)),
            Op::Kill(who) => program.kill(who),
            Op::KillCalling(n) => program.kill_calling(n),
        }
    }
}

fn of_put(error: PutError<Item>) -> (Item, &'static str) {
    match error {
        PutError::Full(item) => (item, "full"),
        PutError::ShutDown(item) => (item, "shut"),
    }
}

fn of_get(error: GetError) -> &'static str {
    match error {
        GetError::Empty => "empty",
        GetError::ShutDown => "shut",
    }
}

fn left(items: impl IntoIterator<Item = Item>) -> String {
    let numbers: Vec<usize> = items.into_iter().map(|item| item.number).collect();
    format!("left: {numbers:?}")
}

fn on_runtime<S>(programs: &[Vec<Op>], bound: Option<usize>) -> Vec<String>
where
    S: Store<Item = Item> + 'static,
{
    let programs = programs.to_vec();
    let queue = Rc::new(bound.map_or_else(Buffer::<S>::new, Buffer::bounded));
    let theirs = Rc::clone(&queue);
    let mut journal = Program::run(programs.len(), move |program, me| {
        perform(program, me, &programs[me - 1], &theirs);
    });
    // Outside, and so nobody waits for it any more.
    journal.push(left(queue.shutdown_now()));
    journal
}

/// Those who wait to get, to put, and to join.
const GETTERS: usize = 0;
const PUTTERS: usize = 1;
const JOINERS: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Fifo,
    Lifo,
    Lowest,
}

struct World {
    kind: Kind,
    bound: usize,
    /// In the order in which they were put.
    items: Vec<Item>,
    /// How many of them are for threads that were let on and have not run since.
    set_aside: usize,
    /// How many places are for such threads.
    reserved: usize,
    unfinished: usize,
    is_shut: bool,
    turned_away: BTreeSet<usize>,
}

impl World {
    fn take_next(&mut self) -> Item {
        let next = match self.kind {
            Kind::Fifo => 0,
            Kind::Lifo => self.items.len() - 1,
            Kind::Lowest => {
                let lowest = self.items.iter().map(|item| item.priority).min();
                let is_lowest = |item: &Item| Some(item.priority) == lowest;
                self.items.iter().position(is_lowest).unwrap()
            }
        };
        self.items.remove(next)
    }

    fn has(&self, line: usize) -> bool {
        match line {
            GETTERS => self.items.len() > self.set_aside,
            _ => self.bound > self.items.len() + self.reserved,
        }
    }

    /// Of a thread that was let on from that line.
    fn promised(&mut self, line: usize) -> &mut usize {
        match line {
            GETTERS => &mut self.set_aside,
            _ => &mut self.reserved,
        }
    }
}

type Place = Model<RefCell<World>>;

impl Place {
    /// Lets those on for whom there is something now.
    fn settle(&self) {
        for line in [GETTERS, PUTTERS] {
            while self.world.borrow().has(line) && self.wake_first(line).is_some() {
                *self.world.borrow_mut().promised(line) += 1;
            }
        }
    }

    /// Waits until there is an item, or a place. Why not, otherwise.
    async fn reach(
        &self,
        me: usize,
        line: usize,
        patience: Patience,
    ) -> Result<Result<(), &'static str>, Killed> {
        let now = || {
            let world = self.world.borrow();
            match (world.has(line), world.is_shut) {
                (true, _) => Ok(()),
                (false, true) => Err("shut"),
                (false, false) if line == GETTERS => Err("empty"),
                (false, false) => Err("full"),
            }
        };
        let timeout = match patience {
            _ if !matches!(now(), Err("empty" | "full")) => return Ok(now()),
            Patience::Try => return Ok(now()),
            Patience::Micros(0) => {
                self.yield_now(me).await?;
                return Ok(now());
            }
            Patience::Micros(time) => Some(micros(time)),
            Patience::Forever => None,
        };
        let signal = self.wait(me, line, timeout).await;
        if signal == Signal::TimedOut {
            return Ok(now());
        }
        if signal != (Signal::Kill { handed: false }) {
            let turned_away = self.world.borrow_mut().turned_away.remove(&me);
            if !turned_away {
                *self.world.borrow_mut().promised(line) -= 1;
            }
            if signal == Signal::Continue {
                return Ok(if turned_away { Err("shut") } else { Ok(()) });
            }
        }
        self.settle();
        Err(Killed)
    }

    fn task_done(&self) -> bool {
        let world = &mut *self.world.borrow_mut();
        let is_any = world.unfinished > 0;
        if is_any {
            world.unfinished -= 1;
            while world.unfinished == 0 && self.wake_first(JOINERS).is_some() {}
        }
        is_any
    }

    fn shutdown(&self) {
        self.world.borrow_mut().is_shut = true;
        for line in [GETTERS, PUTTERS] {
            while let Some(who) = self.wake_first(line) {
                self.world.borrow_mut().turned_away.insert(who);
            }
        }
    }

    fn shutdown_now(&self) -> String {
        self.shutdown();
        let mut taken = Vec::new();
        while self.world.borrow().has(GETTERS) {
            taken.push(self.world.borrow_mut().take_next());
        }
        for _ in &taken {
            self.task_done();
        }
        left(taken)
    }

    async fn join(&self, me: usize, patience: Patience) -> Result<bool, Killed> {
        let now = || self.world.borrow().unfinished == 0;
        let timeout = match patience {
            _ if now() => return Ok(true),
            Patience::Try | Patience::Micros(0) => {
                self.yield_now(me).await?;
                return Ok(now());
            }
            Patience::Micros(time) => Some(micros(time)),
            Patience::Forever => None,
        };
        match self.wait(me, JOINERS, timeout).await {
            Signal::Continue => Ok(true),
            Signal::TimedOut => Ok(now()),
            Signal::Kill { .. } => Err(Killed),
        }
    }

    async fn perform(&self, me: usize, ops: &[Op]) -> Result<(), Killed> {
        for (i, op) in ops.iter().enumerate() {
            match *op {
                Op::Put(priority, patience) => {
                    let number = me * 100 + i;
                    let reached = self.calls(me, self.reach(me, PUTTERS, patience)).await?;
                    let is_shut = self.world.borrow().is_shut;
                    match reached {
                        Err(why) => self.say(me, &format!("cannot put {number}: {why}")),
                        Ok(()) if is_shut => self.say(me, &format!("cannot put {number}: shut")),
                        Ok(()) => {
                            let item = Item { priority, number };
                            self.world.borrow_mut().items.push(item);
                            self.world.borrow_mut().unfinished += 1;
                            self.settle();
                            self.say(me, &format!("puts {number}"));
                        }
                    }
                }
                Op::Get(patience) => {
                    match self.calls(me, self.reach(me, GETTERS, patience)).await? {
                        Ok(()) => {
                            let item = self.world.borrow_mut().take_next();
                            self.settle();
                            self.say(me, &format!("gets {}", item.number));
                        }
                        Err(why) => self.say(me, &format!("cannot get: {why}")),
                    }
                }
                Op::TaskDone => self.say(me, &format!("done: {}", self.task_done())),
                Op::Join(patience) => {
                    let joined = self.calls(me, self.join(me, patience)).await?;
                    self.say(me, &format!("joined: {joined}"));
                }
                Op::Shutdown => self.shutdown(),
                Op::ShutdownNow => {
                    let left = self.shutdown_now();
                    self.say(me, &left);
                }
                Op::Look => {
                    let len = self.world.borrow().items.len();
                    let is_full = len == self.world.borrow().bound;
                    self.say(me, &format!("sees {len} {is_full}"));
                }
                Op::Yield => self.yield_now(me).await?,
                Op::Sleep(time) => self.sleep(me, micros(time)).await?,
                Op::Kill(who) => self.kill(who),
                Op::KillCalling(n) => self.kill_calling(n),
            }
        }
        Ok(())
    }
}

fn in_model(programs: &[Vec<Op>], bound: Option<usize>, kind: Kind) -> Vec<String> {
    let world = RefCell::new(World {
        kind,
        bound: bound.unwrap_or(usize::MAX),
        items: Vec::new(),
        set_aside: 0,
        reserved: 0,
        unfinished: 0,
        is_shut: false,
        turned_away: BTreeSet::new(),
    });
    let last = Rc::new(RefCell::new(None));
    let mut journal = Place::run(programs.len(), 3, world, |model, me| {
        let ops = programs[me - 1].clone();
        let last = Rc::clone(&last);
        async move {
            let _ = model.perform(me, &ops).await;
            model.say(me, "gone");
            last.replace(Some(model));
        }
    });
    let model = last.take().expect("somebody has run");
    journal.push(model.shutdown_now());
    journal
}

proptest! {
    #![proptest_config(model::config())]

    #[test]
    fn random_producers_and_consumers_do_what_the_model_says(
        programs in programs(),
        bound in bound(),
    ) {
        let fifo = on_runtime::<VecDeque<Item>>(&programs, bound);
        prop_assert_eq!(fifo, in_model(&programs, bound, Kind::Fifo));
        let lifo = on_runtime::<Vec<Item>>(&programs, bound);
        prop_assert_eq!(lifo, in_model(&programs, bound, Kind::Lifo));
        let lowest = on_runtime::<Sorted<Item>>(&programs, bound);
        prop_assert_eq!(lowest, in_model(&programs, bound, Kind::Lowest));
    }
}
