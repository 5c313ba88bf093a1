//! What is computed once and read by all: in statics and in thread-locals.

use std::cell::Cell;

use super::sync::{LazyLock, Once, OnceLock, RwLock};
use super::thread;

static SQUARES: LazyLock<Vec<u32>> = LazyLock::new(|| (0..10).map(|n| n * n).collect());
static NAME: OnceLock<String> = OnceLock::new();
static START: Once = Once::new();
static TABLE: RwLock<Vec<u32>> = RwLock::new(Vec::new());

pub(crate) fn run() -> (u32, String, Vec<u32>, bool) {
    let threads: Vec<_> = (0..5usize)
        .map(|number| {
            thread::spawn(move || {
                START.call_once(|| TABLE.write().unwrap().push(7));
                let name = NAME.get_or_init(|| "the first one says it".to_owned());
                assert!(START.is_completed());
                let cell = Cell::new(SQUARES[number]);
                (cell.take(), name.len(), TABLE.read().unwrap().len())
            })
        })
        .collect();
    let results: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(results.iter().all(|&(_, length, entries)| length == 21 && entries == 1));
    let table = TABLE.read().unwrap().clone();
    let sum = results.iter().map(|&(square, ..)| square).sum();
    (sum, NAME.get().unwrap().clone(), table, NAME.set(String::new()).is_err())
}
