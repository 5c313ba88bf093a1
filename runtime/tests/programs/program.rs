//! What a random program is made of.

use proptest::collection::vec;
use proptest::prelude::*;

/// The bodies of its threads; the first one is main's. Whoever comes to an
/// operation that makes a thread makes the one of that number, unless it was
/// made before.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) bodies: Vec<Vec<Op>>,
    /// Whether threads may join any other, so that there can be rings.
    pub(crate) rings: bool,
}

/// One thing that a thread does. The numbers are threads and microseconds.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Yield,
    Sleep(u64),
    Park,
    ParkTimeout(u64),
    Unpark(usize),
    Kill(usize),
    Spawn(usize, Option<bool>),
    Create(usize),
    Start(usize),
    DropHandle(usize),
    /// By the one handle that gets the result, if nobody has taken it.
    Join(usize),
    /// By a handle like others.
    Wait(usize),
    WaitTimeout(usize, u64),
    Panic,
    Scope(Scope),
}

/// A scope with these threads in it.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) threads: Vec<usize>,
    /// Whether its function joins them, after `body`.
    pub(crate) joins: bool,
    pub(crate) body: Vec<Op>,
}

impl Program {
    /// Whether thread `me` may wait for thread `other`.
    pub(crate) fn may_wait(&self, me: usize, other: usize) -> bool {
        other > me || self.rings && other < me
    }
}

const THREADS: usize = 9;

fn simple() -> impl Strategy<Value = Op> {
    let who = 0..THREADS;
    let maker = 1..THREADS;
    let micros = prop_oneof![Just(0), 1..20u64];
    prop_oneof![
        3 => Just(Op::Yield),
        2 => micros.clone().prop_map(Op::Sleep),
        1 => Just(Op::Park),
        1 => micros.clone().prop_map(Op::ParkTimeout),
        3 => who.clone().prop_map(Op::Unpark),
        1 => who.clone().prop_map(Op::Kill),
        6 => (maker.clone(), prop_oneof![
            3 => Just(None),
            1 => proptest::bool::ANY.prop_map(Some),
        ]).prop_map(|(who, daemon)| Op::Spawn(who, daemon)),
        2 => maker.clone().prop_map(Op::Create),
        2 => maker.clone().prop_map(Op::Start),
        1 => maker.clone().prop_map(Op::DropHandle),
        4 => maker.clone().prop_map(Op::Join),
        2 => who.clone().prop_map(Op::Wait),
        2 => (who, micros).prop_map(|(who, micros)| Op::WaitTimeout(who, micros)),
        1 => Just(Op::Panic),
    ]
}

fn scope(body: impl Strategy<Value = Vec<Op>>) -> impl Strategy<Value = Op> {
    (vec(1..THREADS, 0..4), proptest::bool::ANY, body).prop_map(|(threads, joins, body)| {
        Op::Scope(Scope {
            threads,
            joins,
            body,
        })
    })
}

fn program(op: impl Strategy<Value = Op> + Clone, rings: bool) -> impl Strategy<Value = Program> {
    (vec(op.clone(), 3..12), vec(vec(op, 0..8), THREADS - 1)).prop_map(move |(main, others)| {
        let mut bodies = vec![main];
        bodies.extend(others);
        Program { bodies, rings }
    })
}

/// Programs that the model understands: no rings, and no scopes that one
/// thread has in each other.
pub(crate) fn modelled() -> impl Strategy<Value = Program> {
    let op = prop_oneof![8 => simple(), 2 => scope(vec(simple(), 0..5))];
    program(op.boxed(), false)
}

/// Programs of all kinds.
pub(crate) fn of_all_kinds() -> impl Strategy<Value = Program> {
    let inner = prop_oneof![4 => simple(), 1 => scope(vec(simple(), 0..4))];
    let op = prop_oneof![8 => simple(), 2 => scope(vec(inner, 0..5))];
    program(op.boxed(), true)
}
