//! In what order items come, who gets them, and how long that takes.

use std::cmp::Reverse;
use std::rc::Rc;
use std::time::Duration;

use runtime::queue::{Buffer, GetError, LifoQueue, PriorityQueue, PutError, Queue, Store};
use runtime::thread::{self, JoinHandle};
use runtime::time::Instant;

use crate::steps::{SECOND, let_others_run, named, state_of};
use crate::support::{Journal, run};

/// What a dispatch takes in virtual time.
const MICROSECOND: Duration = Duration::from_micros(1);

/// A thread that gets one item, and says who has got what.
fn gets<S>(name: &str, queue: &Rc<Buffer<S>>, journal: &Journal) -> JoinHandle<()>
where
    S: Store<Item = u32> + 'static,
{
    let (queue, journal) = (Rc::clone(queue), journal.clone());
    named(name, move || {
        let item = queue.get().unwrap();
        journal.write(format!("{} {item}", thread::current()));
    })
}

/// A thread that puts that item.
fn puts(item: u32, queue: &Rc<Queue<u32>>) -> JoinHandle<()> {
    let queue = Rc::clone(queue);
    named(&format!("puts{item}"), move || queue.put(item).unwrap())
}

/// Puts all of these, and gets as many.
fn through<S: Store>(queue: Buffer<S>, items: impl IntoIterator<Item = S::Item>) -> Vec<S::Item> {
    for item in items {
        queue.try_put(item).unwrap();
    }
    std::iter::from_fn(|| queue.try_get().ok()).collect()
}

#[test]
fn items_come_first_or_last_or_lowest_first() {
    let items = [3, 1, 4, 1, 5];
    assert_eq!(through(Queue::new(), items), items);
    assert_eq!(through(LifoQueue::new(), items), [5, 1, 4, 1, 3]);
    assert_eq!(through(PriorityQueue::new(), items), [1, 1, 3, 4, 5]);
    let highest = through(PriorityQueue::new(), items.map(Reverse));
    assert_eq!(highest, [5, 4, 3, 1, 1].map(Reverse));
}

#[test]
fn of_equal_items_the_first_that_was_put_comes_first() {
    /// Only the number counts.
    #[derive(Debug)]
    struct Patient(u32, &'static str);
    impl Ord for Patient {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Patient {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Patient {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Patient {}

    let patients = [(2, "a"), (1, "b"), (2, "c"), (1, "d"), (2, "e")];
    let seen = through(
        PriorityQueue::new(),
        patients.map(|(number, name)| Patient(number, name)),
    );
    let names: Vec<_> = seen.iter().map(|patient| patient.1).collect();
    assert_eq!(names, ["b", "d", "a", "c", "e"]);
}

#[test]
fn nobody_gives_up_the_cpu_who_need_not_wait() {
    run(|| {
        let queue = Queue::bounded(2);
        let other = thread::spawn(|| ());
        let begin = Instant::now();
        queue.put(1).unwrap();
        queue.put_timeout(2, SECOND).unwrap();
        assert!(queue.is_full());
        assert_eq!(queue.try_put(3), Err(PutError::Full(3)));
        assert_eq!((queue.get(), queue.get_timeout(SECOND)), (Ok(1), Ok(2)));
        assert!(queue.is_empty());
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        assert_eq!(begin.elapsed(), Duration::ZERO);
        assert!(other.is_alive());
    });
}

#[test]
fn those_that_wait_get_items_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let queue = Rc::new(Queue::new());
        for name in ["a", "b", "c"] {
            gets(name, &queue, &journal);
        }
        let_others_run();
        for item in 1..=3 {
            queue.put(item).unwrap();
        }
        let_others_run();
        assert_eq!(journal.read(), ["a 1", "b 2", "c 3"]);
    });
}

#[test]
fn an_item_for_somebody_who_waits_is_not_for_those_who_come_later() {
    run(|| {
        let journal = Journal::default();
        let queue = Rc::new(Queue::new());
        gets("waits", &queue, &journal);
        let_others_run();
        queue.put(1).unwrap();
        assert_eq!(queue.len(), 1);
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        let late = gets("late", &queue, &journal);
        assert_eq!(queue.get_timeout(Duration::ZERO), Err(GetError::Empty));
        assert_eq!(journal.read(), ["waits 1"]);
        queue.put(2).unwrap();
        late.join().unwrap();
        assert_eq!(journal.read(), ["late 2"]);
    });
}

#[test]
fn who_was_handed_an_item_takes_the_one_that_is_next_when_it_runs() {
    run(|| {
        let journal = Journal::default();
        let queue = Rc::new(PriorityQueue::new());
        gets("waits", &queue, &journal);
        let_others_run();
        queue.put(2).unwrap();
        queue.put(1).unwrap();
        let_others_run();
        assert_eq!(journal.read(), ["waits 1"]);
        assert_eq!(queue.try_get(), Ok(2));
    });
}

#[test]
fn those_that_wait_for_room_put_in_the_order_in_which_they_came() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        queue.put(0).unwrap();
        for item in 1..=3 {
            puts(item, &queue);
        }
        let_others_run();
        assert_eq!([(); 4].map(|()| queue.get().unwrap()), [0, 1, 2, 3]);
    });
}

