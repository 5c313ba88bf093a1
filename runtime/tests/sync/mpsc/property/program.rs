//! A program: what its threads do at the channel, and what they write down.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::time::Duration;

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use runtime::policy::{self, Arrow, Attributes, Pid, Policy, Scheduler};
use runtime::sync::mpsc::{
    Receiver, RecvTimeoutError, SendError, SendTimeoutError, Sender, SyncSender, TryRecvError,
    TrySendError, channel, sync_channel,
};
use runtime::thread::{self, Thread};
use runtime::time::Instant;
use runtime::{Builder, Clock};

use super::super::policies::LastCome;
use crate::support::OnDrop;

#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// `None` for a channel without one.
    pub(crate) bound: Option<usize>,
    pub(crate) threads: Vec<Part>,
    order: Order,
}

/// Who of those that are ready is the next.
#[derive(Clone, Copy, Debug)]
enum Order {
    FirstCome,
    LastCome,
    /// Anybody, from that seed.
    Random(u64),
}

/// What one thread has and does. Those that receive share the receiver.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) sends: bool,
    receives: bool,
    ops: Vec<Op>,
}

/// One thing that a thread does. The numbers are threads and microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Send,
    TrySend,
    SendTimeout(u64),
    Recv,
    RecvTimeout(u64),
    TryRecv,
    Yield,
    Sleep(u64),
    Kill(usize),
    DropSender,
    DropReceiver,
}

const THREADS: usize = 6;

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => Just(Op::Send),
        2 => Just(Op::TrySend),
        3 => (0..12u64).prop_map(Op::SendTimeout),
        4 => Just(Op::Recv),
        3 => (0..12u64).prop_map(Op::RecvTimeout),
        2 => Just(Op::TryRecv),
        2 => Just(Op::Yield),
        2 => (1..12u64).prop_map(Op::Sleep),
        3 => (0..THREADS).prop_map(Op::Kill),
        1 => Just(Op::DropSender),
        1 => Just(Op::DropReceiver),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    let part = (weighted(0.7), weighted(0.7), vec(op(), 1..10));
    part.prop_map(|(sends, receives, ops)| Part {
        sends,
        receives,
        ops,
    })
}

pub(crate) fn program() -> impl Strategy<Value = Program> {
    let bound = prop_oneof![Just(None), (0..3usize).prop_map(Some)];
    let threads = vec(part(), 1..=THREADS);
    let order = prop_oneof![
        Just(Order::FirstCome),
        Just(Order::LastCome),
        any::<u64>().prop_map(Order::Random),
    ];
    (bound, threads, order).prop_map(|(bound, threads, order)| Program {
        bound,
        threads,
        order,
    })
}

impl Order {
    fn scheduler(self) -> Scheduler {
        let policy: Box<dyn Policy> = match self {
            Order::FirstCome => return Scheduler::default(),
            Order::LastCome => Box::<LastCome>::default(),
            Order::Random(seed) => Box::new(RandomOrder {
                random: seed,
                ready: Vec::new(),
            }),
        };
        policy.into()
    }
}

#[derive(Debug)]
struct RandomOrder {
    random: u64,
    ready: Vec<Pid>,
}

impl Policy for RandomOrder {
    fn name(&self) -> &'static str {
        "random"
    }
    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: policy::Instant) {
        // Wherever it is put, the last one is the next.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005);
        self.random = self.random.wrapping_add(1_442_695_040_888_963_407);
        let place = (self.random >> 33) as usize % (self.ready.len() + 1);
        self.ready.insert(place, thread);
    }
    fn next(&mut self, _: policy::Instant) -> Option<Pid> {
        self.ready.pop()
    }
    fn remove(&mut self, thread: Pid) {
        self.ready.retain(|&other| other != thread);
    }
    fn in_order(&self) -> Vec<Pid> {
        self.ready.iter().rev().copied().collect()
    }
}

