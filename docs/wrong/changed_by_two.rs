//! A thread has a reentrant lock twice, and wants to change what is in it.

use runtime::sync::ReentrantLock;

fn main() {
    let lock = ReentrantLock::new(vec![1, 2, 3]);
    // ANCHOR: twice
    let outer = lock.lock();
    let first = &outer[0];
    let inner = lock.lock();
    inner.clear();
    println!("{first}");
    // ANCHOR_END: twice
}