#[test]
fn a_place_for_somebody_who_waits_is_not_for_those_who_come_later() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        queue.put(0).unwrap();
        puts(1, &queue);
        let_others_run();
        assert_eq!(queue.get(), Ok(0));
        assert_eq!(queue.try_put(2), Err(PutError::Full(2)));
        assert_eq!(
            queue.put_timeout(3, Duration::ZERO),
            Err(PutError::Full(3)),
            "the one who waits was next"
        );
        assert_eq!(queue.get(), Ok(1));
    });
}

#[test]
fn there_are_never_more_items_than_room() {
    run(|| {
        let journal = Journal::default();
        let queue = Rc::new(Queue::bounded(1));
        gets("waits", &queue, &journal);
        let_others_run();
        queue.put(1).unwrap();
        assert!(queue.is_full(), "it has its place until it is taken out");
        assert_eq!(queue.try_put(2), Err(PutError::Full(2)));
        let_others_run();
        assert_eq!(queue.try_put(2), Ok(()));
    });
}

#[test]
fn a_timeout_lasts_as_long_as_it_should_and_ends_with_the_item() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        let begin = Instant::now();
        assert_eq!(queue.get_timeout(SECOND), Err(GetError::Empty));
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);
        let begin = Instant::now();
        assert_eq!(queue.get_timeout(Duration::ZERO), Err(GetError::Empty));
        assert_eq!(begin.elapsed(), MICROSECOND);

        queue.put(0).unwrap();
        let begin = Instant::now();
        assert_eq!(queue.put_timeout(1, SECOND), Err(PutError::Full(1)));
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);
        let patient = Rc::clone(&queue);
        let patient = thread::spawn(move || patient.put_timeout(2, Duration::MAX));
        thread::sleep(1_000_000 * SECOND);
        assert_eq!(queue.get(), Ok(0));
        patient.join().unwrap().unwrap();

        assert_eq!(queue.get(), Ok(2));
        let patient = Rc::clone(&queue);
        let patient = thread::spawn(move || patient.get_timeout(Duration::MAX));
        thread::sleep(1_000_000 * SECOND);
        queue.put(3).unwrap();
        assert_eq!(patient.join().unwrap(), Ok(3));
    });
}

#[test]
fn whose_time_is_up_is_handed_nothing_and_loses_nothing() {
    run(|| {
        let queue = Rc::new(Queue::new());
        let [hasty, patient] = [("hasty", SECOND), ("patient", Duration::MAX)];
        let [hasty, patient] = [hasty, patient].map(|(name, timeout)| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get_timeout(timeout))
        });
        thread::sleep(SECOND - MICROSECOND);
        while state_of("hasty") == "Waiting" {
            thread::yield_now();
        }
        assert_eq!(state_of("hasty"), "Ready", "it has not run since");
        queue.put(1).unwrap();
        assert_eq!(hasty.join().unwrap(), Err(GetError::Empty));
        assert_eq!(patient.join().unwrap(), Ok(1));
    });
}
