//! What a random program is made of.

use proptest::collection::vec;
use proptest::prelude::*;

/// The threads' bodies. Main spawns the threads in order and ends.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// With what each semaphore begins; the second one is bounded.
    pub(crate) permits: [usize; 2],
    /// For how many the barrier is.
    pub(crate) meet: usize,
    pub(crate) bodies: Vec<Body>,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) ops: Vec<Op>,
    /// What a destructor does on the thread's stack while it unwinds. What
    /// would wait does not, then.
    pub(crate) last: Vec<Op>,
}

/// One thing that a thread does. The numbers are semaphores, threads and
/// microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Yield,
    Sleep(u64),
    Acquire(usize),
    TryAcquire(usize),
    AcquireTimeout(usize, u64),
    /// Its oldest guard.
    Drop,
    Forget,
    Release(usize, usize),
    Count(usize),
    Set,
    Clear,
    Wait,
    WaitTimeout(u64),
    Meet,
    Kill(usize),
    Panic,
}

const THREADS: usize = 8;

/// What does not wait while a thread unwinds.
fn waitless() -> impl Strategy<Value = Op> {
    let semaphore = 0..2usize;
    let micros = prop_oneof![Just(0), 1..12u64];
    prop_oneof![
        2 => semaphore.clone().prop_map(Op::TryAcquire),
        4 => (semaphore.clone(), micros.clone())
            .prop_map(|(semaphore, micros)| Op::AcquireTimeout(semaphore, micros)),
        4 => Just(Op::Drop),
        3 => Just(Op::Forget),
        4 => (semaphore.clone(), 0..4usize)
            .prop_map(|(semaphore, permits)| Op::Release(semaphore, permits)),
        1 => semaphore.prop_map(Op::Count),
        3 => Just(Op::Set),
        3 => Just(Op::Clear),
        4 => micros.prop_map(Op::WaitTimeout),
        1 => (0..THREADS).prop_map(Op::Kill),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => waitless(),
        6 => Just(Op::Yield),
        6 => (1..12u64).prop_map(Op::Sleep),
        14 => (0..2usize).prop_map(Op::Acquire),
        4 => Just(Op::Wait),
        8 => Just(Op::Meet),
        1 => Just(Op::Panic),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    (vec(op(), 1..12), vec(waitless(), 0..3)).prop_map(|(ops, last)| Body { ops, last })
}

pub(crate) fn any() -> impl Strategy<Value = Program> {
    let permits = [0..2usize, 0..4usize];
    (permits, 0..5usize, vec(body(), 1..=THREADS)).prop_map(|(permits, meet, bodies)| Program {
        permits,
        meet,
        bodies,
    })
}
