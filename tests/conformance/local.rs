//! `threading.local`, after CPython's Lib/test/test_threading_local.py: here
//! `runtime::thread_local!`.
//!
//! Does not apply: attributes that come and go, `__dict__`, arguments of the
//! constructor, reference cycles, and that two implementations are alike. One
//! thread-local has one type, and what would be a subclass with an `__init__` is
//! the expression that it begins with.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use runtime::sync::Event;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch};
use crate::support::{Counter, Journal, OnDrop, run};

#[test]
fn a_value_goes_with_its_thread() {
    runtime::thread_local!(static VALUE: RefCell<Option<Rc<u32>>> = const { RefCell::new(None) });

    run(|| {
        for n in [20, 50, 100] {
            let weak: Vec<Weak<_>> = (0..n)
                .map(|number| {
                    let value = Rc::new(number);
                    let weak = Rc::downgrade(&value);
                    thread::spawn(move || VALUE.set(Some(value)))
                        .join()
                        .unwrap();
                    weak
                })
                .collect();
            assert!(weak.iter().all(|it| it.upgrade().is_none()));
        }
    });
}

#[test]
fn a_value_that_begins_with_a_switch_is_its_threads_own() {
    runtime::thread_local! {
        static VALUE: Cell<usize> = {
            thread::sleep(SECOND);
            Cell::new(0)
        };
    }

    run(|| {
        let threads: Vec<_> = (0..10)
            .map(|number| {
                thread::spawn(move || {
                    VALUE.set(number);
                    thread::yield_now();
                    assert_eq!(VALUE.get(), number);
                })
            })
            .collect();
        threads.into_iter().for_each(|it| it.join().unwrap());
    });
}

#[test]
fn no_thread_sees_what_another_has_set() {
    runtime::thread_local!(static VALUE: RefCell<String> = const { RefCell::new(String::new()) });

    run(|| {
        let (is_set, finish) = (Event::new(), Event::new());
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                VALUE.set("foo".into());
                is_set.set();
                finish.wait();
                VALUE.take()
            });
            is_set.wait();
            assert_eq!(VALUE.take(), "");
            let second = scope.spawn(|| VALUE.take());
            assert_eq!(second.join().unwrap(), "");
            finish.set();
            assert_eq!(first.join().unwrap(), "foo");
        });
    });
}

#[test]
fn each_thread_begins_with_what_is_declared() {
    runtime::thread_local!(static VALUE: RefCell<Vec<u32>> = RefCell::new(vec![1, 2]));

    run(|| {
        let seen = Results::new();
        VALUE.with_borrow_mut(|value| value.push(3));
        thread::scope(|scope| {
            bunch(scope, 3, || {
                VALUE.with_borrow_mut(|value| value.push(4));
                seen.add(VALUE.take());
            });
        });
        assert_eq!(seen.all(), vec![vec![1, 2, 4]; 3]);
        assert_eq!(VALUE.take(), [1, 2, 3]);
    });
}

#[test]
fn a_value_is_made_when_its_thread_first_asks_and_only_then() {
    thread_local!(static MADE: Cell<u32> = const { Cell::new(0) });
    runtime::thread_local!(static VALUE: () = MADE.set(MADE.get() + 1));

    run(|| {
        thread::spawn(|| ()).join().unwrap();
        assert_eq!(MADE.get(), 0);
        let asks_twice = || {
            VALUE.with(|()| ());
            VALUE.with(|()| ());
        };
        thread::spawn(asks_twice).join().unwrap();
        assert_eq!(MADE.get(), 1);
    });
}

#[test]
fn two_thread_locals_have_nothing_to_do_with_each_other() {
    runtime::thread_local! {
        static ONE: Cell<u32> = const { Cell::new(1) };
        static TWO: Cell<u32> = const { Cell::new(2) };
    }

    run(|| {
        ONE.set(5);
        assert_eq!((ONE.get(), TWO.get()), (5, 2));
    });
}

#[test]
fn a_new_thread_finds_nothing_of_one_that_has_ended() {
    runtime::thread_local!(static VALUE: Cell<u32> = const { Cell::new(0) });

    run(|| {
        for _ in 0..10 {
            assert_eq!(thread::spawn(|| VALUE.replace(7)).join().unwrap(), 0);
        }
    });
}

#[test]
fn a_value_is_dropped_when_another_takes_its_place() {
    type Slot = RefCell<Option<Box<dyn std::any::Any>>>;
    runtime::thread_local!(static VALUE: Slot = const { RefCell::new(None) });

    run(|| {
        let dropped = Counter::default();
        VALUE.set(Some(Box::new(dropped.on_drop())));
        assert_eq!(dropped.get(), 0);
        VALUE.set(None);
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn a_destructor_of_a_value_still_runs_in_its_thread() {
    type Slot = RefCell<Option<Box<dyn std::any::Any>>>;
    runtime::thread_local!(static VALUE: Slot = const { RefCell::new(None) });

    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::Builder::new().name("sub".into());
        let sub = sub.spawn(move || VALUE.set(Some(Box::new(theirs.who_drops()))));
        sub.unwrap().join().unwrap();
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn a_destructor_of_a_value_may_use_other_thread_locals_and_wait() {
    type Slot = RefCell<Option<Box<dyn std::any::Any>>>;
    runtime::thread_local! {
        static FIRST: Cell<u32> = const { Cell::new(0) };
        static SECOND_ONE: Slot = const { RefCell::new(None) };
    }

    run(|| {
        let seen = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&seen);
        let begin = Instant::now();
        let sub = thread::spawn(move || {
            FIRST.set(5);
            SECOND_ONE.set(Some(Box::new(OnDrop(move || {
                thread::sleep(SECOND);
                theirs.set(FIRST.get());
            }))));
        });
        sub.join().unwrap();
        assert_eq!(seen.get(), 5);
        assert!(begin.elapsed() >= SECOND);
    });
}
