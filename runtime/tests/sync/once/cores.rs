//! Outside of a runtime, in one after another, and in two at the same time.

use runtime::error::Refused;
use runtime::sync::Once;
use runtime::thread;

use super::POISONED;
use crate::support::run;
use crate::threads::{caught, deadlock, elsewhere, panic_of, refusal, was_killed};

#[test]
fn outside_of_a_runtime_it_works_and_what_would_wait_is_refused() {
    let once = Once::named("start");
    assert_eq!(refusal(|| once.wait()).why, Refused::OutsideRuntime);
    once.call_once(|| {
        let error = refusal(|| once.call_once(|| ()));
        assert_eq!(error.why, Refused::OutsideRuntime);
        let said = error.to_string();
        assert!(
            said.starts_with("cannot wait for Once 'start' (runtime"),
            "{said}"
        );
    });
    once.wait();

    let once = Once::new();
    drop(caught(|| once.call_once(|| panic!("as planned"))));
    assert_eq!(panic_of(|| once.wait()), POISONED);
    once.call_once_force(|state| assert!(state.is_poisoned()));
}

#[test]
fn a_runtime_inside_of_a_function_that_runs_outside_waits_in_vain() {
    static ONCE: Once = Once::new();
    let line = line!() + 2;
    let mut said = None;
    ONCE.call_once(|| said = Some(deadlock("MainThread", || ONCE.wait())));
    assert!(ONCE.is_completed(), "the code outside has it again");
    assert_eq!(
        said.unwrap().could_end,
        format!(
            "only code outside of green threads at runtime/tests/sync/once/cores.rs:{line}, \
             which initialises it"
        )
    );
}

#[test]
fn after_the_end_of_one_runtime_another_one_may_run_it() {
    static ONCE: Once = Once::new();
    run(|| {
        let killed = thread::spawn(|| ONCE.call_once(thread::park));
        let waits = thread::spawn(|| ONCE.wait());
        thread::yield_now();
        waits.thread().kill();
        killed.thread().kill();
        was_killed(killed);
        was_killed(waits);
    });
    run(|| {
        let sub = thread::spawn(|| ONCE.call_once(thread::yield_now));
        ONCE.wait();
        sub.join().unwrap();
    });
    assert!(ONCE.is_completed());
}

#[test]
fn who_needs_one_that_another_core_is_running_is_refused_by_name() {
    static ONCE: Once = Once::named("start");
    run(|| {
        ONCE.call_once(|| {
            elsewhere(|| {
                assert!(!ONCE.is_completed());
                let calls: [fn(); 3] = [
                    || ONCE.call_once(|| unreachable!()),
                    || ONCE.call_once_force(|_| unreachable!()),
                    || ONCE.wait(),
                ];
                for call in calls {
                    let error = refusal(call);
                    assert_eq!(error.why, Refused::OtherCore);
                    assert!(error.object.starts_with("Once 'start' (runtime"));
                }
            });
        });
    });
    assert!(ONCE.is_completed());
}

#[test]
fn a_complete_one_is_complete_on_every_core() {
    static ONCE: Once = Once::new();
    run(|| {
        ONCE.call_once(|| ());
        elsewhere(|| {
            ONCE.wait();
            ONCE.call_once(|| unreachable!());
        });
    });
}

#[test]
fn when_nobody_of_a_core_runs_it_or_waits_for_it_another_core_may_run_it() {
    static PANICKED: Once = Once::new();
    static KILLED: Once = Once::new();
    static WAITED: Once = Once::new();
    run(|| {
        drop(caught(|| PANICKED.call_once(|| panic!("as planned"))));
        assert_eq!(panic_of(|| PANICKED.wait()), POISONED);
        let threads = [
            thread::spawn(|| KILLED.call_once(thread::park)),
            thread::spawn(|| KILLED.wait()),
            thread::spawn(|| WAITED.wait()),
            thread::spawn(|| WAITED.wait_force()),
        ];
        thread::yield_now();
        for thread in threads {
            thread.thread().kill();
            was_killed(thread);
        }
        elsewhere(|| {
            PANICKED.call_once_force(|state| assert!(state.is_poisoned()));
            KILLED.call_once(|| ());
            WAITED.call_once(|| ());
        });
        assert!(
            [&PANICKED, &KILLED, &WAITED]
                .into_iter()
                .all(Once::is_completed)
        );
    });
}

#[test]
fn while_somebody_of_a_core_waits_for_it_no_other_core_may_run_it() {
    static ONCE: Once = Once::new();
    run(|| {
        let waits = thread::spawn(|| ONCE.wait_force());
        thread::yield_now();
        drop(caught(|| ONCE.call_once(|| panic!("as planned"))));
        elsewhere(|| {
            let error = refusal(|| ONCE.call_once_force(|_| ()));
            assert_eq!(error.why, Refused::OtherCore);
        });
        ONCE.call_once_force(|_| ());
        waits.join().unwrap();
    });
}
