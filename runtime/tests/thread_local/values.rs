//! `runtime::thread_local!` does for green threads what std's does for those
//! of the operating system.

use std::cell::{Cell, RefCell};
use std::panic::{catch_unwind, panic_any};
use std::time::Duration;

use runtime::thread::{self, AccessError, Builder, JoinHandle, Killed};

use crate::support::{Journal, OnDrop, current_name, run};

std::thread_local! {
    /// For destructors of thread-locals, which can reach nothing else. All
    /// green threads of a test share it.
    static JOURNAL: Journal = Journal::default();
}

fn write(line: impl Into<String>) {
    JOURNAL.with(|journal| journal.write(line));
}

fn journal() -> Vec<String> {
    JOURNAL.with(Journal::read)
}

/// Writes its text when it is dropped, and who drops it.
struct Value(&'static str);

impl Drop for Value {
    fn drop(&mut self) {
        write(format!("{} in {}", self.0, current_name()));
    }
}

fn spawn<T>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

#[test]
fn each_thread_has_a_value_of_its_own() {
    runtime::thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        let threads = [1, 2, 3].map(|number| {
            thread::spawn(move || {
                assert_eq!(NUMBER.get(), 0);
                NUMBER.set(number);
                thread::yield_now();
                NUMBER.get()
            })
        });
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [1, 2, 3]);
        assert_eq!(NUMBER.get(), 0);
    });
}

#[test]
fn two_threads_that_run_on_the_same_stack_one_after_the_other_share_nothing() {
    runtime::thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        let stacks = [1, 2, 3].map(|number| {
            let body = move || {
                let on_stack = 0u8;
                (NUMBER.replace(number), (&raw const on_stack).addr())
            };
            thread::spawn(body).join().unwrap()
        });
        assert!(stacks.iter().all(|&(_, stack)| stack == stacks[0].1));
        assert_eq!(stacks.map(|(number, _)| number), [0, 0, 0]);
    });
}

#[test]
fn a_thread_makes_its_value_when_it_first_asks_and_once() {
    runtime::thread_local! {
        static MADE: Cell<u32> = const { Cell::new(0) };
        static LAZY: u32 = MADE.replace(MADE.get() + 1) + 10;
    }
    run(|| {
        let ask = || (MADE.get(), LAZY.with(|n| *n), LAZY.with(|n| *n), MADE.get());
        assert_eq!(ask(), (0, 10, 10, 1));
        assert_eq!(thread::spawn(ask).join().unwrap(), (0, 10, 10, 1));
    });
}

mod keys {
    runtime::thread_local! {
        /// With a comment.
        pub(crate) static PUBLIC: u32 = 1;
        #[allow(non_upper_case_globals)]
        static private: String = String::from("private");
        pub(super) static CONSTANT: u32 = const { 1 + 2 };
        static LAST: [u8; 2] = [1, 2]
    }

    runtime::thread_local!();
    runtime::thread_local!(static ALONE: u8 = 5);
    runtime::thread_local!(static ALONE_CONSTANT: u8 = const { 6 });

    pub(crate) fn private_ones() -> (String, [u8; 2], u8, u8) {
        (
            private.with(Clone::clone),
            LAST.with(|value| *value),
            ALONE.with(|value| *value),
            ALONE_CONSTANT.with(|value| *value),
        )
    }
}

#[test]
fn one_macro_call_may_declare_several_with_attributes_and_visibility() {
    run(|| {
        assert_eq!(keys::PUBLIC.with(|value| *value), 1);
        assert_eq!(keys::CONSTANT.with(|value| *value), 3);
        let private = ("private".to_owned(), [1, 2], 5, 6);
        assert_eq!(keys::private_ones(), private);
    });
}

#[test]
fn values_are_dropped_by_the_thread_itself_the_last_made_first() {
    runtime::thread_local! {
        static A: Value = const { Value("a") };
        static B: Value = const { Value("b") };
        static C: Value = const { Value("c") };
        static NEVER_USED: Value = panic!("nobody asked for it");
    }
    run(|| {
        let sub = spawn("sub", || {
            let _on_stack = Value("stack");
            for key in [&B, &A, &C, &B] {
                key.with(|_| ());
                thread::yield_now();
            }
        });
        sub.join().unwrap();
        let order = ["stack in sub", "c in sub", "a in sub", "b in sub"];
        assert_eq!(journal(), order);
        let _never_used = &NEVER_USED;
    });
}

