//! A value that is computed once for each key, and then read by many.

use std::cell::Cell;
use std::collections::BTreeMap;

use runtime::sync::RwLock;
use runtime::thread;

type Cache = RwLock<BTreeMap<u32, u32>>;

/// What the reader begins with.
mod start {
    use super::Cache;

    // ANCHOR: start
    pub(super) fn get(cache: &Cache, key: u32, make: impl Fn(u32) -> u32) -> u32 {
        if let Some(value) = cache.read().unwrap().get(&key) {
            return *value;
        }
        let value = make(key);
        cache.write().unwrap().insert(key, value);
        value
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Cache;

    // ANCHOR: solution
    pub(super) fn get(cache: &Cache, key: u32, make: impl Fn(u32) -> u32) -> u32 {
        if let Some(value) = cache.read().unwrap().get(&key) {
            return *value;
        }
        let mut cache = cache.write().unwrap();
        *cache.entry(key).or_insert_with(|| make(key))
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(|cache, key, made| start::get(cache, key, |key| square(key, made)));
}

pub(super) fn check_solution() {
    check(|cache, key, made| solution::get(cache, key, |key| square(key, made)));
}

/// Lets others run meanwhile, and counts how often it was called.
fn square(number: u32, made: &Cell<u32>) -> u32 {
    made.set(made.get() + 1);
    thread::yield_now();
    number * number
}

/// Each key is made once, and who only reads does not wait for other readers.
fn check(get: fn(&Cache, u32, &Cell<u32>) -> u32) {
    runtime::run(move || {
        let (cache, made) = (Cache::default(), Cell::new(0));
        thread::scope(|scope| {
            for number in 0..6 {
                let (cache, made) = (&cache, &made);
                scope.spawn(move || {
                    assert_eq!(
                        get(cache, number % 2 + 3, made),
                        [9, 16][number as usize % 2]
                    )
                });
            }
        });
        assert_eq!(made.get(), 2);
        let reader = cache.read().unwrap();
        assert_eq!(get(&cache, 4, &made), 16);
        assert_eq!(reader.len(), 2);
    });
}
