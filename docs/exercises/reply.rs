//! To ask another thread something, and to get the answer.

use runtime::sync::mpsc::{Receiver, Sender, channel};
use runtime::thread;

/// A number to be squared, and where the answer goes.
type Question = (u32, Sender<u32>);

/// What the reader begins with.
mod start {
    use super::{Question, Sender, channel};

    /// The answer; `None` if the server will give none.
    // ANCHOR: start
    pub(super) fn ask(server: &Sender<Question>, number: u32) -> Option<u32> {
        let (sender, answer) = channel();
        server.send((number, sender.clone())).unwrap();
        answer.recv().ok()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Question, Sender, channel};

    /// The answer; `None` if the server will give none.
    // ANCHOR: solution
    pub(super) fn ask(server: &Sender<Question>, number: u32) -> Option<u32> {
        let (sender, answer) = channel();
        server.send((number, sender)).ok()?;
        answer.recv().ok()
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::ask);
}

pub(super) fn check_solution() {
    check(solution::ask);
}

/// Answers as long as it is asked for less than ten. A number that is no pleasure to
/// it is dropped without an answer.
fn serve(questions: Receiver<Question>) {
    for (number, answer) in questions {
        match number {
            13 => {}
            0..10 => answer.send(number * number).unwrap(),
            _ => break,
        }
    }
}

fn check(ask: fn(&Sender<Question>, u32) -> Option<u32>) {
    runtime::run(move || {
        let (server, questions) = channel();
        let thread = thread::spawn(|| serve(questions));
        assert_eq!(ask(&server, 7), Some(49));
        assert_eq!(ask(&server, 13), None, "it answers no 13");
        assert_eq!(ask(&server, 9), Some(81));
        assert_eq!(ask(&server, 10), None, "it ends");
        assert_eq!(ask(&server, 1), None, "it has ended");
        thread.join().unwrap();
    });
}
