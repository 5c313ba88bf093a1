//! Random programs of threads that take permits, lock, set events and meet, with
//! timeouts and kills: what they do is what a plain model says.
//!
//! `PROPTEST_CASES=100000 cargo test --release -p runtime --test sync model` is
//! the long run.

mod model;
mod program;
mod run;

use std::panic;
use std::sync::Once;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use runtime::error::BarrierError;

/// Panics are what the programs are made of, and nobody wants to read of those.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let payload = info.payload();
            if !payload.is::<run::Planned>() && !payload.is::<BarrierError>() {
                before(info);
            }
        }));
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_threads_do_with_permits_events_and_barriers_is_what_the_model_says(
        program in program::any()
    ) {
        be_quiet();
        let expected = model::run(&program);
        let found = run::run(&program);
        prop_assert_eq!(&found, &expected);
    }
}

/// The generator is no use if it makes only programs in which nothing happens.
#[test]
fn the_programs_are_worth_running() {
    let mut runner = TestRunner::deterministic();
    let mut missing = vec![
        "ends",
        "panics",
        "unwinds with",
        "deadlock",
        "0 acquired at once",
        "0 acquired in the end",
        "0 is not free",
        "0: the time is up",
        "0 acquired though the time was up",
        "1 acquired in the end",
        "1: the time is up",
        "0 given back",
        "too many",
        "forgotten",
        "seen at once",
        "seen in the end",
        "not seen in time",
        "met, leads",
        "met, follows",
        "handed on by a killed thread",
        "killed while it waited",
        "killed when it had met",
        "killed and does not count",
        "2 acquired in the end",
        "2: the time is up",
        "2: 1 too many",
        "broke it",
        "was late and did not break it",
        "sent away",
        "broken while it acted",
        "came in by the door",
        "killed while it acted",
        "killed when it was sent away",
    ];
    for _ in 0..5_000 {
        let program = program::any().new_tree(&mut runner).unwrap().current();
        let (journal, notes) = model::run_with_notes(&program);
        let text = journal.join("\n") + &notes.join("\n");
        missing.retain(|&event| !text.contains(event));
        if missing.is_empty() {
            return;
        }
    }
    panic!("no program came to {missing:?}");
}
