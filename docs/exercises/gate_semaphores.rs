//! Dijkstra's bounded buffer, of semaphores.

use std::collections::VecDeque;
use std::rc::Rc;

use runtime::sync::{Mutex, Semaphore};
use runtime::thread;

trait Queue {
    fn bounded(max: usize) -> Self;
    fn put(&self, item: u32);
    fn get(&self) -> u32;
    fn len(&self) -> usize;
}

/// What the reader begins with.
mod start {
    use super::{Mutex, Queue, Semaphore, VecDeque};

    // ANCHOR: start
    pub(super) struct Bounded {
        items: Semaphore,
        store: Mutex<VecDeque<u32>>,
    }

    impl Queue for Bounded {
        fn bounded(_max: usize) -> Self {
            Bounded {
                items: Semaphore::new(0),
                store: Mutex::default(),
            }
        }

        // Waits while there are `max` items.
        fn put(&self, item: u32) {
            self.store.lock().unwrap().push_back(item);
            self.items.release();
        }

        // Waits while there is none.
        fn get(&self) -> u32 {
            self.items.acquire().forget();
            let mut store = self.store.lock().unwrap();
            store.pop_front().expect("there is one for each permit")
        }

        fn len(&self) -> usize {
            self.store.lock().unwrap().len()
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Mutex, Queue, Semaphore, VecDeque};

    // ANCHOR: solution
    pub(super) struct Bounded {
        places: Semaphore,
        items: Semaphore,
        store: Mutex<VecDeque<u32>>,
    }

    impl Queue for Bounded {
        fn bounded(max: usize) -> Self {
            Bounded {
                places: Semaphore::new(max),
                items: Semaphore::new(0),
                store: Mutex::default(),
            }
        }

        fn put(&self, item: u32) {
            self.places.acquire().forget();
            self.store.lock().unwrap().push_back(item);
            self.items.release();
        }

        fn get(&self) -> u32 {
            self.items.acquire().forget();
            let item = self.store.lock().unwrap().pop_front();
            self.places.release();
            item.expect("there is one for each permit")
        }

        fn len(&self) -> usize {
            self.store.lock().unwrap().len()
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check::<start::Bounded>();
}

pub(super) fn check_solution() {
    check::<solution::Bounded>();
}

fn check<Q: Queue + 'static>() {
    for max in 1..4 {
        let main = move || {
            let queue = Rc::new(Q::bounded(max));
            let theirs = Rc::clone(&queue);
            let producer = thread::spawn(move || (0..10).for_each(|item| theirs.put(item)));
            thread::yield_now();
            assert_eq!(queue.len(), max, "it waits when there is no more room");
            let items: Vec<_> = (0..10)
                .map(|_| {
                    let item = queue.get();
                    thread::yield_now();
                    assert!(queue.len() <= max);
                    item
                })
                .collect();
            producer.join().unwrap();
            assert_eq!(items, (0..10).collect::<Vec<_>>());
            // And the other way round: a consumer that comes first waits.
            let theirs = Rc::clone(&queue);
            let consumer = thread::spawn(move || theirs.get());
            thread::yield_now();
            queue.put(10);
            assert_eq!(consumer.join().unwrap(), 10);
        };
        runtime::run(main);
    }
}
