//! Who was let on for what does not depend on who runs first: what is tested here
//! is tested under round robin, under the priority policy with those in front who
//! came last, and with a policy for which the last to be ready is the next.

use std::cell::RefCell;
use std::rc::Rc;

use runtime::policy::{Arrow, Attributes, Instant, Pid, Policy, Scheduler};
use runtime::sync::mpsc::{RecvError, SendError, Sender, TryRecvError, channel, sync_channel};
use runtime::thread::{self, Builder, JoinHandle};
use runtime::{Clock, Priority};

use super::was_killed;
use crate::support::run;

/// Last come, first served.
#[derive(Debug, Default)]
pub(crate) struct LastCome(Vec<Pid>);

impl Policy for LastCome {
    fn name(&self) -> &'static str {
        "last come"
    }
    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        self.0.push(thread);
    }
    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.0.pop()
    }
    fn remove(&mut self, thread: Pid) {
        self.0.retain(|&other| other != thread);
    }
    fn in_order(&self) -> Vec<Pid> {
        self.0.iter().rev().copied().collect()
    }
}

/// Drops a sender when the third thread becomes ready, which it must not.
#[derive(Debug)]
struct Drops {
    line: LastCome,
    before: u32,
    sender: RefCell<Option<Sender<()>>>,
}

impl Policy for Drops {
    fn name(&self) -> &'static str {
        "drops"
    }
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: Instant) {
        match self.before.checked_sub(1) {
            Some(before) => self.before = before,
            None => drop(self.sender.take()),
        }
        self.line.ready(thread, attributes, arrow, now);
    }
    fn next(&mut self, now: Instant) -> Option<Pid> {
        self.line.next(now)
    }
    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }
    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
}

/// Nobody waits, so there is nobody to let on; and if there were, the receiver would
/// not be lost by the panic.
#[test]
fn a_policy_may_drop_the_last_sender_where_nobody_waits() {
    let (sender, receiver) = channel();
    let drops: Box<dyn Policy> = Box::new(Drops {
        line: LastCome::default(),
        before: 2,
        sender: RefCell::new(Some(sender)),
    });
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    let yields = || (0..3).for_each(|_| thread::yield_now());
    builder.policy(Scheduler::from(drops)).run(yields).unwrap();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
}

/// Runs `main` under each of the policies.
#[track_caller]
fn under_each_policy(main: impl Fn() + Clone + 'static) {
    run(main.clone());
    let last_come: Box<dyn Policy> = Box::<LastCome>::default();
    for scheduler in ["priority".parse().unwrap(), Scheduler::from(last_come)] {
        let builder = runtime::Builder::new().clock(Clock::Virtual);
        builder.policy(scheduler).run(main.clone()).unwrap();
    }
}

/// Starts a thread for each of `numbers`, and waits until all of them wait. With
/// priorities the one with the greatest number runs first when all can run.
fn all_wait<T: 'static>(
    numbers: std::ops::Range<u8>,
    body: impl Fn(u8) -> T + Clone + 'static,
) -> Vec<JoinHandle<T>> {
    let start = |number: u8| {
        let (body, priority) = (body.clone(), Priority::new(10 + number).unwrap());
        let builder = Builder::new().priority(priority);
        let handle = builder.spawn(move || body(number)).unwrap();
        thread::sleep(std::time::Duration::from_millis(1));
        handle
    };
    numbers.map(start).collect()
}

fn join_all<T>(threads: Vec<JoinHandle<T>>) -> Vec<T> {
    let join = |thread: JoinHandle<T>| thread.join().unwrap();
    threads.into_iter().map(join).collect()
}

#[test]
fn whoever_was_let_on_for_a_message_gets_one_and_the_others_hear_of_the_end() {
    for messages in 0..=4 {
        under_each_policy(move || {
            let (sender, receiver) = channel();
            let receiver = Rc::new(receiver);
            let threads = all_wait(0..4, move |_| receiver.recv());
            (0..messages).for_each(|message| sender.send(message).unwrap());
            drop(sender);
            let results = join_all(threads);
            let (served, not_served) = results.split_at(messages);
            assert!(served.iter().all(Result::is_ok), "{results:?}");
            assert!(not_served.iter().all(Result::is_err), "{results:?}");
        });
    }
}

#[test]
fn what_a_killed_receiver_leaves_is_for_those_who_were_let_on_by_the_end() {
    under_each_policy(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let theirs = Rc::clone(&receiver);
        let mut threads = all_wait(0..2, move |_| theirs.recv());
        sender.send(1).unwrap();
        drop(sender);
        let has_message = threads.remove(0);
        has_message.thread().kill();
        was_killed(has_message);
        // Whoever of the two ran first, the message has not got lost.
        let other = join_all(threads).remove(0);
        let left = receiver.recv();
        assert!(matches!(
            (other, left),
            (Ok(1), Err(RecvError)) | (Err(RecvError), Ok(1))
        ));
    });
}

#[test]
fn a_killed_receiver_that_was_let_on_by_the_end_leaves_the_others_their_messages() {
    under_each_policy(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let mut threads = all_wait(0..3, move |_| receiver.recv());
        sender.send(1).unwrap();
        drop(sender);
        let killed = threads.remove(1);
        killed.thread().kill();
        assert_eq!(join_all(threads), [Ok(1), Err(RecvError)]);
        was_killed(killed);
    });
}

#[test]
fn whoever_was_let_on_to_send_has_sent_and_the_others_get_their_messages_back() {
    for bound in [0, 1, 2] {
        for receive in 0..=3 {
            under_each_policy(move || {
                let (sender, receiver) = sync_channel(bound);
                for _ in 0..bound {
                    sender.send(u8::MAX).unwrap();
                }
                let threads = all_wait(0..3, move |number| sender.send(number));
                for _ in 0..receive {
                    receiver.recv().unwrap();
                }
                drop(receiver);
                let sent = |number| match usize::from(number) < receive {
                    true => Ok(()),
                    false => Err(SendError(number)),
                };
                assert_eq!(join_all(threads), (0..3).map(sent).collect::<Vec<_>>());
            });
        }
    }
}

#[test]
fn a_bound_of_0_hands_each_message_to_one_who_waits() {
    under_each_policy(|| {
        let (sender, receiver) = sync_channel(0);
        let receiver = Rc::new(receiver);
        let theirs = Rc::clone(&receiver);
        let threads = all_wait(0..3, move |_| theirs.recv());
        assert_eq!(sender.try_send(1), Ok(()));
        assert_eq!(sender.try_send(2), Ok(()));
        drop(sender);
        assert_eq!(receiver.recv(), Err(RecvError), "both are meant for others");
        let results = join_all(threads);
        assert!(results[0].is_ok() && results[1].is_ok(), "{results:?}");
        assert_eq!(results[2], Err(RecvError));
    });
}
