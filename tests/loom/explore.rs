//! How a model is run: in every order that its threads can be in, and with
//! what each of these orders came to written down.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::catch_unwind;

/// How often a thread may lose the CPU against its will.
pub(crate) type Preemptions = Option<usize>;

pub(crate) const ALL_ORDERS: Preemptions = None;
/// For models with so many orders that nobody would wait for all of them.
pub(crate) const TWO_PREEMPTIONS: Preemptions = Some(2);

/// How often threads may look in vain for another to move on. Two that do so
/// can keep each other at it for ever, and to loom each time is a new order.
const LOOKS_IN_VAIN: usize = 8;

thread_local! {
    // loom runs all threads of a model on the OS thread that asked for it.
    static OUTCOMES: RefCell<BTreeSet<String>> = RefCell::default();
    static SLEEPS: Cell<usize> = Cell::default();
    static SPINS: Cell<usize> = Cell::default();
}

/// Runs `model` in every order, and says that these are the outcomes: each of
/// them is noted in some order, and no other one in any.
pub(crate) fn assert_outcomes<const N: usize>(
    preemptions: Preemptions,
    model: impl Fn() + Send + Sync + 'static,
    expected: [&str; N],
) {
    let mut loom = loom::model::Builder::new();
    // For more patience: LOOM_MAX_PREEMPTIONS=3 cargo test --test loom
    loom.preemption_bound = preemptions.map(|few| loom.preemption_bound.unwrap_or(few));
    loom.check(move || {
        SLEEPS.set(0);
        SPINS.set(0);
        model();
    });
    assert_eq!(OUTCOMES.take(), expected.map(String::from).into());
}

/// Writes down what this order came to.
pub(crate) fn note(outcome: impl Into<String>) {
    OUTCOMES.with_borrow_mut(|outcomes| outcomes.insert(outcome.into()));
}

/// How often a thread fell asleep in this order.
pub(crate) fn sleeps() -> usize {
    SLEEPS.get()
}

pub(crate) fn count_sleep() {
    SLEEPS.set(SLEEPS.get() + 1);
}

/// Somebody looks in vain. When that was too often, this order goes on to its
/// end, where everybody has a turn, but what else could have come is not tried.
pub(crate) fn count_spin() {
    note("somebody spins");
    SPINS.set(SPINS.get() + 1);
    if SPINS.get() == LOOKS_IN_VAIN {
        loom::skip_branch();
    }
}

/// Says that `model` fails, with these words in its report.
pub(crate) fn assert_fails(model: fn(), words: &str) {
    let failure = catch_unwind(model).expect_err("the model does not notice");
    let report = match failure.downcast::<String>() {
        Ok(report) => *report,
        Err(other) => (*other.downcast::<&str>().expect("it is text")).to_owned(),
    };
    assert!(
        report.contains(words),
        "the model fails, but says: {report}"
    );
}
