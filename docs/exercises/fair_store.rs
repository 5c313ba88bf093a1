//! A queue in which no client keeps the others waiting.

use std::collections::{BTreeMap, VecDeque};

use runtime::queue::{Buffer, Store};

/// Who wants it, and what.
type Job = (u32, &'static str);

/// What the reader begins with.
mod start {
    use super::{Job, Store, VecDeque};

    // ANCHOR: start
    // The clients take turns, in the order in which they came. Each has its jobs done in their
    // order. A client without jobs has left, and may come again.
    pub(super) struct Fair {
        jobs: VecDeque<Job>,
    }

    impl Store for Fair {
        type Item = Job;
        const NAME: &'static str = "FairQueue";
        const EMPTY: Self = Fair {
            jobs: VecDeque::new(),
        };

        fn push(&mut self, job: Job) {
            self.jobs.push_back(job);
        }

        fn pop(&mut self) -> Option<Job> {
            self.jobs.pop_front()
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{BTreeMap, Job, Store, VecDeque};

    // ANCHOR: solution
    pub(super) struct Fair {
        jobs: BTreeMap<u32, VecDeque<Job>>,
        turns: VecDeque<u32>,
    }

    impl Store for Fair {
        type Item = Job;
        const NAME: &'static str = "FairQueue";
        const EMPTY: Self = Fair {
            jobs: BTreeMap::new(),
            turns: VecDeque::new(),
        };

        fn push(&mut self, job: Job) {
            let jobs = self.jobs.entry(job.0).or_default();
            if jobs.is_empty() {
                self.turns.push_back(job.0);
            }
            jobs.push_back(job);
        }

        fn pop(&mut self) -> Option<Job> {
            let client = self.turns.pop_front()?;
            let jobs = self.jobs.get_mut(&client)?;
            let job = jobs.pop_front();
            if !jobs.is_empty() {
                self.turns.push_back(client);
            }
            job
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check::<start::Fair>();
}

pub(super) fn check_solution() {
    check::<solution::Fair>();
}

fn check<S: Store<Item = Job>>() {
    runtime::run(|| {
        let queue = Buffer::<S>::new();
        let put = |jobs: &[Job]| jobs.iter().for_each(|&job| queue.put(job).unwrap());
        let get = |number: usize| -> Vec<&str> {
            let jobs = (0..number).map(|_| queue.try_get().expect("there is one").1);
            jobs.collect()
        };
        put(&[(1, "a"), (1, "b"), (1, "c"), (2, "x"), (3, "p"), (3, "q")]);
        assert_eq!(get(4), ["a", "x", "p", "b"]);
        // The second one has left, and comes again behind the others.
        put(&[(2, "y"), (2, "z")]);
        assert_eq!(get(4), ["q", "c", "y", "z"]);
        assert!(queue.try_get().is_err());
        put(&[(2, "once more")]);
        assert_eq!(get(1), ["once more"]);
    });
}
