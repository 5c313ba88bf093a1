//! What a report about a deadlock says of those that wait at a channel.

use std::rc::Rc;

use runtime::sync::mpsc::{
    Receiver, Sender, SyncSender, channel, named_channel, named_sync_channel, sync_channel,
};
use runtime::{Clock, Deadlock, RunError, Waiting, thread};

use super::named;
use crate::support::run;

/// Runs `main`, which must come to no end, and gives the report.
#[track_caller]
fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    match builder.run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
    }
}

#[track_caller]
fn main_of(report: &Deadlock) -> &Waiting {
    assert!(report.rings.is_empty(), "{report}");
    let main = &report.waiting[0];
    assert_eq!(main.name, "MainThread");
    main
}

/// What a report adds, because the end may be where the runtime does not see it.
const IF_IT_IS_OUTSIDE: &str = "; if it is on another OS thread, a runtime::Handle is missing";
const IF_ONE_IS_OUTSIDE: &str = "; if one is on another OS thread, a runtime::Handle is missing";
const IF_THE_RECEIVER_IS_OUTSIDE: &str =
    "; if the receiver is on another OS thread, a runtime::Handle is missing";

#[test]
fn whoever_waits_for_a_message_is_told_of_the_senders_that_are_left() {
    let made_at = line!() + 2;
    let report = deadlock(|| {
        let (sender, receiver) = channel::<()>();
        let _keep = sender;
        receiver.recv()
    });
    let main = main_of(&report);
    assert_eq!(
        main.waits_for,
        format!("waits for channel ({}:{made_at})", file!())
    );
    assert_eq!((main.at.file(), main.at.line()), (file!(), made_at + 2));
    assert_eq!(
        main.could_end,
        format!("whoever sends: 1 sender is left, nobody has sent yet{IF_IT_IS_OUTSIDE}")
    );
}

#[test]
fn whoever_waits_for_a_message_is_told_of_the_last_one_to_send() {
    let sent_at = line!() + 4;
    let report = deadlock(|| {
        let (sender, receiver) = named_channel("orders");
        let theirs = sender.clone();
        let producer = named("producer", move || theirs.send(1).unwrap());
        let _keep = [sender.clone(), sender];
        producer.join().unwrap();
        assert_eq!(receiver.recv(), Ok(1));
        receiver.recv()
    });
    let main = main_of(&report);
    assert_eq!(
        main.waits_for,
        format!("waits for channel 'orders' ({}:{})", file!(), sent_at - 2)
    );
    // Its name has ended with it.
    let who = "thread 2, which has ended,";
    let sent = format!("the last to send was {who} at {}:{sent_at}", file!());
    assert_eq!(
        main.could_end,
        format!("whoever sends: 2 senders are left, {sent}{IF_ONE_IS_OUTSIDE}")
    );
}

#[test]
fn whoever_waits_for_room_is_told_of_the_last_one_to_receive() {
    let received_at = line!() + 4;
    let report = deadlock(|| {
        let (sender, receiver) = named_sync_channel("orders", 1);
        let consumer = named("consumer", move || {
            receiver.recv().unwrap();
            consumer_stops(&receiver);
        });
        (1..=3).for_each(|order| sender.send(order).unwrap());
        consumer.join().unwrap();
    });
    let main = main_of(&report);
    assert!(
        main.waits_for
            .starts_with("waits for sync_channel 'orders' (")
    );
    let received = format!(
        "the last to receive was consumer at {}:{received_at}",
        file!()
    );
    assert_eq!(
        main.could_end,
        format!("whoever receives: {received}{IF_THE_RECEIVER_IS_OUTSIDE}")
    );
}

fn consumer_stops(_: &Receiver<i32>) {
    thread::park();
}

#[test]
fn whoever_waits_for_room_is_told_if_nobody_has_received() {
    let report = deadlock(|| {
        let (sender, receiver) = sync_channel(0);
        let _keep = receiver;
        sender.send(1)
    });
    let could_end = &main_of(&report).could_end;
    let expected = "whoever receives: nobody has received yet";
    assert_eq!(
        *could_end,
        format!("{expected}{IF_THE_RECEIVER_IS_OUTSIDE}")
    );
}

/// The runtime does not wait for the OS thread that has the sender.
#[test]
fn a_sender_outside_does_not_count_without_a_handle() {
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let report = deadlock(move || {
        let (sender, receiver) = channel::<()>();
        std::thread::spawn(move || {
            let _keep = sender;
            let _ = stopped.recv();
        });
        receiver.recv()
    });
    drop(stop);
    let could_end = &main_of(&report).could_end;
    assert!(could_end.ends_with(IF_IT_IS_OUTSIDE), "{could_end}");
}

/// The thread that waits for the message could be the one that sends it.
#[test]
fn two_that_wait_for_each_other_are_reported_and_not_refused() {
    let report = deadlock(|| {
        let (to_sub, from_main) = channel::<()>();
        let (to_main, from_sub) = channel::<()>();
        let _sub = named("sub", move || {
            from_main.recv().unwrap();
            to_main.send(()).unwrap();
        });
        from_sub.recv().unwrap();
        to_sub.send(()).unwrap();
    });
    assert_eq!(report.waiting.len(), 2);
    for waiting in &report.waiting {
        assert!(
            waiting.waits_for.starts_with("waits for channel ("),
            "{waiting}"
        );
        assert!(
            waiting
                .could_end
                .starts_with("whoever sends: 1 sender is left")
        );
    }
    main_of(&report);
}

/// In two runs there are threads of the same number.
#[test]
fn the_last_use_may_have_been_before_the_runtime() {
    let sent_at = line!() + 1;
    let send = |sender: &Sender<u32>| sender.send(1).unwrap();
    for in_a_run in [false, true] {
        let (sender, receiver) = channel();
        let sender = match in_a_run {
            false => {
                send(&sender);
                sender
            }
            true => run(move || {
                send(&sender);
                sender
            }),
        };
        let report = deadlock(move || {
            assert_eq!(receiver.recv(), Ok(1));
            let _keep = sender;
            receiver.recv()
        });
        let who = match in_a_run {
            false => "code outside of green threads",
            true => "a thread of a runtime that has ended",
        };
        let sent = format!("the last to send was {who} at {}:{sent_at}", file!());
        assert_eq!(
            main_of(&report).could_end,
            format!("whoever sends: 1 sender is left, {sent}{IF_IT_IS_OUTSIDE}")
        );
    }
}

#[test]
fn the_table_shows_who_waits_where() {
    type Ends = (Sender<()>, Receiver<()>, SyncSender<()>, Receiver<()>);

    let report = deadlock(|| {
        let (sender, receiver) = named_channel("jobs");
        let (sync_sender, sync_receiver) = named_sync_channel("results", 0);
        let ends: Rc<Ends> = Rc::new((sender, receiver, sync_sender, sync_receiver));
        let theirs = Rc::clone(&ends);
        let _sub = named("sub", move || theirs.1.recv());
        let _ = ends.2.send(());
    });
    assert!(
        report.table.contains("waits for channel 'jobs' ("),
        "{report}"
    );
    assert!(
        report.table.contains("waits for sync_channel 'results' ("),
        "{report}"
    );
}
