//! What scoped threads may borrow, and what they give back.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use runtime::thread::{self, Builder, ScopedJoinHandle};

use crate::support::{Counter, Journal, current_name, run};

runtime::thread_local! {
    static LOCAL: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn a_scope_gives_what_its_function_returns() {
    run(|| {
        assert_eq!(thread::scope(|_| 5), 5);
        assert_eq!(thread::scope(|scope| scope.spawn(|| 6).join().unwrap()), 6);
        let text = "borrowed".to_owned();
        let part: &str = thread::scope(|_| &text[..6]);
        assert_eq!(part, "borrow");
    });
}

#[test]
fn threads_read_what_their_owner_has() {
    run(|| {
        let numbers = vec![1, 2, 3];
        let text = "text".to_owned();
        let sums = thread::scope(|scope| {
            let reads = |factor: usize| {
                let (numbers, text) = (&numbers, &text);
                scope.spawn(move || {
                    thread::yield_now();
                    numbers.iter().sum::<usize>() * factor + text.len()
                })
            };
            let all: Vec<_> = [1, 2, 3].map(reads).into_iter().collect();
            all.into_iter()
                .map(|sub| sub.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(sums, [10, 16, 22]);
        drop((numbers, text));
    });
}

#[test]
fn threads_write_what_their_owner_has() {
    run(|| {
        let mut parts = [0; 4];
        let mut own = 0;
        thread::scope(|scope| {
            for (part, number) in parts.iter_mut().zip(1..) {
                scope.spawn(move || {
                    for _ in 0..number {
                        thread::yield_now();
                        *part += 1;
                    }
                });
            }
            own += 1;
        });
        parts[0] += own;
        assert_eq!(parts, [2, 2, 3, 4]);
    });
}

#[test]
fn threads_share_cells_and_need_no_send() {
    run(|| {
        let count = Cell::new(0);
        let list = RefCell::new(Vec::new());
        thread::scope(|scope| {
            for number in 0..3 {
                let (count, list) = (&count, &list);
                scope.spawn(move || {
                    count.set(count.get() + 1);
                    thread::yield_now();
                    list.borrow_mut().push((number, count.get()));
                });
            }
        });
        assert_eq!(list.into_inner(), [(0, 3), (1, 3), (2, 3)]);
    });
}

#[test]
fn a_scope_waits_for_threads_whose_handles_are_gone() {
    run(|| {
        let journal = Journal::default();
        thread::scope(|scope| {
            for (name, naps) in [("slow", 3), ("quick", 1)] {
                let journal = &journal;
                drop(scope.spawn(move || {
                    for _ in 0..naps {
                        thread::sleep(Duration::from_secs(1));
                    }
                    journal.write(name);
                }));
            }
            journal.write("the function returns");
        });
        journal.write("the scope returns");
        let log = ["the function returns", "quick", "slow", "the scope returns"];
        assert_eq!(journal.read(), log);
    });
}

#[test]
fn a_scope_waits_for_threads_whose_handles_are_forgotten() {
    run(|| {
        let mut done = false;
        thread::scope(|scope| {
            std::mem::forget(scope.spawn(|| {
                thread::sleep(Duration::from_secs(1));
                done = true;
            }));
        });
        assert!(done);
    });
}

#[test]
fn a_scoped_thread_may_start_more_in_its_scope() {
    run(|| {
        let journal = Journal::default();
        thread::scope(|scope| {
            let journal = &journal;
            scope.spawn(move || {
                let child = scope.spawn(move || {
                    scope.spawn(move || {
                        thread::sleep(Duration::from_secs(1));
                        journal.write("grandchild");
                    });
                    journal.write("child");
                    5
                });
                assert_eq!(child.join().unwrap(), 5);
                journal.write("first");
            });
        });
        journal.write("end");
        assert_eq!(journal.read(), ["child", "first", "grandchild", "end"]);
    });
}

#[test]
fn scopes_may_stand_in_scopes() {
    run(|| {
        let mut outer = vec![1];
        let journal = Journal::default();
        thread::scope(|scope| {
            let writes = &journal;
            scope.spawn(move || {
                thread::sleep(Duration::from_secs(2));
                writes.write("outer");
            });
            let mut inner = vec![2];
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_secs(1));
                    inner.push(3);
                    journal.write("inner");
                });
            });
            assert_eq!(inner, [2, 3]);
            journal.write("inner scope");
        });
        outer.push(4);
        journal.write("outer scope");
        assert_eq!(
            journal.read(),
            ["inner", "inner scope", "outer", "outer scope"]
        );
    });
}

/// The end of the outer threads is no end of the inner scope.
#[test]
fn the_inner_scope_ends_with_its_own_threads_though_the_outer_ones_end_first() {
    run(|| {
        let mut done = false;
        thread::scope(|scope| {
            scope.spawn(|| ());
            scope.spawn(|| thread::sleep(Duration::from_secs(1)));
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_secs(2));
                    done = true;
                });
            });
            assert!(done);
        });
    });
}

