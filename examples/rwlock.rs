//! A lock for many readers or one writer.
//!
//! Look at: the first two readers read at the same time. The writer comes while
//! they do, and the third reader after it: that one waits behind the writer,
//! though it could read along, so that readers who keep coming cannot keep a
//! writer out for ever. When the writer lets go, all readers that wait get in.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::RwLock;
use runtime::thread::{self, Builder, JoinHandle};
use runtime::time::Instant;

type Board = Rc<RwLock<&'static str>>;

fn say(begin: Instant, what: &str) {
    let at = begin.elapsed().as_millis();
    println!("{at:>3} ms  {} : {what}", thread::current());
}

fn read(board: Board, begin: Instant) {
    let text = board.read().unwrap();
    say(begin, &format!("reads '{}'", *text));
    thread::sleep(Duration::from_millis(20));
}

fn write(board: Board, begin: Instant) {
    let mut text = board.write().unwrap();
    say(begin, "writes");
    thread::sleep(Duration::from_millis(20));
    *text = "new";
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let begin = Instant::now();
        let board: Board = Rc::new(RwLock::named("board", "old"));
        let come = |name: &str, what: fn(Board, Instant)| -> JoinHandle<()> {
            let builder = Builder::new().name(name.into());
            let thread = builder
                .create_with(what, (Rc::clone(&board), begin))
                .unwrap();
            thread.start().unwrap();
            thread::sleep(Duration::from_millis(5));
            thread
        };
        let threads = [
            come("reader 1", read),
            come("reader 2", read),
            come("writer", write),
            come("reader 3", read),
            come("reader 4", read),
        ];
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
