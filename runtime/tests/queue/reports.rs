//! What the report about a deadlock says of queues.

use runtime::queue::{PriorityQueue, Queue};

use crate::steps::{deadlock, let_others_run, named, who_could_end};

static EMPTY: PriorityQueue<u32> = PriorityQueue::named("patients");
static FULL: Queue<u32> = Queue::named_bounded("jobs", 1);

#[test]
fn a_deadlock_report_says_who_put_got_and_was_done_last() {
    let report = deadlock(|| {
        named("gets", || EMPTY.get());
        named("puts", || {
            FULL.put(1).unwrap();
            FULL.put(2)
        });
        named("joins", || FULL.join());
        let_others_run();
        runtime::thread::park();
    });
    let waits_for = |name: &str| {
        let found = report.waiting.iter().find(|wait| wait.name == name);
        let words = &found.unwrap().waits_for;
        words.split(" (").next().unwrap().to_owned()
    };
    assert_eq!(waits_for("gets"), "waits for PriorityQueue 'patients'");
    assert_eq!(waits_for("puts"), "waits for Queue 'jobs'");
    assert_eq!(waits_for("joins"), "waits for Queue 'jobs'");
    assert_eq!(
        who_could_end(&report, "gets"),
        "whoever puts: nobody has put anything yet"
    );
    assert_eq!(
        who_could_end(&report, "puts"),
        "whoever gets: nobody has got anything yet"
    );
    assert_eq!(
        who_could_end(&report, "joins"),
        "whoever calls task_done: 1 item is not done, nobody has called it yet"
    );
    assert!(report.rings.is_empty());
}

#[test]
fn it_says_in_which_line_of_the_program_that_was() {
    static JOBS: Queue<u32> = Queue::bounded(1);
    const PUT: u32 = line!() + 4;
    let report = deadlock(|| {
        let user = named("user", || {
            let job = || JOBS.get().unwrap();
            JOBS.put(1).unwrap();
            job();
            JOBS.task_done().unwrap();
            JOBS.put(2).unwrap();
            runtime::thread::park();
        });
        named("puts", || JOBS.put(3));
        named("joins", || JOBS.join());
        user.join().unwrap();
    });
    let file = file!();
    assert_eq!(
        who_could_end(&report, "puts"),
        format!(
            "whoever gets: the last to get was user at {file}:{}",
            PUT - 1
        )
    );
    assert_eq!(
        who_could_end(&report, "joins"),
        format!(
            "whoever calls task_done: 1 item is not done, the last to call it was user at {file}:{}",
            PUT + 2
        )
    );
    let report = deadlock(|| {
        assert_eq!(JOBS.shutdown_now(), [2]);
        let empty: &'static _ = Box::leak(Box::new(Queue::new()));
        let user = named("user", || {
            empty.put(1).unwrap();
            runtime::thread::park();
        });
        named("gets", || (empty.get(), empty.get()));
        user.join().unwrap();
    });
    assert!(
        who_could_end(&report, "gets").starts_with("whoever puts: the last to put was user at")
    );
}
