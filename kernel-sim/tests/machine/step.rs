//! The calls that may come, and how often each of them comes.

use proptest::prelude::*;
use proptest::sample::Index;

use kernel_sim::kernel::pcb::Priority;

/// Which thread a call is about.
#[derive(Clone, Debug)]
pub(crate) enum Pick {
    /// One for which the call makes sense, if there is one.
    Apt(Index),
    /// Any that was ever made: often in the wrong state, often gone.
    Ever(Index),
}

#[derive(Clone, Debug)]
pub(crate) enum Reason {
    Sleep,
    Park,
    Scope,
    KilledScope,
    Join(Pick),
    /// The one that everybody joins, so that it has several joiners.
    JoinOldest,
    /// The oldest that has not started, and may be discarded.
    JoinNew,
    Object(Index),
    Memory,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create(Priority),
    Discard(Pick),
    Admit(Pick),
    Dispatch,
    DispatchOnly(Pick),
    Preempt(Index),
    /// The deadline is given in half microseconds from a microsecond ago.
    Block(Index, Reason, Option<u32>),
    Wake(Pick),
    Exit(Index),
    Reap(Pick),
    Kill(Pick),
    Unpark(Pick),
    Idle,
    /// Lets on whoever has waited longest for the object.
    WakeFirst(Index),
    /// The thread has the object from now on, certainly or not.
    Give(Index, Pick, bool),
    TakeAway(Index),
    PutInScope(Pick),
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![
        2 => any::<Index>().prop_map(Pick::Apt),
        1 => any::<Index>().prop_map(Pick::Ever),
    ]
}

/// Four levels only, so that many threads are equally urgent.
fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(&[0, 15, 16, 31])
        .prop_map(|level| Priority::new(level).expect("at most 31"))
}

fn reason() -> impl Strategy<Value = Reason> {
    prop_oneof![
        2 => Just(Reason::Sleep),
        2 => Just(Reason::Park),
        1 => Just(Reason::Scope),
        1 => Just(Reason::KilledScope),
        2 => pick().prop_map(Reason::Join),
        2 => Just(Reason::JoinOldest),
        4 => Just(Reason::JoinNew),
        6 => any::<Index>().prop_map(Reason::Object),
        1 => Just(Reason::Memory),
    ]
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        15 => priority().prop_map(Step::Create),
        4 => pick().prop_map(Step::Discard),
        16 => pick().prop_map(Step::Admit),
        32 => Just(Step::Dispatch),
        3 => pick().prop_map(Step::DispatchOnly),
        8 => any::<Index>().prop_map(Step::Preempt),
        28 => (any::<Index>(), reason(), prop::option::of(0..20u32))
            .prop_map(|(cpu, reason, deadline)| Step::Block(cpu, reason, deadline)),
        4 => pick().prop_map(Step::Wake),
        6 => any::<Index>().prop_map(Step::Exit),
        5 => pick().prop_map(Step::Reap),
        2 => pick().prop_map(Step::Kill),
        6 => pick().prop_map(Step::Unpark),
        2 => Just(Step::Idle),
        4 => any::<Index>().prop_map(Step::WakeFirst),
        4 => (any::<Index>(), pick(), prop::bool::weighted(0.8))
            .prop_map(|(object, pick, certain)| Step::Give(object, pick, certain)),
        1 => any::<Index>().prop_map(Step::TakeAway),
        3 => pick().prop_map(Step::PutInScope),
    ];
    prop::collection::vec(step, 1..200)
}
