//! A logger may use the channel that it is told of, and may panic. It is called in the middle of
//! a `send` that wakes somebody, on the loop's stack.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use runtime::Clock;
use runtime::policy::{Policy, Scheduler};
use runtime::sync::mpsc::{RecvError, Sender, TryRecvError, channel};
use runtime::thread;

use super::policies::LastCome;
use crate::support::child::in_child;
use crate::support::run;

/// Sends a message when it is asked for the first time what it will log, and
/// one for each line.
struct Logger {
    sender: Sender<&'static str>,
    asked: AtomicBool,
}

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        if !self.asked.swap(true, Ordering::Relaxed) {
            self.sender.send("asked").unwrap();
        }
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.args().to_string().contains("let on by channel") {
            self.sender.send("told").unwrap();
        }
    }

    fn flush(&self) {}
}

#[test]
fn a_logger_may_send_to_whoever_is_just_being_woken() {
    let child = in_child(|| {
        run(|| {
            let (sender, receiver) = channel();
            let logger = Logger {
                sender: sender.clone(),
                asked: AtomicBool::new(false),
            };
            log::set_logger(Box::leak(Box::new(logger))).unwrap();
            let receives = thread::spawn(move || {
                let received: Vec<_> = receiver.iter().take(4).collect();
                assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
                received
            });
            thread::yield_now();
            log::set_max_level(log::LevelFilter::Trace);
            sender.send("sent").unwrap();
            thread::yield_now();
            sender.send("sent again").unwrap();
            log::set_max_level(log::LevelFilter::Off);
            let received = receives.join().unwrap();
            assert_eq!(received, ["sent", "asked", "sent again", "told"]);
        });
    });
    child.ends_with(0);
}

/// Panics when it is told that somebody was let on.
struct Panics;

impl log::Log for Panics {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.args().to_string().contains("let on by channel") {
            panic_any("no more space for the log");
        }
    }

    fn flush(&self) {}
}

/// Both are woken, and know why, whichever of them runs first.
#[test]
fn when_a_logger_panics_the_one_has_the_message_and_the_other_hears_of_the_end() {
    let child = in_child(|| {
        log::set_logger(&Panics).unwrap();
        let main = || {
            let (sender, receiver) = channel();
            let receiver = Rc::new(receiver);
            let threads = [(), ()].map(|()| {
                let receiver = Rc::clone(&receiver);
                let thread = thread::spawn(move || receiver.recv());
                thread::sleep(Duration::from_millis(1));
                thread
            });
            log::set_max_level(log::LevelFilter::Trace);
            // The kernel looks at the level with the next dispatch.
            thread::yield_now();
            let panics = [
                catch_unwind(AssertUnwindSafe(|| sender.send(1).unwrap())),
                catch_unwind(AssertUnwindSafe(|| drop(sender))),
            ];
            log::set_max_level(log::LevelFilter::Off);
            for payload in panics.map(Result::unwrap_err) {
                let why = payload.downcast_ref();
                assert_eq!(why, Some(&"no more space for the log"));
            }
            let results = threads.map(|thread| thread.join().unwrap());
            assert_eq!(results, [Ok(1), Err(RecvError)]);
        };
        run(main);
        let last_come: Box<dyn Policy> = Box::<LastCome>::default();
        let builder = runtime::Builder::new().clock(Clock::Virtual);
        builder
            .policy(Scheduler::from(last_come))
            .run(main)
            .unwrap();
    });
    child.ends_with(0);
}
