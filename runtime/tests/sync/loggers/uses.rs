//! Loggers that use what they are told of.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use log::LevelFilter;
use runtime::sync::mpsc::channel;
use runtime::sync::{Mutex, MutexGuard, RwLock, Semaphore};
use runtime::thread;

use super::play::{End, Hears, play};
use super::subjects::SUBJECTS;
use super::{Told, with_logger};
use crate::common::was_killed;
use crate::support::child::in_child;
use crate::support::run;

/// Every time the logger is called it gives back what it has, and takes what is free.
#[test]
fn a_logger_may_use_what_it_is_told_of_and_nobody_finds_somebody_else_inside() {
    in_child(|| {
        for (name, make) in SUBJECTS {
            for (hears, keeps) in [
                (Hears::All, false),
                (Hears::All, true),
                (Hears::LettingGo, false),
                (Hears::LettingGo, true),
            ] {
                eprintln!("{name}, {hears:?}, {keeps}");
                let subject = Rc::new(make());
                let theirs = Rc::clone(&subject);
                let kept: Rc<RefCell<Option<Box<dyn Any>>>> = Rc::default();
                let keeping = Rc::clone(&kept);
                let busy = Cell::new(false);
                let ear = move |_: Told<'_>| {
                    // What it gives back it hears of.
                    if busy.replace(true) {
                        return;
                    }
                    let before = keeping.take();
                    drop(before);
                    let taken = (theirs.touches)();
                    if keeps {
                        *keeping.borrow_mut() = taken;
                    }
                    busy.set(false);
                };
                let outcome = with_logger(ear, || play(&subject, hears));
                assert!(outcome.all(End::Returned), "{outcome:?}");
                drop(kept.take());
                (subject.is_well)();
                assert!(play(&subject, Hears::Never).all(End::Returned));
            }
        }
    })
    .ends_with(0);
}

/// It is told when the thread waits, not before: so the guard is for that thread.
#[test]
fn a_logger_that_is_told_of_a_ring_that_may_open_may_open_it() {
    in_child(|| {
        type Place = Rc<RefCell<Option<MutexGuard<'static, ()>>>>;
        let place = Place::default();
        let theirs = Rc::clone(&place);
        let opens = move |told: Told<'_>| {
            if let Told::Of(message) = told
                && message.starts_with("this wait may never end: ")
            {
                drop(theirs.take().expect("it is locked"));
            }
        };
        with_logger(opens, || {
            run(move || {
                log::set_max_level(LevelFilter::Warn);
                let mutex: &'static Mutex<()> = Box::leak(Box::default());
                *place.borrow_mut() = mutex.lock().ok();
                // After this, nobody knows who has the guard.
                let (sender, _receiver) = channel();
                sender.send(String::from("no guard")).unwrap();
                drop(mutex.lock());
                assert!(place.take().is_none());
                assert!(mutex.try_lock().is_ok());
            });
        });
    })
    .ends_with(0);
}

/// Calls `lets_on`, and the logger, when it is told of a wake, kills `victim`.
fn killing(victim: &thread::Thread, lets_on: impl FnOnce()) {
    let victim = Cell::new(Some(victim.clone()));
    let ear = move |told: Told<'_>| {
        if let Told::Of(line) = told
            && line.contains(" wake ")
            && let Some(victim) = victim.take()
        {
            victim.kill();
        }
    };
    with_logger(ear, || {
        log::set_max_level(LevelFilter::Trace);
        // The kernel looks at the level with the next dispatch.
        thread::yield_now();
        lets_on();
    });
}

#[test]
fn what_was_meant_for_a_thread_that_the_logger_kills_goes_to_the_next() {
    in_child(|| {
        run(|| {
            static SEATS: Semaphore = Semaphore::new(0);
            let [first, next] = [(); 2].map(|()| thread::spawn(|| SEATS.acquire().forget()));
            thread::yield_now();
            killing(first.thread(), || SEATS.release());
            next.join().unwrap();
            was_killed(first);

            let last = thread::spawn(|| SEATS.acquire().forget());
            thread::yield_now();
            killing(last.thread(), || SEATS.release());
            was_killed(last);
            assert_eq!(SEATS.available_permits(), 1);

            static MUTEX: Mutex<()> = Mutex::new(());
            let guard = MUTEX.lock().unwrap();
            let locks = thread::spawn(|| drop(MUTEX.lock()));
            thread::yield_now();
            killing(locks.thread(), || drop(guard));
            was_killed(locks);
            assert!(MUTEX.try_lock().is_ok());

            static LOCK: RwLock<u32> = RwLock::new(0);
            for waits in [0, 1] {
                let guard = LOCK.write().unwrap();
                let reads = thread::spawn(|| drop(LOCK.read()));
                let writes = (0..waits)
                    .map(|_| thread::spawn(|| drop(LOCK.write())))
                    .collect::<Vec<_>>();
                thread::yield_now();
                killing(reads.thread(), || drop(guard));
                assert_eq!(LOCK.try_read().is_ok(), waits == 0);
                was_killed(reads);
                writes.into_iter().for_each(|writes| writes.join().unwrap());
                assert!(LOCK.try_write().is_ok());
            }
        });
    })
    .ends_with(0);
}
