//! What a random program is made of.

use proptest::collection::vec;
use proptest::prelude::*;

/// The threads' bodies. Main spawns the threads in order and ends.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// With what each semaphore begins; the second one is bounded. The third one
    /// is a `Lock`.
    pub(crate) permits: [usize; 3],
    /// For how many the barrier is.
    pub(crate) meet: usize,
    /// How many microseconds its action sleeps, if it has one.
    pub(crate) action: Option<u64>,
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
    MeetTimeout(u64),
    Abort,
    Reset,
    Kill(usize),
    Panic,
}

const THREADS: usize = 8;

/// What does not wait while a thread unwinds.
fn waitless() -> impl Strategy<Value = Op> {
    let semaphore = 0..3usize;
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
        4 => micros.clone().prop_map(Op::WaitTimeout),
        3 => micros.prop_map(Op::MeetTimeout),
        1 => Just(Op::Abort),
        2 => Just(Op::Reset),
        1 => (0..THREADS).prop_map(Op::Kill),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => waitless(),
        6 => Just(Op::Yield),
        6 => (1..12u64).prop_map(Op::Sleep),
        14 => (0..3usize).prop_map(Op::Acquire),
        4 => Just(Op::Wait),
        8 => Just(Op::Meet),
        1 => Just(Op::Panic),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    (vec(op(), 1..12), vec(waitless(), 0..3)).prop_map(|(ops, last)| Body { ops, last })
}

pub(crate) fn any() -> impl Strategy<Value = Program> {
    let permits = [0..2usize, 0..4usize, 1..2usize];
    let action = prop_oneof![Just(None), (1..8u64).prop_map(Some)];
    let barrier = (0..5usize, action);
    (permits, barrier, vec(body(), 1..=THREADS)).prop_map(|(permits, (meet, action), bodies)| {
        Program {
            permits,
            meet,
            action,
            bodies,
        }
    })
}
