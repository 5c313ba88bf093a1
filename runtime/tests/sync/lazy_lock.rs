//! `LazyLock`: what it has besides `Once`, on which it is built.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::LazyLock;
use runtime::thread;

use crate::support::{Counter, Journal, OnDrop, run};
use crate::threads::{caught, deadlock, elsewhere, named, panic_of, refusal, ring, was_killed};

const SECOND: Duration = Duration::from_secs(1);
const POISONED: &str = "LazyLock instance has previously been poisoned";
const LOST: &str = "LazyLock instance has lost its function: the thread that called it was \
                    killed, and it can be called only once";

#[test]
fn the_function_is_called_when_the_value_is_first_asked_for_and_once() {
    run(|| {
        let calls = Cell::new(0);
        let lazy = LazyLock::new(|| {
            calls.set(calls.get() + 1);
            92
        });
        assert_eq!(calls.get(), 0);
        assert_eq!(LazyLock::get(&lazy), None);
        assert_eq!(calls.get(), 0);
        assert_eq!(*lazy, 92);
        assert_eq!(*LazyLock::force(&lazy), 92);
        assert_eq!(LazyLock::get(&lazy), Some(&92));
        assert_eq!(calls.get(), 1);
    });
}

#[test]
fn the_value_can_be_changed_by_who_has_the_lock_alone() {
    let mut lazy = LazyLock::new(|| 92);
    assert_eq!(LazyLock::get_mut(&mut lazy), None);
    *LazyLock::force_mut(&mut lazy) += 1;
    *LazyLock::get_mut(&mut lazy).unwrap() += 1;
    *lazy += 1;
    assert_eq!(*lazy, 95);
    let mut lazy = LazyLock::new(|| vec![1]);
    lazy.push(2);
    assert_eq!(*lazy, [1, 2]);
}

#[test]
fn it_is_made_and_shown_as_in_std() {
    #[derive(Debug)]
    struct Seven(u32);
    impl Default for Seven {
        fn default() -> Self {
            Seven(7)
        }
    }

    let lazy: LazyLock<Seven> = LazyLock::default();
    assert_eq!(format!("{lazy:?}"), "LazyLock(<uninit>)");
    assert_eq!(lazy.0, 7);
    assert_eq!(format!("{lazy:?}"), "LazyLock(Seven(7))");
}

#[test]
fn it_has_the_traits_of_std() {
    fn traits<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>(_: &T) {}
    // No reference to the function is ever given out, so that need not be `Sync`.
    let cell = Cell::new(5);
    traits(&LazyLock::new(move || cell.get()));
}

#[test]
fn the_function_and_the_value_are_dropped_once() {
    let journal = Journal::default();
    let lazy = || {
        let (function, value) = (journal.on_drop("function"), journal.on_drop("value"));
        LazyLock::new(move || {
            let _function = &function;
            value
        })
    };
    let unused = lazy();
    drop(unused);
    let mut dropped = journal.read();
    dropped.sort();
    assert_eq!(dropped, ["function", "value"]);
    let used = lazy();
    LazyLock::force(&used);
    assert_eq!(journal.read(), ["function"]);
    drop(used);
    assert_eq!(journal.read(), ["value"]);
}

#[test]
fn a_panic_poisons_it_for_ever() {
    let calls = Counter::default();
    let mut lazy: LazyLock<u32, _> = LazyLock::new(|| {
        calls.add();
        panic!("as planned")
    });
    assert_eq!(panic_of(|| *lazy), "as planned");
    for _ in 0..2 {
        assert_eq!(panic_of(|| *lazy), POISONED);
        assert_eq!(panic_of(|| *LazyLock::force_mut(&mut lazy)), POISONED);
        assert_eq!(LazyLock::get(&lazy), None);
        assert_eq!(LazyLock::get_mut(&mut lazy), None);
    }
    assert_eq!(calls.get(), 1);
}

#[test]
fn a_panic_by_way_of_force_mut_poisons_it_too() {
    let mut lazy: LazyLock<u32> = LazyLock::new(|| panic!("as planned"));
    assert_eq!(panic_of(|| *LazyLock::force_mut(&mut lazy)), "as planned");
    assert_eq!(panic_of(|| *LazyLock::force_mut(&mut lazy)), POISONED);
    assert_eq!(panic_of(|| *lazy), POISONED);
}

#[test]
fn who_waits_when_it_is_poisoned_panics() {
    run(|| {
        let lazy: Rc<LazyLock<u32>> = Rc::new(LazyLock::new(|| {
            thread::sleep(SECOND);
            panic!("as planned")
        }));
        let words = [(); 3].map(|()| {
            let lazy = Rc::clone(&lazy);
            thread::spawn(move || panic_of(|| **lazy))
        });
        let words = words.map(|thread| thread.join().unwrap());
        assert_eq!(words, ["as planned", POISONED, POISONED]);
    });
}