#[test]
fn values_are_dropped_however_the_thread_ends() {
    runtime::thread_local! {
        static VALUE: Value = const { Value("value") };
    }
    let spawn = |name: &str, end: fn()| {
        spawn(name, move || {
            VALUE.with(|_| ());
            end();
        })
    };
    run(move || {
        spawn("returns", || ()).join().unwrap();
        spawn("panics", || panic!()).join().unwrap_err();
        let killed = spawn("is killed", thread::park);
        thread::yield_now();
        killed.thread().kill();
        assert!(killed.join().unwrap_err().is::<Killed>());
        let ends = ["value in returns", "value in panics", "value in is killed"];
        assert_eq!(journal(), ends);

        VALUE.with(|_| ());
        let daemon = Builder::new().name("daemon".into()).daemon(true);
        let daemon = daemon.spawn(|| VALUE.with(|_| thread::park()));
        drop(daemon);
        thread::yield_now();
    });
    assert_eq!(journal(), ["value in MainThread", "value in daemon"]);
}

#[test]
fn a_destructor_may_wait_and_who_joins_the_thread_waits_with_it() {
    runtime::thread_local! {
        static VALUE: OnDrop<fn()> = OnDrop(|| {
            thread::sleep(Duration::from_secs(1));
            write("has slept");
        });
    }
    run(|| {
        thread::spawn(|| VALUE.with(|_| ())).join().unwrap();
        assert_eq!(journal(), ["has slept"]);
        // Until then it has not ended, and whoever comes late waits, too.
        let sub = thread::spawn(|| VALUE.with(|_| ()));
        thread::sleep(Duration::from_millis(500));
        assert!(sub.is_alive());
        sub.join().unwrap();
        assert_eq!(journal(), ["has slept"]);
        // After a panic too: by then the thread does not unwind any more.
        let panics = thread::spawn(|| VALUE.with(|_| panic!()));
        panics.join().unwrap_err();
        assert_eq!(journal(), ["has slept"]);
    });
}

#[test]
fn a_value_that_was_dropped_cannot_be_had_again() {
    runtime::thread_local! {
        static ITSELF: OnDrop<fn()> = OnDrop(|| {
            assert!(ITSELF.try_with(|_| ()).is_err());
            let with = catch_unwind(|| ITSELF.with(|_| ()));
            assert!(with.unwrap_err().is::<AccessError>());
            write("itself");
        });
        static LATE: Cell<u32> = const { Cell::new(5) };
        static EARLY: OnDrop<fn()> = OnDrop(|| {
            assert!(LATE.try_with(Cell::get).is_err());
            let set = catch_unwind(|| LATE.set(1));
            assert!(set.unwrap_err().is::<AccessError>());
            write("early");
        });
    }
    run(|| {
        let sub = thread::spawn(|| {
            EARLY.with(|_| ());
            assert_eq!(LATE.get(), 5);
            ITSELF.with(|_| ());
        });
        sub.join().unwrap();
        assert_eq!(journal(), ["itself", "early"]);
    });
}

#[test]
fn a_destructor_can_use_values_that_are_not_dropped_yet_and_make_new_ones() {
    runtime::thread_local! {
        static OLD: Value = const { Value("old") };
        static NEW: Value = const { Value("new") };
        static NEWER: OnDrop<fn()> = OnDrop(|| {
            NEW.with(|_| ());
            write("newer");
        });
        static LAST_MADE: OnDrop<fn()> = OnDrop(|| {
            OLD.with(|old| write(format!("{} is there", old.0)));
            NEWER.with(|_| ());
        });
    }
    run(|| {
        let sub = spawn("sub", || {
            OLD.with(|_| ());
            LAST_MADE.with(|_| ());
        });
        sub.join().unwrap();
        let order = ["old is there", "newer", "new in sub", "old in sub"];
        assert_eq!(journal(), order);
    });
}

