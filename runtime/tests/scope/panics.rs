//! Scopes and panics.

use std::cell::Cell;
use std::panic::panic_any;
use std::time::Duration;

use runtime::thread::{self, Killed};

use crate::support::{Journal, OnDrop, run};
use crate::{Wanted, caught, panics};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_scope_panics_if_a_thread_has_panicked_that_nobody_joined() {
    run(|| {
        let mut done = false;
        let payload = caught(|| {
            thread::scope(|scope| {
                scope.spawn(|| panics(1));
                drop(scope.spawn(|| panics(2)));
                scope.spawn(|| {
                    thread::sleep(SECOND);
                    done = true;
                });
            });
        });
        assert_eq!(payload.downcast_ref(), Some(&"a scoped thread panicked"));
        assert!(done, "the others were awaited");
    });
}

#[test]
fn a_scope_does_not_panic_if_all_who_panicked_were_joined() {
    run(|| {
        let result: [Wanted; 3] = thread::scope(|scope| {
            let subs = [1, 2, 3].map(|number| scope.spawn(move || -> () { panics(number) }));
            subs.map(|sub| *sub.join().unwrap_err().downcast().unwrap())
        });
        assert_eq!(result, [Wanted(1), Wanted(2), Wanted(3)]);
    });
}

#[test]
fn one_that_was_not_joined_is_enough() {
    run(|| {
        let payload = caught(|| {
            thread::scope(|scope| {
                let joined = scope.spawn(|| panics(1));
                let not_joined = scope.spawn(|| panics(2));
                assert!(joined.join().is_err());
                not_joined.thread().join().unwrap();
            });
        });
        assert_eq!(payload.downcast_ref(), Some(&"a scoped thread panicked"));
    });
}

#[test]
fn it_matters_only_that_it_was_joined_and_not_by_whom() {
    run(|| {
        thread::scope(|scope| {
            let panicking = scope.spawn(|| panics(1));
            scope.spawn(move || assert!(panicking.join().is_err()));
        });
    });
}

/// `Killed` is a type that a program may panic with as well.
#[test]
fn a_panic_that_looks_like_a_kill_counts_as_joined_when_it_was() {
    run(|| {
        thread::scope(|scope| {
            let sub = scope.spawn(|| std::panic::resume_unwind(Box::new(Killed)));
            assert!(sub.join().unwrap_err().is::<Killed>());
        });
    });
}

#[test]
fn when_the_function_panics_the_threads_are_awaited_and_not_killed() {
    run(|| {
        let journal = Journal::default();
        let payload = caught(|| {
            thread::scope(|scope| {
                scope.spawn(|| {
                    assert!(!thread::panicking());
                    thread::sleep(SECOND);
                    assert!(!thread::panicking());
                    journal.write("child");
                });
                let _on_stack = journal.on_drop("function");
                panics(5);
            });
        });
        journal.write("caught");
        assert_eq!(payload.downcast_ref(), Some(&Wanted(5)));
        assert_eq!(journal.read(), ["function", "child", "caught"]);
    });
}

#[test]
fn the_function_s_panic_comes_before_a_thread_s() {
    run(|| {
        let payload = caught(|| {
            thread::scope(|scope| {
                scope.spawn(|| panics(1));
                panics(2);
            });
        });
        assert_eq!(payload.downcast_ref(), Some(&Wanted(2)));
    });
}

#[test]
fn a_panic_goes_out_through_all_scopes_and_each_waits_for_its_threads() {
    run(|| {
        let journal = Journal::default();
        let payload = caught(|| {
            thread::scope(|outer| {
                outer.spawn(|| {
                    thread::sleep(2 * SECOND);
                    journal.write("outer");
                });
                thread::scope(|inner| {
                    inner.spawn(|| {
                        thread::sleep(SECOND);
                        journal.write("inner");
                    });
                    panics(3);
                });
            });
        });
        assert_eq!(payload.downcast_ref(), Some(&Wanted(3)));
        assert_eq!(journal.read(), ["inner", "outer"]);
    });
}

#[test]
fn a_panic_in_a_thread_is_nobody_elses() {
    run(|| {
        thread::scope(|scope| {
            let unwinds = scope.spawn(|| {
                let _on_stack = OnDrop(|| {
                    assert!(thread::panicking());
                    thread::yield_now();
                });
                panics(1);
            });
            let other = scope.spawn(|| {
                for _ in 0..3 {
                    assert!(!thread::panicking());
                    thread::yield_now();
                }
            });
            assert!(unwinds.join().is_err());
            assert!(!thread::panicking());
            other.join().unwrap();
        });
    });
}

#[test]
fn a_result_whose_destructor_panics_is_no_panic_of_its_thread() {
    struct Bomb<'a>(&'a Cell<u32>);
    impl Drop for Bomb<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            panics(1);
        }
    }

    run(|| {
        let dropped = Cell::new(0);
        thread::scope(|scope| drop(scope.spawn(|| Bomb(&dropped))));
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn when_a_joined_thread_s_panic_is_passed_on_it_is_the_function_s() {
    run(|| {
        let payload = caught(|| {
            thread::scope(|scope| {
                let sub = scope.spawn(|| panics(4));
                sub.join()
                    .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
            })
        });
        assert_eq!(payload.downcast_ref(), Some(&Wanted(4)));
    });
}

#[test]
fn a_scope_whose_function_catches_a_panic_is_as_good_as_before() {
    run(|| {
        let sum = Cell::new(0);
        thread::scope(|scope| {
            let add = |n| {
                let sum = &sum;
                scope.spawn(move || sum.set(sum.get() + n))
            };
            add(1);
            caught(|| panic_any(Wanted(0)));
            add(2);
        });
        assert_eq!(sum.get(), 3);
    });
}
