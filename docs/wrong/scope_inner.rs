//! A scoped thread borrows what is made in the scope.

use runtime::thread;

fn main() {
    runtime::run(|| {
        // ANCHOR: inner
        thread::scope(|scope| {
            let inner = String::from("made in the scope");
            scope.spawn(|| println!("{inner}"));
        });
        // ANCHOR_END: inner
    });
}
