//! A worker reads from a channel until it is closed, and nobody closes it: the deadlock
//! that everybody has written once.
//!
//! Look at: no wait here has an owner, so no call is refused. But when nobody can run any
//! more, the runtime says who waits for what, since when, and who could end it: the main
//! thread, which has the last sender and waits for the worker.

use runtime::RunError;
use runtime::sync::mpsc;
use runtime::thread::Builder;

// ANCHOR: program
fn program() {
    let (sender, receiver) = mpsc::channel();
    let work = move || {
        for job in receiver {
            println!("does {job}");
        }
    };
    let worker = Builder::new().name("worker".into()).spawn(work).unwrap();
    for job in ["this", "that"] {
        sender.send(job).unwrap();
    }
    // Here `drop(sender)` is missing.
    worker.join().unwrap();
}
// ANCHOR_END: program

fn main() {
    env_logger::builder().format_timestamp(None).init();
    let Err(RunError::Deadlock(deadlock)) = runtime::Builder::new().run(program) else {
        panic!("somebody has closed the channel");
    };
    for thread in deadlock.waiting {
        println!("{} {}", thread.name, thread.waits_for);
        println!("  at {}, since dispatch {}", thread.at, thread.since);
        println!("  who could end it: {}", thread.could_end);
    }
}