#[test]
fn scopes_of_many_levels_and_many_threads() {
    fn sum(numbers: &[u64]) -> u64 {
        let (left, right) = match numbers {
            [] => return 0,
            [one] => return *one,
            _ => numbers.split_at(numbers.len() / 2),
        };
        thread::scope(|scope| {
            let left = scope.spawn(|| sum(left));
            let right = sum(right);
            left.join().unwrap() + right
        })
    }

    let numbers: Vec<u64> = (1..=500).collect();
    assert_eq!(run(move || sum(&numbers)), 125_250);
}

#[test]
fn a_handle_gives_the_result_or_leaves_it_to_its_thread() {
    run(|| {
        let drops = Counter::default();
        thread::scope(|scope| {
            let result = || {
                let result = drops.on_drop();
                move || result
            };
            let joined = scope.spawn(result());
            drop(scope.spawn(result()));
            let late = scope.spawn(result());
            let result = joined.join().unwrap();
            thread::yield_now();
            assert_eq!(drops.get(), 1, "the one that was dropped before");
            assert!(late.is_finished());
            drop(late);
            assert_eq!(drops.get(), 2);
            drop(result);
            assert_eq!(drops.get(), 3);
        });
        assert_eq!(drops.get(), 3);
    });
}

/// What a result has borrowed is there as long as the result is.
#[test]
fn a_result_that_has_borrowed_is_dropped_before_the_scope_ends() {
    struct Reads<'a>(&'a Cell<u32>);
    impl Drop for Reads<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    run(|| {
        let reads = Cell::new(0);
        thread::scope(|scope| {
            drop(scope.spawn(|| {
                thread::sleep(Duration::from_secs(1));
                Reads(&reads)
            }));
            let late = scope.spawn(|| Reads(&reads));
            late.thread().join().unwrap();
            assert_eq!(reads.get(), 0);
        });
        assert_eq!(reads.get(), 2);
    });
}

#[test]
fn a_result_whose_destructor_waits_keeps_the_scope_from_ending() {
    struct Waits<'a>(&'a Cell<bool>);
    impl Drop for Waits<'_> {
        fn drop(&mut self) {
            thread::sleep(Duration::from_secs(1));
            self.0.set(true);
        }
    }

    run(|| {
        let dropped = Cell::new(false);
        thread::scope(|scope| drop(scope.spawn(|| Waits(&dropped))));
        assert!(dropped.get());
    });
}

#[test]
fn a_builder_gives_scoped_threads_what_it_gives_others() {
    run(|| {
        let text = "borrowed".to_owned();
        thread::scope(|scope| {
            let builder = Builder::new().name("borrower".into()).daemon(true);
            let sub: ScopedJoinHandle<'_, _> = builder
                .stack_size(1 << 20)
                .spawn_scoped(scope, || (current_name(), text.len()))
                .unwrap();
            assert_eq!(sub.thread().name(), Some("borrower"));
            assert!(sub.thread().is_daemon());
            assert_eq!(sub.join().unwrap(), ("borrower".into(), 8));
        });
    });
}

#[test]
fn scoped_threads_are_called_as_others_are() {
    fn work() -> String {
        current_name()
    }

    run(|| {
        thread::scope(|scope| {
            assert_eq!(scope.spawn(work).join().unwrap(), "Thread-1 (work)");
            let (sub, line) = (scope.spawn(|| ()), line!());
            let name = format!("Thread-2 (closure at {}:{line})", file!());
            assert_eq!(sub.thread().name(), Some(&*name));
            assert_eq!(sub.thread().ident(), 3);
        });
    });
}

#[test]
fn scoped_threads_have_thread_locals_of_their_own() {
    run(|| {
        LOCAL.set(1);
        thread::scope(|scope| {
            for number in 10..13 {
                scope.spawn(move || {
                    assert_eq!(LOCAL.replace(number), 0);
                    thread::yield_now();
                    assert_eq!(LOCAL.get(), number);
                });
            }
        });
        assert_eq!(LOCAL.get(), 1);
    });
}

#[test]
fn a_thread_of_a_scope_runs_alongside_those_that_are_in_none() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let other = thread::spawn(move || {
            for turn in 0..3 {
                theirs.write(format!("other {turn}"));
                thread::yield_now();
            }
        });
        thread::scope(|scope| {
            scope.spawn(|| {
                for turn in 0..3 {
                    journal.write(format!("scoped {turn}"));
                    thread::yield_now();
                }
            });
        });
        other.join().unwrap();
        let log = [
            "other 0", "scoped 0", "other 1", "scoped 1", "other 2", "scoped 2",
        ];
        assert_eq!(journal.read(), log);
    });
}

#[test]
fn handles_tell_whether_their_thread_has_ended() {
    run(|| {
        thread::scope(|scope| {
            let sub = scope.spawn(thread::park);
            assert!(sub.thread().is_alive() && !sub.is_finished());
            thread::yield_now();
            sub.thread().unpark();
            sub.thread().join().unwrap();
            assert!(sub.is_finished());
            sub.join().unwrap();
        });
    });
}

#[test]
fn scopes_and_handles_can_be_printed() {
    run(|| {
        thread::scope(|scope| {
            let sub = scope.spawn(|| ());
            assert!(format!("{sub:?}").starts_with("ScopedJoinHandle"));
            assert!(format!("{scope:?}").contains("running: 1"), "{scope:?}");
        });
    });
}
