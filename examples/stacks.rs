//! Where a thread's stack comes from: from the thread that has ended before it, if there
//! is one, and else from a piece of memory in which stacks lie side by side.
//!
//! Look at: the second thread's local variable, which is where the first one's was; and
//! how far apart those of two threads are that live at the same time: a stack and its
//! guard page, of 4 KiB, are in between. With `RUNTIME_STACK_SIZE=1024G` there are no
//! stacks for all of the crowd: some wait, and all of them end nevertheless.

use std::cell::Cell;
use std::ptr::from_ref;
use std::rc::Rc;

use runtime::thread;

/// More stacks than a process has addresses for, if each has 1 TiB.
const CROWD: usize = 400;

/// Where a local variable of the thread is.
fn local() -> usize {
    let local = 0;
    from_ref(&local).addr()
}

fn local_for_two_turns() -> usize {
    let address = local();
    thread::yield_now();
    address
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let [first, second] = [(); 2].map(|()| thread::spawn(local).join().unwrap());
        println!("one after the other: the same stack: {}", first == second);

        let both = [(); 2].map(|()| thread::spawn(local_for_two_turns));
        let [first, second] = both.map(|thread| thread.join().unwrap());
        let kib = first.abs_diff(second) >> 10;
        println!("at the same time: {kib} KiB apart");

        let alive = Rc::new(Cell::new((0, 0)));
        let crowd: Vec<_> = (0..CROWD)
            .map(|_| {
                let alive = Rc::clone(&alive);
                thread::spawn(move || {
                    let (now, most) = alive.get();
                    alive.set((now + 1, most.max(now + 1)));
                    thread::yield_now();
                    let (now, most) = alive.get();
                    alive.set((now - 1, most));
                })
            })
            .collect();
        let ended = crowd.into_iter().filter_map(|thread| thread.join().ok());
        let ended = ended.count();
        let (_, most) = alive.get();
        println!(
            "a crowd: {ended} have ended; all at once: {}",
            most == CROWD
        );
    });
}
