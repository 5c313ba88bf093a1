//! The bounded buffer of the textbooks: one lock and two conditions.

use std::collections::VecDeque;
use std::time::Duration;

use super::sync::{Arc, Condvar, Mutex};
use super::thread;

struct Buffer {
    items: Mutex<VecDeque<u32>>,
    not_empty: Condvar,
    not_full: Condvar,
}

impl Buffer {
    fn put(&self, item: u32) {
        let mut items = self.items.lock().unwrap();
        while items.len() == 3 {
            items = self.not_full.wait(items).unwrap();
        }
        items.push_back(item);
        self.not_empty.notify_one();
    }

    fn take(&self) -> Option<u32> {
        let items = self.items.lock().unwrap();
        let a_second = Duration::from_secs(1);
        let (mut items, wait) = self
            .not_empty
            .wait_timeout_while(items, a_second, |items| items.is_empty())
            .unwrap();
        assert!(!wait.timed_out());
        self.not_full.notify_one();
        items.pop_front()
    }
}

pub(crate) fn run() -> u32 {
    let buffer = Arc::new(Buffer {
        items: Mutex::default(),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
    });
    let producers: Vec<_> = (0..3)
        .map(|_| {
            let buffer = Arc::clone(&buffer);
            thread::spawn(move || (1..=40).for_each(|item| buffer.put(item)))
        })
        .collect();
    let sum = (0..120).map(|_| buffer.take().unwrap()).sum();
    for producer in producers {
        producer.join().unwrap();
    }
    sum
}
