//! Threads, a clock and locks, as plainly as they can be said: every line of
//! threads is a list of numbers.

use std::collections::VecDeque;

use super::{MUTEXES, Op, Plan, Story};

/// What the threads of these plans do.
pub(super) fn run(plans: &[Plan]) -> Story {
    Model::new(plans).run().0
}

/// What it says, and what happens unsaid.
pub(super) fn notes(plans: &[Plan]) -> String {
    let (story, notes) = Model::new(plans).run();
    format!(
        "{}\n{notes}\n{}",
        story.lines.join("\n"),
        if story.deadlock { "deadlock" } else { "" }
    )
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// What it will find out when it runs.
    Ready(News),
    /// Until when, and when it began.
    Sleeps(u64, u64),
    Waits(usize),
    /// Until when at most, and when it began.
    WaitsFor(usize, u64, u64),
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum News {
    GoOn,
    /// It was handed this mutex.
    Handed(usize),
    /// It has waited for this mutex long enough.
    TimeIsUp(usize),
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Normal,
    Panic,
    Kill,
}

struct Thread<'a> {
    plan: &'a Plan,
    next: usize,
    state: State,
    killed: bool,
    /// Whether it has had its first turn.
    begun: bool,
    guards: [bool; MUTEXES],
}

#[derive(Default)]
struct Lock {
    holder: Option<usize>,
    line: VecDeque<usize>,
    poisoned: bool,
}

struct Model<'a> {
    threads: Vec<Thread<'a>>,
    locks: [Lock; MUTEXES],
    ready: VecDeque<usize>,
    /// Microseconds, one for each turn.
    now: u64,
    /// How many sleeps and waits for a while there were.
    timers: u64,
    lines: Vec<String>,
    notes: String,
}

impl<'a> Model<'a> {
    fn new(plans: &'a [Plan]) -> Self {
        let threads = plans.iter().map(|plan| Thread {
            plan,
            next: 0,
            state: State::Ready(News::GoOn),
            killed: false,
            begun: false,
            guards: [false; MUTEXES],
        });
        Self {
            threads: threads.collect(),
            locks: Default::default(),
            ready: (0..plans.len()).collect(),
            // The turn of the main thread, which makes all the others.
            now: 1,
            timers: 0,
            lines: Vec::new(),
            notes: String::new(),
        }
    }

    fn run(mut self) -> (Story, String) {
        loop {
            self.wake_sleepers();
            if let Some(me) = self.ready.pop_front() {
                self.now += 1;
                self.turn(me);
                continue;
            }
            let sleeper = self.threads.iter().filter_map(|thread| match thread.state {
                State::Sleeps(until, _) | State::WaitsFor(_, until, _) => Some(until),
                _ => None,
            });
            match sleeper.min() {
                Some(until) => self.now = self.now.max(until),
                None => break,
            }
        }
        let deadlock = self
            .threads
            .iter()
            .any(|thread| thread.state != State::Ended);
        let left = self
            .locks
            .iter()
            .map(|lock| (lock.holder.is_some(), lock.poisoned));
        let story = Story {
            left: if deadlock { Vec::new() } else { left.collect() },
            lines: self.lines,
            deadlock,
        };
        (story, self.notes)
    }

    fn wake_sleepers(&mut self) {
        let mut due: Vec<_> = (0..self.threads.len())
            .filter_map(|who| match self.threads[who].state {
                State::Sleeps(until, began) | State::WaitsFor(_, until, began)
                    if until <= self.now =>
                {
                    Some((until, began, who))
                }
                _ => None,
            })
            .collect();
        due.sort();
        for (_, _, who) in due {
            match self.threads[who].state {
                State::WaitsFor(mutex, ..) => {
                    self.leave_line(who, mutex);
                    self.make_ready(who, News::TimeIsUp(mutex));
                }
                _ => self.make_ready(who, News::GoOn),
            }
        }
    }

    fn make_ready(&mut self, who: usize, news: News) {
        self.threads[who].state = State::Ready(news);
        self.ready.push_back(who);
    }

    fn say(&mut self, me: usize, what: &str, mutex: usize) {
        self.lines.push(format!("{me} {what} {mutex}"));
    }