/// What somebody wrote down, and at which microsecond.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) at: u64,
    pub(crate) who: usize,
    pub(crate) what: What,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// One of the operations that send and receive; if it sends, the message.
    Calls(Op, usize),
    Returns(Outcome),
    /// Out of the call, because it was killed.
    Unwinds,
    /// The one before the last thing that main does is to wait for all others.
    AllIsQuiet,
    Kills(usize),
    DropsSender,
    DropsReceiver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    Full,
    Received(usize),
    /// Empty, or the time is up, for one that sends too.
    Nothing,
    /// The other side is gone.
    Gone,
}

impl Event {
    pub(crate) fn received(&self) -> Option<usize> {
        match self.what {
            What::Returns(Outcome::Received(message)) => Some(message),
            _ => None,
        }
    }
}

/// What came of a program.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) journal: Vec<Event>,
    /// How often each message was dropped.
    pub(crate) dropped: Vec<u32>,
}

/// What all threads of a program share.
struct World {
    began: Instant,
    run: RefCell<Run>,
    threads: RefCell<Vec<Thread>>,
}

struct Message {
    number: usize,
    world: Rc<World>,
}

impl Drop for Message {
    fn drop(&mut self) {
        self.world.run.borrow_mut().dropped[self.number] += 1;
    }
}

enum AnySender {
    Unbounded(Sender<Message>),
    Bounded(SyncSender<Message>),
}

/// One thread.
struct Actor {
    me: usize,
    world: Rc<World>,
    sender: Option<AnySender>,
    receiver: Option<Rc<Shared>>,
}

/// The receiver, which writes down that it is dropped.
struct Shared {
    receiver: Receiver<Message>,
    world: Rc<World>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.world.note(usize::MAX, What::DropsReceiver);
    }
}

impl World {
    fn note(&self, who: usize, what: What) {
        let at = self.began.elapsed().as_micros() as u64;
        self.run.borrow_mut().journal.push(Event { at, who, what });
    }

    fn message(self: &Rc<Self>) -> Message {
        let dropped = &mut self.run.borrow_mut().dropped;
        dropped.push(0);
        Message {
            number: dropped.len() - 1,
            world: Rc::clone(self),
        }
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        self.drop_sender();
    }
}

impl Actor {
    fn drop_sender(&mut self) {
        if let Some(sender) = self.sender.take() {
            self.world.note(self.me, What::DropsSender);
            drop(sender);
        }
    }

    fn act(mut self, ops: &[Op]) {
        for &op in ops {
            match op {
                Op::Send | Op::TrySend | Op::SendTimeout(_) => self.send(op),
                Op::Recv | Op::RecvTimeout(_) | Op::TryRecv => self.receive(op),
                Op::Yield => thread::yield_now(),
                Op::Sleep(micros) => thread::sleep(Duration::from_micros(micros)),
                Op::Kill(who) => {
                    let thread = self.world.threads.borrow().get(who).cloned();
                    if let Some(thread) = thread {
                        self.world.note(self.me, What::Kills(who));
                        thread.kill();
                    }
                }
                Op::DropSender => self.drop_sender(),
                Op::DropReceiver => drop(self.receiver.take()),
            }
        }
    }

    fn send(&self, op: Op) {
        let Some(sender) = &self.sender else { return };
        let message = self.world.message();
        self.call(op, message.number, || match (sender, op) {
            (AnySender::Unbounded(sender), _) => outcome_of_send(sender.send(message)),
            (AnySender::Bounded(sender), Op::Send) => outcome_of_send(sender.send(message)),
            (AnySender::Bounded(sender), Op::SendTimeout(micros)) => {
                match sender.send_timeout(message, Duration::from_micros(micros)) {
                    Ok(()) => Outcome::Sent,
                    Err(SendTimeoutError::Timeout(_)) => Outcome::Nothing,
                    Err(SendTimeoutError::Disconnected(_)) => Outcome::Gone,
                }
            }
            (AnySender::Bounded(sender), _) => match sender.try_send(message) {
                Ok(()) => Outcome::Sent,
                Err(TrySendError::Full(_)) => Outcome::Full,
                Err(TrySendError::Disconnected(_)) => Outcome::Gone,
            },
        });
    }

