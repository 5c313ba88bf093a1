//! A worker that keeps the lock while it works.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use runtime::Clock;
use runtime::sync::Mutex;
use runtime::thread;
use runtime::time::Instant;

type Task = Box<dyn FnOnce()>;
type Desk = Rc<Mutex<VecDeque<Task>>>;

/// What the reader begins with.
mod start {
    use super::Desk;

    // ANCHOR: start
    // Takes tasks and does them, until there are none.
    pub(super) fn work(desk: &Desk) {
        while let Some(task) = desk.lock().unwrap().pop_front() {
            task();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Desk;

    // ANCHOR: solution
    pub(super) fn work(desk: &Desk) {
        loop {
            let next = desk.lock().unwrap().pop_front();
            match next {
                Some(task) => task(),
                None => return,
            }
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::work);
}

pub(super) fn check_solution() {
    check(solution::work);
}

/// Two workers take half as long as one.
fn check(work: fn(&Desk)) {
    for (workers, seconds) in [(1, 6), (2, 3), (3, 2)] {
        let main = move || {
            let desk = Desk::default();
            let nap = || thread::sleep(Duration::from_secs(1));
            for _ in 0..6 {
                desk.lock().unwrap().push_back(Box::new(nap));
            }
            let begin = Instant::now();
            let work = || {
                let desk = Rc::clone(&desk);
                thread::spawn(move || work(&desk))
            };
            let workers: Vec<_> = (0..workers).map(|_| work()).collect();
            for worker in workers {
                worker.join().expect("it does not panic");
            }
            assert_eq!(begin.elapsed().as_secs(), seconds);
        };
        let run = runtime::Builder::new().clock(Clock::Virtual).run(main);
        run.expect("nobody is stuck");
    }
}