#[test]
fn a_destructor_that_panics_stops_no_other() {
    runtime::thread_local! {
        static FIRST: Value = const { Value("first") };
        static BOMB: OnDrop<fn()> = OnDrop(|| panic_any("in a destructor"));
        static LAST: Value = const { Value("last") };
    }
    run(|| {
        let sub = spawn("sub", || {
            FIRST.with(|_| ());
            BOMB.with(|_| ());
            LAST.with(|_| ());
            "result"
        });
        assert_eq!(sub.join().unwrap(), "result");
        assert_eq!(journal(), ["last in sub", "first in sub"]);
        assert!(!thread::panicking());
        assert_eq!(thread::spawn(|| "next").join().unwrap(), "next");
    });
}

#[test]
fn while_a_value_is_made_its_thread_may_wait_and_others_may_make_theirs() {
    runtime::thread_local! {
        static NUMBER: u64 = {
            thread::yield_now();
            thread::sleep(Duration::from_secs(1));
            thread::current().ident()
        };
    }
    run(|| {
        let ask = || NUMBER.with(|number| *number) == thread::current().ident();
        let threads = [(); 3].map(|()| thread::spawn(ask));
        assert!(ask());
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    });
}

#[test]
fn a_value_that_asks_for_itself_while_it_is_made_is_made_once_for_all() {
    runtime::thread_local! {
        static DEPTH: Cell<u32> = const { Cell::new(0) };
        static RECURSIVE: Value = {
            DEPTH.set(DEPTH.get() + 1);
            if DEPTH.get() < 3 {
                RECURSIVE.with(|inner| write(inner.0));
                Value("outer")
            } else {
                Value("innermost")
            }
        };
    }
    run(|| {
        let sub = spawn("sub", || {
            RECURSIVE.with(|value| assert_eq!(value.0, "innermost"));
            journal();
            RECURSIVE.with(|value| assert_eq!(value.0, "innermost"));
        });
        sub.join().unwrap();
        assert_eq!(journal(), ["innermost in sub"]);
    });
}

#[test]
fn a_panic_while_a_value_is_made_leaves_the_key_as_it_was() {
    runtime::thread_local! {
        static TRIES: Cell<u32> = const { Cell::new(0) };
        static VALUE: u32 = {
            TRIES.set(TRIES.get() + 1);
            assert!(TRIES.get() > 1, "not at the first try");
            7
        };
    }
    run(|| {
        assert!(catch_unwind(|| VALUE.with(|value| *value)).is_err());
        assert_eq!(VALUE.with(|value| *value), 7);
    });
}

#[test]
fn a_value_may_be_held_across_switches() {
    runtime::thread_local! {
        static LIST: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }
    run(|| {
        let threads = [(); 3].map(|()| {
            thread::spawn(|| {
                LIST.with_borrow_mut(|list| {
                    thread::yield_now();
                    list.push(thread::current().ident());
                    thread::yield_now();
                });
                LIST.take() == [thread::current().ident()]
            })
        });
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    });
}

#[test]
fn a_cell_is_used_without_with() {
    runtime::thread_local! {
        static CELL: Cell<u32> = Cell::new(3);
        static UNASKED: Cell<u32> = panic!("set makes no first value");
    }
    run(|| {
        assert_eq!((CELL.get(), CELL.replace(4)), (3, 3));
        CELL.set(CELL.get() + 1);
        assert_eq!((CELL.take(), CELL.get()), (5, 0));
        UNASKED.set(1);
        UNASKED.set(2);
        assert_eq!(UNASKED.get(), 2);
    });
}

#[test]
fn a_refcell_is_used_without_with() {
    runtime::thread_local! {
        static LIST: RefCell<Vec<u8>> = RefCell::new(vec![1]);
        static UNASKED: RefCell<Vec<u8>> = panic!("set makes no first value");
    }
    run(|| {
        LIST.with_borrow_mut(|list| list.push(2));
        assert_eq!(LIST.with_borrow(Vec::len), 2);
        assert_eq!(LIST.replace(vec![3]), [1, 2]);
        assert_eq!((LIST.take(), LIST.take()), (vec![3], vec![]));
        UNASKED.set(vec![4]);
        UNASKED.set(vec![5]);
        assert_eq!(UNASKED.take(), [5]);
        let twice = || LIST.with_borrow(|_| LIST.with_borrow_mut(|_| ()));
        assert!(catch_unwind(twice).is_err());
        let held = || LIST.with_borrow_mut(|_| LIST.with_borrow(|_| ()));
        assert!(catch_unwind(held).is_err());
    });
}