#[test]
fn who_asks_meanwhile_waits_and_goes_on_in_the_order_in_which_it_came() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let lazy = Rc::new(LazyLock::new(move || {
            theirs.write(format!("{} makes", thread::current()));
            thread::sleep(SECOND);
            5
        }));
        let threads = ["a", "b", "c"].map(|name| {
            let (lazy, journal) = (Rc::clone(&lazy), journal.clone());
            named(name, move || {
                journal.write(format!("{name} gets {}", **lazy))
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(
            journal.read(),
            ["a makes", "a gets 5", "b gets 5", "c gets 5"]
        );
    });
}

#[test]
fn a_kill_takes_the_function_with_it_and_who_asks_next_says_so() {
    run(|| {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let lazy: Rc<LazyLock<u32, _>> = Rc::new(LazyLock::new(move || {
            let _captured = captured;
            thread::park();
            unreachable!("it is not unparked")
        }));
        let threads = [(); 3].map(|()| {
            let lazy = Rc::clone(&lazy);
            thread::spawn(move || match LazyLock::get(&lazy) {
                None => panic_of(|| **lazy),
                Some(_) => unreachable!(),
            })
        });
        thread::yield_now();
        let [killed, next, last] = threads;
        let kill = killed.thread().clone();
        kill.kill();
        kill.join().unwrap();
        assert_eq!(drops.get(), 1);
        assert_eq!(next.join().unwrap(), LOST);
        assert_eq!(
            last.join().unwrap(),
            POISONED,
            "by the panic of the one before"
        );
        assert_eq!(panic_of(|| **lazy), POISONED);
    });
}

#[test]
fn who_is_killed_while_it_waits_takes_nothing_with_it() {
    run(|| {
        let lazy = Rc::new(LazyLock::new(|| {
            thread::sleep(SECOND);
            5
        }));
        let [makes, killed, waits] = [(); 3].map(|()| {
            let lazy = Rc::clone(&lazy);
            thread::spawn(move || **lazy)
        });
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        assert_eq!((makes.join().unwrap(), waits.join().unwrap()), (5, 5));
    });
}

#[test]
fn a_function_that_asks_for_its_own_value_is_refused() {
    static LAZY: LazyLock<String> = LazyLock::named("config", || {
        let words = ring(|| LAZY.len());
        assert!(words.contains("MainThread waits for LazyLock 'config' (runtime"));
        assert!(words.ends_with(") being initialised by MainThread"));
        "made all the same".to_owned()
    });
    run(|| assert_eq!(*LAZY, "made all the same"));
}

#[test]
fn two_that_need_each_other_are_refused_and_poisoned() {
    static LEFT: LazyLock<u32> = LazyLock::named("left", || *RIGHT + 1);
    static RIGHT: LazyLock<u32> = LazyLock::named("right", || *LEFT + 1);
    run(|| {
        let words = ring(|| *LEFT);
        assert!(words.contains("MainThread waits for LazyLock 'left' (runtime"));
        assert_eq!(panic_of(|| *LEFT), POISONED);
        assert_eq!(panic_of(|| *RIGHT), POISONED);
    });
}

#[test]
fn a_destructor_may_ask_for_it_while_its_thread_unwinds() {
    static LAZY: LazyLock<u32> = LazyLock::new(|| 5);
    run(|| {
        let sub = thread::spawn(|| {
            let _on_stack = OnDrop(|| assert_eq!(*LAZY, 5));
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        was_killed(sub);
        assert_eq!(LazyLock::get(&LAZY), Some(&5));
    });
}

#[test]
fn the_value_of_one_runtime_is_there_for_all_others_and_for_all_os_threads() {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    static LAZY: LazyLock<Vec<u32>> = LazyLock::new(|| {
        thread::sleep(SECOND);
        MADE.fetch_add(1, Ordering::Relaxed);
        vec![1, 2]
    });
    run(|| {
        assert_eq!(LAZY.len(), 2);
        let elsewhere = std::thread::spawn(|| {
            assert_eq!(*LAZY, [1, 2]);
            run(|| assert_eq!(*LAZY, [1, 2]));
        });
        elsewhere.join().unwrap();
    });
    run(|| assert_eq!(*LAZY, [1, 2]));
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
}

#[test]
fn who_needs_one_that_another_core_is_making_is_refused_by_name() {
    static LAZY: LazyLock<u32> = LazyLock::named("config", || {
        let error = elsewhere(|| {
            assert_eq!(LazyLock::get(&LAZY), None);
            refusal(|| *LAZY)
        });
        assert_eq!(error.why, Refused::OtherCore);
        assert!(error.object.starts_with("LazyLock 'config' (runtime"));
        5
    });
    run(|| assert_eq!(*LAZY, 5));
}

#[test]
fn a_poisoned_one_is_poisoned_on_every_core() {
    static LAZY: LazyLock<u32> = LazyLock::new(|| panic!("as planned"));
    run(|| {
        drop(caught(|| *LAZY));
        assert_eq!(elsewhere(|| panic_of(|| *LAZY)), POISONED);
    });
}

#[test]
fn a_deadlock_report_says_who_makes_the_value() {
    static LAZY: LazyLock<()> = LazyLock::named("config", thread::park);
    let waits = deadlock("waits", || {
        drop(named("makes", || *LAZY));
        named("waits", || *LAZY).join()
    });
    assert!(
        waits
            .waits_for
            .starts_with("waits for LazyLock 'config' (runtime")
    );
    assert!(waits.waits_for.ends_with(") being initialised by makes"));
    assert_eq!(waits.could_end, "only makes, by finishing it");
}
