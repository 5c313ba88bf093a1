//! A logger may use the channel that it is told of. It is called in the middle of
//! a `send` that wakes somebody, on the loop's stack.

use std::sync::atomic::{AtomicBool, Ordering};

use runtime::sync::mpsc::{Sender, TryRecvError, channel};
use runtime::thread;

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