    fn receive(&self, op: Op) {
        let Some(shared) = &self.receiver else { return };
        let receiver = &shared.receiver;
        self.call(op, 0, || match op {
            Op::Recv => match receiver.recv() {
                Ok(message) => Outcome::Received(message.number),
                Err(_) => Outcome::Gone,
            },
            Op::RecvTimeout(micros) => match receiver.recv_timeout(Duration::from_micros(micros)) {
                Ok(message) => Outcome::Received(message.number),
                Err(RecvTimeoutError::Timeout) => Outcome::Nothing,
                Err(RecvTimeoutError::Disconnected) => Outcome::Gone,
            },
            _ => match receiver.try_recv() {
                Ok(message) => Outcome::Received(message.number),
                Err(TryRecvError::Empty) => Outcome::Nothing,
                Err(TryRecvError::Disconnected) => Outcome::Gone,
            },
        });
    }

    fn call(&self, op: Op, message: usize, call: impl FnOnce() -> Outcome) {
        self.world.note(self.me, What::Calls(op, message));
        let unwinds = OnDrop(|| self.world.note(self.me, What::Unwinds));
        let outcome = call();
        mem::forget(unwinds);
        self.world.note(self.me, What::Returns(outcome));
    }
}

fn outcome_of_send(result: Result<(), SendError<Message>>) -> Outcome {
    match result {
        Ok(()) => Outcome::Sent,
        Err(SendError(_)) => Outcome::Gone,
    }
}

/// Runs the program. Its threads act, each until it has done all or waits; then
/// all are killed.
pub(crate) fn run(program: &Program) -> Run {
    let program = program.clone();
    let order = program.order;
    let builder = Builder::new().clock(Clock::Virtual);
    let main = move || {
        let world = Rc::new(World {
            began: Instant::now(),
            run: RefCell::default(),
            threads: RefCell::default(),
        });
        let (mut senders, receiver) = ends(&program);
        let receiver = Rc::new(Shared {
            receiver,
            world: Rc::clone(&world),
        });
        let spawn = |(me, part): (usize, Part)| {
            let actor = Actor {
                me,
                world: Rc::clone(&world),
                sender: senders.pop().filter(|_| part.sends),
                receiver: Some(Rc::clone(&receiver)).filter(|_| part.receives),
            };
            let handle = thread::spawn(move || actor.act(&part.ops));
            world.threads.borrow_mut().push(handle.thread().clone());
            handle
        };
        let handles: Vec<_> = program.threads.into_iter().enumerate().map(spawn).collect();
        drop(receiver);
        thread::sleep(Duration::from_secs(1));
        world.note(usize::MAX, What::AllIsQuiet);
        for (who, handle) in handles.iter().enumerate() {
            world.note(usize::MAX, What::Kills(who));
            handle.thread().kill();
        }
        for handle in handles {
            let _ = handle.join();
        }
        world.run.take()
    };
    builder.policy(order.scheduler()).run(main).unwrap()
}

/// A sender for each thread, and the receiver.
fn ends(program: &Program) -> (Vec<AnySender>, Receiver<Message>) {
    let threads = program.threads.len();
    match program.bound {
        None => {
            let (sender, receiver) = channel();
            let senders = std::iter::repeat_n(sender, threads);
            (senders.map(AnySender::Unbounded).collect(), receiver)
        }
        Some(bound) => {
            let (sender, receiver) = sync_channel(bound);
            let senders = std::iter::repeat_n(sender, threads);
            (senders.map(AnySender::Bounded).collect(), receiver)
        }
    }
}
