//! Comparisons and destructors that panic, give up the CPU, or come back to the
//! queue; and a store of the program's own that fails.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use runtime::error::Refused;
use runtime::queue::{Buffer, GetError, PriorityQueue, Queue, ShutDown, Store};
use runtime::thread;

use crate::steps::{let_others_run, named, refused, was_killed};
use crate::support::{Counter, OnDrop, run};

/// A number, with something to do whenever it is compared.
struct Odd {
    number: u32,
    meanwhile: Rc<dyn Fn()>,
    _counts: OnDrop<Box<dyn FnMut()>>,
}

impl Odd {
    fn new(number: u32, drops: &Counter, meanwhile: impl Fn() + 'static) -> Self {
        let drops = drops.clone();
        Odd {
            number,
            meanwhile: Rc::new(meanwhile),
            _counts: OnDrop(Box::new(move || drops.add())),
        }
    }
}

impl Ord for Odd {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.meanwhile)();
        self.number.cmp(&other.number)
    }
}

impl PartialOrd for Odd {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Odd {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Odd {}

fn panics() -> ! {
    resume_unwind(Box::new("a panic that the test wants"))
}

/// Nothing is lost, or stays behind: as many come out as are in, in order.
#[track_caller]
fn has_exactly<const N: usize>(queue: &PriorityQueue<Odd>, numbers: [u32; N]) {
    assert_eq!(queue.len(), N);
    assert_eq!(
        numbers.map(|_| queue.try_get().map(|odd| odd.number)),
        numbers.map(Ok)
    );
    assert!(queue.is_empty());
    for _ in &numbers {
        queue.task_done().unwrap();
    }
    queue.task_done().unwrap_err();
}

#[test]
fn a_comparison_that_panics_costs_its_own_item_and_nothing_else() {
    run(|| {
        let queue = PriorityQueue::bounded(3);
        let drops = Counter::default();
        queue.put(Odd::new(3, &drops, || ())).unwrap();
        queue.put(Odd::new(1, &drops, || ())).unwrap();
        for _ in 0..5 {
            let bad = Odd::new(2, &drops, || panics());
            catch_unwind(AssertUnwindSafe(|| queue.put(bad))).unwrap_err();
        }
        assert_eq!(drops.get(), 5);
        queue.try_put(Odd::new(2, &drops, || ())).unwrap();
        has_exactly(&queue, [1, 2, 3]);
    });
}

#[test]
fn a_place_that_a_comparison_could_not_use_goes_to_the_next() {
    run(|| {
        let queue = Rc::new(PriorityQueue::bounded(2));
        let drops = Counter::default();
        queue.put(Odd::new(1, &drops, || ())).unwrap();
        queue.put(Odd::new(5, &drops, || ())).unwrap();
        let good = Odd::new(3, &drops, || ());
        let [bad, good] = [Odd::new(2, &drops, || panics()), good].map(|odd| {
            let queue = Rc::clone(&queue);
            named("puts", move || queue.put(odd))
        });
        let_others_run();
        assert_eq!(queue.get().unwrap().number, 1);
        queue.task_done().unwrap();
        bad.join().unwrap_err();
        good.join().unwrap().unwrap();
        has_exactly(&queue, [3, 5]);
    });
}

#[test]
fn a_comparison_that_makes_no_sense_loses_no_item() {
    let flips = Rc::new(Cell::new(false));
    /// Now less, now more.
    struct Mad(Rc<Cell<bool>>);
    impl Ord for Mad {
        fn cmp(&self, _: &Self) -> Ordering {
            self.0.set(!self.0.get());
            match self.0.get() {
                true => Ordering::Less,
                false => Ordering::Greater,
            }
        }
    }
    impl PartialOrd for Mad {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Mad {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    impl Eq for Mad {}
    let queue = PriorityQueue::new();
    for _ in 0..100 {
        queue.put(Mad(Rc::clone(&flips))).unwrap();
    }
    let got = std::iter::from_fn(|| queue.try_get().ok()).count();
    assert_eq!(got, 100);
}

#[test]
fn a_comparison_that_uses_its_queue_is_refused_and_may_look() {
    run(|| {
        let queue = Rc::new(PriorityQueue::new());
        let (drops, done) = (Counter::default(), Counter::default());
        let (theirs, counts, others) = (Rc::downgrade(&queue), done.clone(), drops.clone());
        let comes_back = move || {
            let queue = theirs.upgrade().unwrap();
            assert_eq!(queue.len(), 1);
            for error in [
                refused(|| queue.get()),
                refused(|| queue.put(Odd::new(9, &others, || ()))),
                refused(|| queue.shutdown()),
            ] {
                assert!(matches!(error.why, Refused::Ring(_)), "{error}");
            }
            counts.add();
        };
        queue.put(Odd::new(1, &drops, || ())).unwrap();
        queue.put(Odd::new(2, &drops, comes_back)).unwrap();
        assert_eq!(done.get(), 1);
        has_exactly(&queue, [1, 2]);
    });
}

#[test]
fn while_a_comparison_has_given_up_the_cpu_the_others_wait() {
    run(|| {
        let queue = Rc::new(PriorityQueue::new());
        let drops = Counter::default();
        queue.put(Odd::new(2, &drops, || ())).unwrap();
        let odd = Odd::new(1, &drops, thread::park);
        let theirs = Rc::clone(&queue);
        let puts = named("puts", move || theirs.put(odd));
        let_others_run();

        let theirs = Rc::clone(&queue);
        let killed = named("killed", move || theirs.get());
        let theirs = Rc::clone(&queue);
        let gets = named("gets", move || theirs.get().unwrap().number);
        let theirs = Rc::clone(&queue);
        let shuts = named("shuts", move || theirs.shutdown());
        let_others_run();
        assert!(killed.is_alive() && gets.is_alive() && shuts.is_alive());
        killed.thread().kill();
        was_killed(killed);
        puts.thread().unpark();
        puts.join().unwrap().unwrap();
        shuts.join().unwrap();
        assert_eq!(gets.join().unwrap(), 1);
        assert_eq!(queue.get().unwrap().number, 2);
        assert!(queue.get().is_err());
    });
}

#[test]
fn who_waited_behind_a_shutdown_for_its_turn_to_put_comes_too_late() {
    run(|| {
        let queue = Rc::new(PriorityQueue::new());
        let drops = Counter::default();
        queue.put(Odd::new(2, &drops, || ())).unwrap();
        let odd = Odd::new(1, &drops, thread::park);
        let theirs = Rc::clone(&queue);
        let puts = named("puts", move || theirs.put(odd));
        let_others_run();
        let theirs = Rc::clone(&queue);
        named("shuts", move || theirs.shutdown());
        let_others_run();
        let (theirs, odd) = (Rc::clone(&queue), Odd::new(3, &drops, || ()));
        let late = named("late", move || {
            theirs.put(odd).map_err(|error| error.0.number)
        });
        let_others_run();
        puts.thread().unpark();
        puts.join().unwrap().unwrap();
        assert_eq!(late.join().unwrap(), Err(3));
        has_exactly(&queue, [1, 2]);
    });
}

#[test]
fn a_thread_that_is_killed_in_a_comparison_has_not_put_its_item() {
    run(|| {
        let queue = Rc::new(PriorityQueue::bounded(2));
        let drops = Counter::default();
        queue.put(Odd::new(2, &drops, || ())).unwrap();
        let odd = Odd::new(1, &drops, thread::park);
        let theirs = Rc::clone(&queue);
        let puts = named("puts", move || theirs.put(odd));
        let_others_run();
        puts.thread().kill();
        was_killed(puts);
        assert_eq!(drops.get(), 1);
        queue.try_put(Odd::new(3, &drops, || ())).unwrap();
        has_exactly(&queue, [2, 3]);
    });
}

#[test]
fn a_destructor_of_an_item_may_use_the_queue() {
    run(|| {
        type Item = OnDrop<Box<dyn FnMut()>>;
        let queue: Rc<Queue<Item>> = Rc::new(Queue::bounded(1));
        let theirs = Rc::downgrade(&queue);
        queue
            .put(OnDrop(Box::new(move || {
                let queue = theirs.upgrade().unwrap();
                assert!(queue.is_empty());
                queue.put(OnDrop(Box::new(|| ()))).unwrap();
            })))
            .unwrap();
        drop(queue.get().unwrap());
        assert_eq!(queue.len(), 1);
        let theirs = Rc::downgrade(&queue);
        let bad: Item = OnDrop(Box::new(move || -> () {
            assert!(theirs.upgrade().unwrap().try_get().is_ok());
            panics()
        }));
        catch_unwind(AssertUnwindSafe(|| drop(queue.try_put(bad)))).unwrap_err();
        assert!(queue.is_empty());
        drop(queue.put(OnDrop(Box::new(|| ()))));
        assert_eq!(queue.shutdown_now().len(), 1);
    });
}

#[test]
fn what_is_left_is_dropped_with_the_queue() {
    let drops = Counter::default();
    let queue = Queue::new();
    for _ in 0..3 {
        queue.put(drops.on_drop()).map_err(|_| ()).unwrap();
    }
    drop(queue.get());
    assert_eq!(drops.get(), 1);
    drop(queue);
    assert_eq!(drops.get(), 3);
}

std::thread_local! {
    static FAILS: RefCell<bool> = const { RefCell::new(false) };
}

/// In no order, and it fails now and then.
struct Failing(Vec<u32>);

impl Store for Failing {
    type Item = u32;
    const NAME: &'static str = "FailingQueue";
    const EMPTY: Self = Failing(Vec::new());

    fn push(&mut self, item: u32) {
        self.0.push(item);
    }

    fn pop(&mut self) -> Option<u32> {
        match FAILS.take() {
            true => panics(),
            false => self.0.pop(),
        }
    }
}

#[test]
fn an_item_that_a_store_failed_to_give_is_for_the_next() {
    run(|| {
        let queue = Rc::new(Buffer::<Failing>::bounded(1));
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get())
        });
        let_others_run();
        FAILS.replace(true);
        queue.put(1).unwrap();
        first.join().unwrap_err();
        assert_eq!(second.join().unwrap(), Ok(1));
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        queue.put(2).unwrap();
        queue.shutdown();
        assert_eq!((queue.get(), queue.get()), (Ok(2), Err(ShutDown(()))));
    });
}
