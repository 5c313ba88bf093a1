//! Random programs: against a plain model where everything is determined, and
//! against what holds for every program where other OS threads join in.
//!
//! `PROPTEST_CASES=100000 cargo test --release -p runtime --test programs` is
//! the long run.

mod acts;
mod kernel;
mod model;
mod outside;
mod program;
mod run;

use std::fmt::Debug;
use std::io::Write as _;
use std::process::abort;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use proptest::prelude::*;

use program::Program;

/// A program that takes longer has come to a halt.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `program`, and aborts with the program's text if that takes too long.
fn watched<P: Debug + Clone + Send + 'static, R>(program: &P, run: impl FnOnce(&P) -> R) -> R {
    be_quiet();
    let (done, wait) = mpsc::channel::<()>();
    let copy = program.clone();
    let dog = std::thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let _ = writeln!(std::io::stderr(), "\nthis program hangs:\n{copy:#?}");
            abort();
        }
    });
    let result = run(program);
    drop(done);
    dog.join().unwrap();
    result
}

/// Panics in green threads are what the programs are made of, and nobody wants
/// to read of them.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if runtime::thread::try_current().is_none() {
                before(info);
            }
        }));
    });
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn programs_do_what_the_model_says(program in program::modelled()) {
        let expected = model::run(&program);
        let found = watched(&program, run::run);
        prop_assert_eq!(&found, &expected);
    }

    #[test]
    fn whatever_the_program_it_is_the_same_on_every_run(program in program::of_all_kinds()) {
        let [first, second] = [(); 2].map(|()| watched(&program, run::run));
        prop_assert_eq!(&first, &second);
        run::check(&program, &first)?;
    }

    #[test]
    fn whatever_other_os_threads_do_nothing_is_lost(program in outside::any()) {
        watched(&program, outside::run)?;
    }
}

/// The generator is no use if it makes only programs in which nothing happens.
#[test]
fn the_programs_are_worth_running() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut missing = vec![
        "begins",
        "returns",
        "slept",
        "unparked",
        "waited too long for",
        "result of",
        "panic of",
        "scope's panic of",
        "kill of",
        "cannot wait for",
        "has waited for",
        "started",
        "discards",
        "ends a scope",
        "deadlock",
        "main ends by kill",
        "main ends by panic",
        "main ends by scope's panic",
    ];
    for _ in 0..2_000 {
        let program: Program = program::modelled().new_tree(&mut runner).unwrap().current();
        let text = model::run(&program).join("\n");
        missing.retain(|&event| !text.contains(event));
        if missing.is_empty() {
            return;
        }
    }
    panic!("no program came to {missing:?}");
}
