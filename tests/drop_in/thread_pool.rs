//! A pool of threads that take jobs from one channel, as servers have it: the
//! receiver is shared behind a lock, a job is a boxed function, and dropping the
//! pool hangs up and waits.

use super::sync::{Arc, Mutex, mpsc};
use super::thread;

type Job = Box<dyn FnOnce() + Send + 'static>;

struct Pool {
    workers: Vec<Option<thread::JoinHandle<usize>>>,
    jobs: Option<mpsc::Sender<Job>>,
    done: Arc<Mutex<usize>>,
}

impl Pool {
    fn new(size: usize) -> Self {
        assert!(size > 0);
        let (jobs, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        let workers = (0..size)
            .map(|_| {
                let receiver = Arc::clone(&receiver);
                Some(thread::spawn(move || {
                    let mut ran = 0;
                    loop {
                        // Unlocked before the job runs.
                        let job = receiver.lock().unwrap().recv();
                        let Ok(job) = job else { return ran };
                        job();
                        ran += 1;
                    }
                }))
            })
            .collect();
        Self {
            workers,
            jobs: Some(jobs),
            done: Arc::default(),
        }
    }

    fn execute(&self, job: impl FnOnce() + Send + 'static) {
        self.jobs.as_ref().unwrap().send(Box::new(job)).unwrap();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for worker in &mut self.workers {
            *self.done.lock().unwrap() += worker.take().unwrap().join().unwrap();
        }
    }
}

pub(crate) fn run() -> (Vec<u64>, usize) {
    let results = Arc::new(Mutex::new(Vec::new()));
    let pool = Pool::new(4);
    let done = Arc::clone(&pool.done);
    for number in 0..50u64 {
        let results = Arc::clone(&results);
        pool.execute(move || {
            let square = number * number;
            thread::yield_now();
            results.lock().unwrap().push(square);
        });
    }
    drop(pool);
    let mut results = results.lock().unwrap().clone();
    results.sort();
    (results, *done.lock().unwrap())
}
