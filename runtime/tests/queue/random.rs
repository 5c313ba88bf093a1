//! Random threads that put, get, join, shut down, sleep and kill each other,
//! against a plain model, in all three orders.

mod model;

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::queue::{Buffer, GetError, PutError, ShutDown, Sorted, Store};
use runtime::thread;

use crate::model::config;
use crate::steps::Program;
use model::{Kind, in_model};

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

proptest! {
    #![proptest_config(config())]

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
