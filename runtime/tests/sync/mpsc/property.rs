//! Random threads at one channel, with timeouts and kills, under virtual time, and
//! in whatever order a policy may let them run.
//! They write down what they call and what comes of it, and the model, which is
//! told the same, must have expected that.

mod model;
mod program;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use model::Model;
use program::{Event, Program, program};

fn check(program: &Program) -> Result<BTreeSet<&'static str>, TestCaseError> {
    let run = program::run(program);
    let mut model = Model::new(program);
    let mut events = run.journal.iter().peekable();
    while let Some(event) = events.next() {
        let next = events.peek().copied();
        if let Err(why) = model.hear(event, next) {
            return Err(TestCaseError::fail(format!(
                "{why}, at {event:?}\n{run:#?}"
            )));
        }
    }
    let received: Vec<_> = run.journal.iter().filter_map(Event::received).collect();
    let in_order = received.is_sorted_by(|a, b| a < b);
    prop_assert!(in_order, "received in another order: {run:#?}");
    let twice = run.dropped.iter().position(|&times| times != 1);
    prop_assert_eq!(twice, None, "message not dropped once: {:#?}", run);
    Ok(model.seen)
}

proptest! {
    #[test]
    fn a_channel_does_what_the_model_does(program in program()) {
        check(&program)?;
    }
}

/// Otherwise the test above would prove little.
#[test]
fn random_programs_come_to_all_that_can_happen() {
    let mut runner = TestRunner::deterministic();
    let mut missing = BTreeSet::from([
        "sent at once",
        "waits to send",
        "let on with its message",
        "gets its message back",
        "killed with its message",
        "killed and its message was received",
        "received at once",
        "waits to receive",
        "received what it was let on for",
        "time is up",
        "its time to send is up",
        "sent after its time was up",
        "received after its time was up",
        "hears of the end",
        "killed before it was let on",
        "killed after it was let on",
        "passes its message on",
    ]);
    for _ in 0..5_000 {
        let program = program().new_tree(&mut runner).unwrap().current();
        for seen in check(&program).unwrap() {
            missing.remove(seen);
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("no program came to {missing:?}");
}
