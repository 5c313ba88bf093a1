//! `inherited static`: a thread begins with a clone of what its creator has.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::Handle;
use runtime::sync::{Mutex, MutexGuard};
use runtime::thread::{self, Builder, Killed};

use crate::support::{Counter, Journal, current_name, run};

std::thread_local! {
    /// For clones and destructors, which can reach nothing else.
    static JOURNAL: Journal = Journal::default();
}

fn write(line: impl Into<String>) {
    JOURNAL.with(|journal| journal.write(line));
}

fn journal() -> Vec<String> {
    JOURNAL.with(Journal::read)
}

/// Writes who clones it, and who drops it.
struct Value(&'static str);

impl Clone for Value {
    fn clone(&self) -> Self {
        write(format!("{} cloned by {}", self.0, current_name()));
        Self(self.0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let by = thread::try_current().map_or("nobody".into(), |thread| thread.to_string());
        write(format!("{} dropped by {by}", self.0));
    }
}

fn sub() -> Builder {
    Builder::new().name("sub".into())
}

#[test]
fn a_thread_begins_with_what_its_creator_had_when_it_made_it() {
    runtime::thread_local! {
        inherited static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        NUMBER.set(1);
        let spawned = thread::spawn(|| NUMBER.get());
        let created = thread::create(|| NUMBER.get());
        NUMBER.set(2);
        created.start().unwrap();
        assert_eq!(spawned.join().unwrap(), 1);
        assert_eq!(created.join().unwrap(), 1);
        let in_scope = thread::scope(|scope| scope.spawn(|| NUMBER.get()).join().unwrap());
        assert_eq!(in_scope, 2);
        let here = Handle::current().spawn(|| NUMBER.get()).unwrap();
        assert_eq!(here.join().unwrap(), 2);
    });
}

#[test]
fn each_has_its_own_from_then_on_and_passes_that_on() {
    runtime::thread_local! {
        inherited static PATH: RefCell<String> = RefCell::new(String::new());
    }
    run(|| {
        PATH.set("main".into());
        let child = thread::spawn(|| {
            PATH.with_borrow_mut(|path| path.push_str(" > child"));
            let grandchild = thread::spawn(|| PATH.take());
            (grandchild.join().unwrap(), PATH.take())
        });
        let (grandchild, child) = child.join().unwrap();
        assert_eq!(
            (grandchild, child),
            ("main > child".into(), "main > child".into())
        );
        assert_eq!(PATH.take(), "main");
    });
}

#[test]
fn a_value_goes_on_through_a_thread_that_never_asks_for_it() {
    runtime::thread_local! {
        inherited static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        NUMBER.set(5);
        let grandchild = thread::spawn(|| thread::spawn(|| NUMBER.get()).join().unwrap());
        assert_eq!(grandchild.join().unwrap(), 5);
    });
}

#[test]
fn only_what_is_declared_so_is_inherited_and_only_if_there_is_a_value() {
    runtime::thread_local! {
        static PLAIN: Cell<u32> = const { Cell::new(0) };
        /// With a comment, and visible.
        pub(crate) inherited static NUMBER: Cell<u32> = Cell::new(0);
        inherited static UNMADE: Cell<u32> = Cell::new(thread::current().ident() as u32);
    }
    run(|| {
        PLAIN.set(1);
        NUMBER.set(1);
        let sub = thread::spawn(|| (PLAIN.get(), NUMBER.get(), UNMADE.get()));
        assert_eq!(sub.join().unwrap(), (0, 1, 2));
    });
}

#[test]
fn main_and_guests_inherit_nothing() {
    runtime::thread_local! {
        inherited static NUMBER: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        assert_eq!(NUMBER.replace(1), 0);
        let door = Handle::current();
        let outside = std::thread::spawn(move || {
            let guest = door.spawn(|| NUMBER.get()).unwrap();
            guest.join().unwrap()
        });
        while !outside.is_finished() {
            thread::yield_now();
        }
        assert_eq!(outside.join().unwrap(), 0);
    });
    run(|| assert_eq!(NUMBER.get(), 0));
}

#[test]
fn the_creator_clones_and_the_heir_drops_the_first_made_last() {
    runtime::thread_local! {
        inherited static A: Value = const { Value("a") };
        inherited static B: Value = const { Value("b") };
    }
    run(|| {
        B.with(|_| A.with(|_| ()));
        sub()
            .spawn(|| A.with(|_| write("begun")))
            .unwrap()
            .join()
            .unwrap();
        let expected = [
            "b cloned by MainThread",
            "a cloned by MainThread",
            "begun",
            "a dropped by sub",
            "b dropped by sub",
        ];
        assert_eq!(journal(), expected);
    });
    assert_eq!(
        journal(),
        ["a dropped by MainThread", "b dropped by MainThread"]
    );
}

