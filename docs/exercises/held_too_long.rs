//! For how long a guard without a name lives.

use std::cell::RefCell;

use runtime::sync::Mutex;

/// What the reader begins with.
mod start {
    use super::Mutex;

    // ANCHOR: start
    pub(super) fn work_off(jobs: &Mutex<Vec<u32>>, work: &dyn Fn(u32)) {
        while let Some(job) = jobs.lock().unwrap().pop() {
            work(job);
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Mutex;

    // ANCHOR: solution
    pub(super) fn work_off(jobs: &Mutex<Vec<u32>>, work: &dyn Fn(u32)) {
        let next = || jobs.lock().unwrap().pop();
        while let Some(job) = next() {
            work(job);
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::work_off);
}

pub(super) fn check_solution() {
    check(solution::work_off);
}

/// Each job makes another one, except the last.
type WorkOff = fn(&Mutex<Vec<u32>>, &dyn Fn(u32));

fn check(work_off: WorkOff) {
    runtime::run(move || {
        let jobs = Mutex::new(vec![3]);
        let done = RefCell::new(Vec::new());
        work_off(&jobs, &|job| {
            done.borrow_mut().push(job);
            if job > 0 {
                jobs.lock().unwrap().push(job - 1);
            }
        });
        assert_eq!(done.into_inner(), [3, 2, 1, 0]);
    });
}
