//! Models of the inbox: what `inbox.rs` promises, in every order in which
//! posters, the loop and the end of the loop can come.

use std::sync::Arc;
use std::time::Duration;

use loom::thread::{self, JoinHandle};

use super::inbox::Inbox;
use crate::explore::{ALL_ORDERS, TWO_PREEMPTIONS, assert_outcomes, note, sleeps};
use crate::os::Cell;

/// In a cell, so that loom notices if somebody can read it too early.
type Letter = Cell<&'static str>;

fn inbox_with_doors(doors: usize) -> Arc<Inbox<Letter>> {
    let inbox = Arc::new(Inbox::new());
    for _ in 0..doors {
        inbox.open_door();
        assert!(inbox.has_doors());
    }
    inbox
}

fn spawn<T: 'static>(
    inbox: &Arc<Inbox<Letter>>,
    work: impl FnOnce(&Inbox<Letter>) -> T + 'static,
) -> JoinHandle<T> {
    let inbox = Arc::clone(inbox);
    thread::spawn(move || work(&inbox))
}

fn post(inbox: &Inbox<Letter>, letter: &'static str) {
    assert!(inbox.post(Cell::new(letter)).is_ok(), "it is not closed");
}

fn read(letters: Vec<Letter>) -> Vec<&'static str> {
    letters.iter().map(Cell::get).collect()
}

/// What the loop does after each turn.
fn deliver(inbox: &Inbox<Letter>) -> Vec<&'static str> {
    match inbox.has_mail() {
        true => read(inbox.take()),
        false => Vec::new(),
    }
}

/// What the loop does when nobody is ready; nothing if nobody ever will be.
fn idle(inbox: &Inbox<Letter>) -> Option<Vec<&'static str>> {
    inbox.wait(None).then(|| {
        let letters = deliver(inbox);
        assert!(!letters.is_empty(), "the loop was woken for nothing");
        letters
    })
}

/// To be said when nobody is left who could post.
fn assert_empty(inbox: &Inbox<Letter>) {
    assert!(!inbox.has_mail(), "the loop looks for nothing, for ever");
    assert!(inbox.take().is_empty(), "the flag hides a letter, for ever");
}

/// No letter is slept through.
pub(crate) fn wake() {
    let model = || {
        let inbox = inbox_with_doors(1);
        let poster = spawn(&inbox, |inbox| post(inbox, "a"));
        assert_eq!(idle(&inbox).unwrap(), ["a"]);
        poster.join().unwrap();
        assert_empty(&inbox);
        note(format!("{} slept", sleeps()));
    };
    assert_outcomes(ALL_ORDERS, model, ["0 slept", "1 slept"]);
}

/// Letters arrive once, and those of one poster in the order of posting.
pub(crate) fn two_posters() {
    let model = || {
        let inbox = inbox_with_doors(2);
        let posters = [["a", "b"], ["x", "y"]].map(|letters| {
            spawn(&inbox, move |inbox| {
                for letter in letters {
                    post(inbox, letter);
                }
            })
        });
        let mut arrived = String::new();
        while arrived.len() < 4 {
            arrived += &idle(&inbox).unwrap().concat();
        }
        for poster in posters {
            poster.join().unwrap();
        }
        assert_empty(&inbox);
        note(arrived);
    };
    let orders = ["abxy", "axby", "axyb", "xaby", "xayb", "xyab"];
    assert_outcomes(TWO_PREEMPTIONS, model, orders);
}

/// When the loop ends, every letter is somewhere, once: with the loop, among
/// what was left, or with its poster again.
pub(crate) fn close() {
    let model = || {
        let inbox = inbox_with_doors(2);
        let posters = ["a", "b"].map(|letter| {
            spawn(&inbox, move |inbox| {
                let refused = inbox.post(Cell::new(letter)).err()?;
                Some(refused.get())
            })
        });
        let taken = deliver(&inbox);
        let left = read(inbox.close());
        let returned = posters.map(|poster| poster.join().unwrap());

        let returned: Vec<_> = returned.into_iter().flatten().collect();
        let mut all = [taken.clone(), left.clone(), returned.clone()].concat();
        all.sort();
        assert_eq!(all, ["a", "b"], "lost or doubled");
        assert_empty(&inbox);
        let [taken, left, returned] = [taken, left, returned].map(|letters| letters.len());
        note(format!("{taken} taken, {left} left, {returned} returned"));
    };
    let all = [
        "0 taken, 0 left, 2 returned",
        "0 taken, 1 left, 1 returned",
        "0 taken, 2 left, 0 returned",
        "1 taken, 0 left, 1 returned",
        "1 taken, 1 left, 0 returned",
        "2 taken, 0 left, 0 returned",
    ];
    assert_outcomes(ALL_ORDERS, model, all);
}

/// The loop stops waiting when the last door is closed, and not before: what
/// was posted through it comes first.
pub(crate) fn last_door() {
    let model = || {
        let inbox = inbox_with_doors(2);
        let silent = spawn(&inbox, |inbox| inbox.close_door());
        let poster = spawn(&inbox, |inbox| {
            post(inbox, "a");
            inbox.close_door();
        });
        assert_eq!(idle(&inbox).expect("a letter was posted"), ["a"]);
        assert!(idle(&inbox).is_none());
        silent.join().unwrap();
        poster.join().unwrap();
        assert_empty(&inbox);
        note(format!("{} slept", sleeps()));
    };
    assert_outcomes(
        TWO_PREEMPTIONS,
        model,
        ["0 slept", "1 slept", "2 slept", "3 slept"],
    );
}

/// The flag may hide a letter for a turn, but not for ever.
pub(crate) fn overlook() {
    let model = || {
        let inbox = inbox_with_doors(1);
        let poster = spawn(&inbox, |inbox| {
            post(inbox, "a");
            post(inbox, "b");
        });
        let in_time = deliver(&inbox).len();
        poster.join().unwrap();
        let later = deliver(&inbox).len();
        assert_empty(&inbox);
        note(format!("{in_time} in time, {later} later"));
    };
    let all = [
        "0 in time, 2 later",
        "1 in time, 1 later",
        "2 in time, 0 later",
    ];
    assert_outcomes(ALL_ORDERS, model, all);
}

/// A letter ends the wait for a deadline.
pub(crate) fn wait_timeout() {
    let model = || {
        let inbox = inbox_with_doors(1);
        let poster = spawn(&inbox, |inbox| post(inbox, "a"));
        assert!(inbox.wait(Some(Duration::MAX)));
        let came = match deliver(&inbox).len() {
            0 => "timed out",
            _ => "came in time",
        };
        poster.join().unwrap();
        note(format!("{} slept, {came}", sleeps()));
    };
    let all = [
        "0 slept, came in time",
        "1 slept, came in time",
        "1 slept, timed out",
    ];
    assert_outcomes(ALL_ORDERS, model, all);
}
