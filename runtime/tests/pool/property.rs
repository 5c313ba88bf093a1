//! Random programs against a plain model: tasks of so many seconds, each of which begins
//! when a worker is free, and somebody who cancels, kills and looks.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use runtime::pool::{Future, Pending, TaskError, ThreadPool, Wait};
use runtime::thread::{self, Thread};
use runtime::time::Instant;

use super::SECOND;
use crate::support::{Counter, run};

/// A bit more than whole seconds, so that nothing ends when main looks.
const BIT: Duration = Duration::from_millis(10);

#[derive(Clone, Debug)]
enum Step {
    Submit {
        seconds: u32,
        panics: bool,
    },
    Sleep(u32),
    Cancel(Index),
    /// The worker that does this one.
    Kill(Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4u32, any::<bool>()).prop_map(|(seconds, panics)| Step::Submit { seconds, panics }),
        2 => (1..4u32).prop_map(Step::Sleep),
        1 => any::<Index>().prop_map(Step::Cancel),
        1 => any::<Index>().prop_map(Step::Kill),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pending,
    /// Until then.
    Running(Duration),
    Done(Outcome),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Returned,
    Panicked,
    Cancelled,
    Killed,
}

/// What ought to be.
struct Model {
    workers: usize,
    now: Duration,
    tasks: Vec<(Duration, bool, Phase)>,
    pending: VecDeque<usize>,
}

impl Model {
    /// Lets tasks end and begin until it is `now`.
    fn advance(&mut self, now: Duration) {
        loop {
            let running = self
                .tasks
                .iter()
                .enumerate()
                .filter_map(|(number, task)| match task.2 {
                    Phase::Running(until) => Some((until, number)),
                    _ => None,
                });
            let running: Vec<_> = running.collect();
            if running.len() < self.workers
                && let Some(next) = self.pending.pop_front()
            {
                self.tasks[next].2 = Phase::Running(self.now + self.tasks[next].0);
                continue;
            }
            match running.into_iter().min() {
                Some((until, number)) if until <= now => {
                    self.now = until;
                    let (_, panics, phase) = &mut self.tasks[number];
                    *phase = Phase::Done(match panics {
                        true => Outcome::Panicked,
                        false => Outcome::Returned,
                    });
                }
                _ => break,
            }
        }
        self.now = now;
    }

    fn end(&mut self, number: usize, outcome: Outcome) {
        self.tasks[number].2 = Phase::Done(outcome);
        self.pending.retain(|&it| it != number);
    }
}

struct Program {
    start: Instant,
    model: Model,
    pool: ThreadPool,
    futures: Vec<Future<usize>>,
    /// Who does each task, once it has begun.
    doers: Vec<Rc<RefCell<Option<Thread>>>>,
    dropped: Counter,
}

impl Program {
    fn submit(&mut self, seconds: u32, panics: bool) {
        let (number, time) = (self.futures.len(), seconds * SECOND + BIT);
        let doer: Rc<RefCell<Option<Thread>>> = Rc::default();
        let (theirs, dropped) = (Rc::clone(&doer), self.dropped.on_drop());
        let task = move || {
            let _dropped = dropped;
            *theirs.borrow_mut() = Some(thread::current());
            thread::sleep(time);
            match panics {
                // Without asking the panic hook.
                true => resume_unwind(Box::new(number)),
                false => number,
            }
        };
        self.futures.push(self.pool.submit(task).unwrap());
        self.doers.push(doer);
        self.model.tasks.push((time, panics, Phase::Pending));
        self.model.pending.push_back(number);
    }

    fn perform(&mut self, step: &Step) {
        match step {
            Step::Submit { seconds, panics } => self.submit(*seconds, *panics),
            Step::Sleep(seconds) => thread::sleep(*seconds * SECOND),
            Step::Cancel(_) | Step::Kill(_) if self.futures.is_empty() => {}
            Step::Cancel(index) => {
                let number = index.index(self.futures.len());
                let phase = self.model.tasks[number].2;
                let cancels = match phase {
                    Phase::Pending => true,
                    Phase::Done(outcome) => outcome == Outcome::Cancelled,
                    Phase::Running(_) => false,
                };
                assert_eq!(self.futures[number].cancel(), cancels);
                if phase == Phase::Pending {
                    self.model.end(number, Outcome::Cancelled);
                }
            }
            Step::Kill(index) => {
                let number = index.index(self.futures.len());
                if let Phase::Running(_) = self.model.tasks[number].2 {
                    self.doers[number].borrow().as_ref().unwrap().kill();
                    self.model.end(number, Outcome::Killed);
                }
            }
        }
        // Whoever can begin does, and who is killed unwinds.
        thread::sleep(BIT / 100);
        self.model.advance(self.start.elapsed());
    }

    fn look(&self) {
        for (future, (_, _, phase)) in self.futures.iter().zip(&self.model.tasks) {
            let seen = (future.is_running(), future.is_done(), future.is_cancelled());
            let running = matches!(phase, Phase::Running(_));
            let done = matches!(phase, Phase::Done(_));
            let cancelled = *phase == Phase::Done(Outcome::Cancelled);
            assert_eq!(seen, (running, done, cancelled), "{phase:?}");
        }
    }

    fn finish(mut self, pending: Pending) {
        if pending == Pending::Cancel {
            for number in self.model.pending.clone() {
                self.model.end(number, Outcome::Cancelled);
            }
        }
        assert!(self.pool.shutdown(Wait::UntilDone, pending));
        self.model.advance(Duration::from_secs(1_000_000));
        self.look();
        assert_eq!(self.dropped.get() as usize, self.futures.len());
        assert_eq!(thread::active_count(), 1);
        for (number, future) in self.futures.into_iter().enumerate() {
            let outcome = match future.result() {
                Ok(result) => {
                    assert_eq!(result, number);
                    Outcome::Returned
                }
                Err(TaskError::Panicked(_)) => Outcome::Panicked,
                Err(TaskError::Cancelled) => Outcome::Cancelled,
                Err(TaskError::Killed) => Outcome::Killed,
                Err(other) => panic!("{other}"),
            };
            assert_eq!(self.model.tasks[number].2, Phase::Done(outcome));
        }
    }
}

proptest! {
    #[test]
    fn what_comes_of_tasks_is_what_ought_to(
        workers in 1..4usize,
        steps in prop::collection::vec(step(), 1..25),
        cancels in any::<bool>(),
    ) {
        run(move || {
            let mut program = Program {
                start: Instant::now(),
                model: Model {
                    workers,
                    now: Duration::ZERO,
                    tasks: Vec::new(),
                    pending: VecDeque::new(),
                },
                pool: ThreadPool::new(workers),
                futures: Vec::new(),
                doers: Vec::new(),
                dropped: Counter::default(),
            };
            for step in &steps {
                program.perform(step);
                program.look();
            }
            program.finish(match cancels {
                true => Pending::Cancel,
                false => Pending::Finish,
            });
        });
    }
}
