//! What a thread leaves behind, and who drops it.

use std::panic::panic_any;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use runtime::thread::{self, Builder};

use crate::support::{Counter, Journal, OnDrop, current_name, run};

#[test]
fn the_joiner_gets_what_the_thread_returned() {
    run(|| {
        assert_eq!(thread::spawn(|| 6 * 7).join().unwrap(), 42);
        thread::spawn(|| ()).join().unwrap();
        let text = Rc::new("shared".to_owned());
        let theirs = Rc::clone(&text);
        let back = thread::spawn(move || theirs).join().unwrap();
        assert!(Rc::ptr_eq(&text, &back), "no Send, and no copy");
        let much = thread::spawn(|| [7u8; 5_000]).join().unwrap();
        assert_eq!(much, [7; 5_000]);
    });
}

#[test]
fn the_joiner_gets_what_the_thread_panicked_with() {
    run(|| {
        let error = thread::spawn(|| panic!("plain")).join().unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&"plain"));

        let number = 5;
        let error = thread::spawn(move || panic!("number {number}")).join();
        assert_eq!(
            *error.unwrap_err().downcast::<String>().unwrap(),
            "number 5"
        );

        #[derive(Debug, PartialEq)]
        struct Payload(u32);
        let error = thread::spawn(|| panic_any(Payload(7))).join().unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Payload(7)));
    });
}

#[test]
fn a_thread_that_panics_unwinds_its_stack() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            let _first = theirs.on_drop("first");
            let _second = theirs.on_drop("second");
            thread::yield_now();
            panic!("after a switch");
        });
        sub.join().unwrap_err();
        assert_eq!(journal.read(), ["second", "first"]);
    });
}

#[test]
fn a_detached_thread_drops_its_result_itself_when_it_ends() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = Builder::new().name("sub".into()).spawn(move || {
            thread::yield_now();
            theirs.who_drops()
        });
        let thread = sub.unwrap().thread().clone();
        assert_eq!(journal.read(), [""; 0]);
        thread.join().unwrap();
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn a_detached_thread_drops_its_panic_itself_when_it_ends() {
    /// The payload of a panic is Send, so it cannot share a journal.
    struct Payload(Arc<Mutex<Vec<String>>>);

    impl Drop for Payload {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(current_name());
        }
    }

    run(|| {
        let droppers = Arc::default();
        let payload = Payload(Arc::clone(&droppers));
        let named = Builder::new().name("sub".into());
        let sub = named.spawn(move || panic_any(payload));
        let thread = sub.unwrap().thread().clone();
        thread.join().unwrap();
        assert_eq!(*droppers.lock().unwrap(), ["sub"]);
    });
}

#[test]
fn a_result_that_was_kept_and_never_joined_is_dropped_with_the_handle() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || theirs.who_drops());
        // Another handle to the thread has nothing to do with its result.
        let thread = sub.thread().clone();
        thread.join().unwrap();
        assert_eq!(journal.read(), [""; 0]);
        drop(sub);
        assert_eq!(journal.read(), ["MainThread"]);
        drop(thread);
    });
}

#[test]
fn a_result_that_was_joined_is_dropped_once_by_the_joiner() {
    run(|| {
        let drops = Counter::default();
        let theirs = drops.clone();
        let result = thread::spawn(move || theirs.on_drop()).join().unwrap();
        assert_eq!(drops.get(), 0);
        drop(result);
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn a_handle_that_outlives_the_runtime_drops_the_result() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let handle = run(move || {
        let handle = thread::spawn(move || theirs.on_drop("the result"));
        handle.thread().join().unwrap();
        handle
    });
    assert_eq!(journal.read(), [""; 0]);
    drop(handle);
    assert_eq!(journal.read(), ["the result"]);
}

#[test]
fn a_result_whose_destructor_panics_harms_nobody_but_who_drops_it() {
    run(|| {
        let bomb = || OnDrop(|| panic!("in the destructor of a result"));
        // A detached thread drops it itself, as its last act.
        let detached = thread::spawn(move || {
            thread::yield_now();
            bomb()
        });
        let thread = detached.thread().clone();
        drop(detached);
        thread.join().unwrap();
        // A handle drops it where the handle is dropped.
        let dropper = thread::spawn(move || {
            let sub = thread::spawn(bomb);
            sub.thread().join().unwrap();
            drop(sub);
        });
        assert!(dropper.join().is_err());
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn the_result_of_main_comes_out_of_run() {
    let result = run(|| Rc::new(5));
    assert_eq!(Rc::strong_count(&result), 1);
}