#[test]
fn what_a_thread_would_have_inherited_that_never_runs_is_dropped() {
    runtime::thread_local! {
        inherited static VALUE: Value = const { Value("value") };
    }
    let _left = run(|| {
        VALUE.with(|_| ());
        drop(sub().create(|| unreachable!("never started")));
        assert_eq!(
            journal(),
            ["value cloned by MainThread", "value dropped by MainThread"]
        );

        let killed = sub().spawn(|| unreachable!("killed before")).unwrap();
        killed.thread().kill();
        assert!(killed.join().unwrap_err().is::<Killed>());
        assert_eq!(
            journal(),
            ["value cloned by MainThread", "value dropped by sub"]
        );

        sub().create(|| unreachable!("left to the end")).unwrap()
    });
    let expected = [
        "value cloned by MainThread",
        "value dropped by MainThread",
        "value dropped by nobody",
    ];
    assert_eq!(journal(), expected);
}

#[test]
fn a_clone_that_panics_is_a_panic_of_the_spawn_and_no_thread_is_made() {
    runtime::thread_local! {
        inherited static FIRST: Value = const { Value("first") };
        inherited static LIST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    run(|| {
        FIRST.with(|_| ());
        let captured = Counter::default();
        let spawn = || {
            let captured = captured.on_drop();
            sub().spawn(move || drop(captured)).unwrap().join().unwrap();
        };
        let borrowed = || LIST.with_borrow_mut(|_| spawn());
        assert!(catch_unwind(AssertUnwindSafe(borrowed)).is_err());
        assert_eq!(captured.get(), 1, "what it would have run is dropped");
        assert_eq!(
            journal(),
            ["first cloned by MainThread", "first dropped by MainThread"]
        );
        assert_eq!(thread::active_count(), 1);

        let in_scope = || {
            thread::scope(|scope| {
                LIST.with_borrow_mut(|_| drop(scope.spawn(|| unreachable!("never made"))));
            });
        };
        assert!(catch_unwind(in_scope).is_err());

        // As if nothing had been: no ident and no number is missing.
        let next = thread::spawn(current_name);
        assert_eq!(next.thread().ident(), 2);
        assert!(next.join().unwrap().starts_with("Thread-1 "));
        spawn();
        assert_eq!(captured.get(), 2);
    });
}

#[test]
fn a_clone_may_wait_ask_for_thread_locals_and_make_threads() {
    struct Busy;
    impl Clone for Busy {
        fn clone(&self) -> Self {
            // Makes a value, and a thread that has it, while values are cloned.
            let depth = DEPTH.replace(DEPTH.get() + 1);
            if depth == 0 {
                let inner = thread::spawn(|| DEPTH.get());
                assert_eq!(inner.join().unwrap(), 2);
            }
            thread::yield_now();
            Busy
        }
    }
    runtime::thread_local! {
        inherited static BUSY: Busy = const { Busy };
        inherited static DEPTH: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        BUSY.with(|_| ());
        let sub = thread::spawn(|| thread::current().ident());
        // The thread that the clone made came first.
        assert_eq!((sub.thread().ident(), sub.join().unwrap()), (3, 3));
    });
}

#[test]
fn a_destructor_at_a_threads_end_passes_on_only_what_is_left() {
    struct SpawnsAtTheEnd;
    impl Drop for SpawnsAtTheEnd {
        fn drop(&mut self) {
            let heir = sub().spawn(|| write(format!("{} {}", EARLY.get(), LATE.get())));
            heir.unwrap().join().unwrap();
        }
    }
    runtime::thread_local! {
        inherited static EARLY: Cell<u32> = const { Cell::new(0) };
        static AT_THE_END: SpawnsAtTheEnd = const { SpawnsAtTheEnd };
        inherited static LATE: Cell<u32> = const { Cell::new(0) };
    }
    run(|| {
        let ends = thread::spawn(|| {
            EARLY.set(1);
            AT_THE_END.with(|_| ());
            LATE.set(1);
        });
        ends.join().unwrap();
        assert_eq!(journal(), ["1 0"]);
    });
}

#[test]
fn an_heir_may_have_got_a_guard_so_a_ring_that_it_could_open_is_not_refused() {
    static LOCK: Mutex<()> = Mutex::named("shared", ());
    runtime::thread_local! {
        inherited static SHARED: Rc<RefCell<Option<MutexGuard<'static, ()>>>> = Rc::default();
    }
    run(|| {
        SHARED.with(|shared| *shared.borrow_mut() = Some(LOCK.lock().unwrap()));
        let waits = thread::spawn(|| drop(LOCK.lock().unwrap()));
        let _lets_go = thread::spawn(|| {
            thread::sleep(Duration::from_secs(1));
            SHARED.with(|shared| drop(shared.take()));
        });
        thread::yield_now();
        // It waits for the lock that this thread has taken, and has not given back.
        waits.join().unwrap();
    });
}