    /// One thread has the CPU until it gives it up.
    fn turn(&mut self, me: usize) {
        let State::Ready(news) = self.threads[me].state else {
            unreachable!("it is ready");
        };
        let first = !std::mem::replace(&mut self.threads[me].begun, true);
        match (news, self.threads[me].killed) {
            // It has nothing on its stack.
            (_, true) if first => return self.threads[me].state = State::Ended,
            (News::Handed(mutex), true) => {
                self.notes += "handed on ";
                self.give_back(mutex);
                return self.end(me, End::Kill);
            }
            (_, true) => return self.end(me, End::Kill),
            (News::Handed(mutex), false) => self.take(me, mutex),
            (News::TimeIsUp(mutex), false) if self.locks[mutex].holder.is_none() => {
                self.notes += "free when the time was up ";
                self.take(me, mutex);
            }
            (News::TimeIsUp(mutex), false) => {
                self.notes += "the time is up ";
                self.say(me, "does not get", mutex);
            }
            (News::GoOn, false) => {}
        }
        while let Some(&op) = self.threads[me].plan.ops.get(self.threads[me].next) {
            self.threads[me].next += 1;
            match op {
                Op::Lock(mutex) | Op::TryLock(mutex) if self.threads[me].guards[mutex] => {}
                Op::Lock(mutex) | Op::TryLock(mutex) | Op::LockTimeout(mutex, _)
                    if self.locks[mutex].holder.is_none() =>
                {
                    self.take(me, mutex);
                }
                Op::LockTimeout(..) if self.threads[me].killed => {
                    return self.make_ready(me, News::GoOn);
                }
                Op::LockTimeout(mutex, micros) => {
                    self.timers += 1;
                    self.locks[mutex].line.push_back(me);
                    let until = self.now + micros;
                    self.threads[me].state = State::WaitsFor(mutex, until, self.timers);
                    return;
                }
                Op::TryLock(mutex) => self.say(me, "does not get", mutex),
                Op::Lock(mutex) if self.closes_ring(me, mutex) => {
                    self.notes += "ring ";
                    return self.end(me, End::Panic);
                }
                Op::Lock(mutex) => {
                    match self.threads[me].killed {
                        true => self.make_ready(me, News::GoOn),
                        false => {
                            self.locks[mutex].line.push_back(me);
                            self.threads[me].state = State::Waits(mutex);
                        }
                    }
                    return;
                }
                Op::Unlock(mutex) => self.drop_guard(me, mutex),
                Op::Forget(mutex) => self.threads[me].guards[mutex] = false,
                Op::Yield | Op::Sleep(0) => return self.make_ready(me, News::GoOn),
                Op::Sleep(_) if self.threads[me].killed => return self.make_ready(me, News::GoOn),
                Op::Sleep(micros) => {
                    self.timers += 1;
                    self.threads[me].state = State::Sleeps(self.now + micros, self.timers);
                    return;
                }
                Op::Kill(who) => self.kill(who),
                Op::Panic => return self.end(me, End::Panic),
            }
        }
        self.end(me, End::Normal);
    }

    fn take(&mut self, me: usize, mutex: usize) {
        self.locks[mutex].holder = Some(me);
        self.threads[me].guards[mutex] = true;
        match self.locks[mutex].poisoned {
            false => self.say(me, "locks", mutex),
            true => self.say(me, "locks poisoned", mutex),
        }
    }

    fn give_back(&mut self, mutex: usize) {
        let next = self.locks[mutex].line.pop_front();
        self.locks[mutex].holder = next;
        if let Some(next) = next {
            if let State::WaitsFor(..) = self.threads[next].state {
                self.notes += "handed in time ";
            }
            self.make_ready(next, News::Handed(mutex));
        }
    }

    fn drop_guard(&mut self, me: usize, mutex: usize) {
        if std::mem::take(&mut self.threads[me].guards[mutex]) {
            self.give_back(mutex);
        }
    }

    /// From the lock to its holder, to the lock that this one waits for, and so on.
    /// A thread that was killed does not wait long.
    fn closes_ring(&self, me: usize, mutex: usize) -> bool {
        if self.threads[me].killed {
            return false;
        }
        let mut holder = self.locks[mutex].holder;
        // Longer than all threads in a row it cannot be.
        for _ in &self.threads {
            match holder {
                Some(who) if who == me => return true,
                Some(who) => match self.threads[who].state {
                    State::Waits(next) => holder = self.locks[next].holder,
                    _ => return false,
                },
                None => return false,
            }
        }
        false
    }

    fn leave_line(&mut self, who: usize, mutex: usize) {
        self.locks[mutex].line.retain(|&other| other != who);
    }

    fn kill(&mut self, who: usize) {
        let Some(thread) = self.threads.get_mut(who) else {
            return;
        };
        thread.killed = true;
        match thread.state {
            State::Waits(mutex) | State::WaitsFor(mutex, ..) => {
                self.leave_line(who, mutex);
                self.make_ready(who, News::GoOn);
            }
            State::Sleeps(..) => self.make_ready(who, News::GoOn),
            State::Ready(_) | State::Ended => {}
        }
    }

    fn end(&mut self, me: usize, end: End) {
        if end != End::Normal {
            let mutex = self.threads[me].plan.unwinding;
            let what = match &self.locks[mutex] {
                Lock {
                    holder: Some(_), ..
                } => "unwinds and is refused",
                Lock {
                    poisoned: false, ..
                } => "unwinds and locks",
                Lock { poisoned: true, .. } => "unwinds and locks poisoned",
            };
            self.say(me, what, mutex);
        }
        for mutex in 0..MUTEXES {
            if end == End::Panic && self.threads[me].guards[mutex] {
                self.locks[mutex].poisoned = true;
            }
            self.drop_guard(me, mutex);
        }
        self.threads[me].state = State::Ended;
    }
}
