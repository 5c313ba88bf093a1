//! One thing that a thread does, when it can wait and when it cannot.

use super::super::program::Op;
use super::{Line, Model, State};

impl Model<'_> {
    pub(super) fn step(&mut self, me: usize, op: Op) {
        self.threads[me].next += 1;
        match op {
            Op::Yield => self.let_others_run(me, op),
            Op::Sleep(micros) => self.wait(me, op, State::Sleeping, Some(micros)),
            Op::Acquire(which) => match self.take(which) {
                true => self.has_acquired(me, which, "at once"),
                false => self.wait(me, op, State::Waiting(Line::Semaphore(which)), None),
            },
            Op::AcquireTimeout(which, micros) => match self.take(which) {
                true => self.has_acquired(me, which, "at once"),
                false if micros == 0 => self.let_others_run(me, op),
                false => {
                    let line = Line::Semaphore(which);
                    self.wait(me, op, State::Waiting(line), Some(micros));
                }
            },
            Op::Wait if !self.set => self.wait(me, op, State::Waiting(Line::Event), None),
            Op::WaitTimeout(0) if !self.set => self.let_others_run(me, op),
            Op::WaitTimeout(micros) if !self.set => {
                self.wait(me, op, State::Waiting(Line::Event), Some(micros));
            }
            Op::Meet | Op::MeetTimeout(_) => self.comes(me, op),
            Op::Panic => {
                self.say(me, "panics");
                self.unwind(me);
            }
            _ => self.unwinding_step(me, op),
        }
    }

    /// What does not wait, or not now.
    pub(super) fn unwinding_step(&mut self, me: usize, op: Op) {
        match op {
            Op::TryAcquire(which) | Op::AcquireTimeout(which, _) => match (self.take(which), op) {
                (true, _) => self.has_acquired(me, which, "at once"),
                (false, Op::TryAcquire(_)) => self.say(me, format!("{which} is not free")),
                (false, _) => self.say(me, format!("{which}: the time is up")),
            },
            Op::Drop => {
                if let Some(which) = self.threads[me].guards.pop_front() {
                    self.say(me, format!("{which} given back"));
                    self.give_back(which);
                }
            }
            Op::Forget => {
                if let Some(which) = self.threads[me].guards.pop_front() {
                    self.say(me, format!("{which} forgotten"));
                    self.semaphores[which].guards -= 1;
                }
            }
            Op::MeetTimeout(_) => self.comes_unwinding(me),
            Op::Abort => {
                self.say(me, "aborts");
                if !self.broken {
                    self.send_away(true);
                }
            }
            Op::Reset => {
                self.say(me, "resets");
                self.send_away(false);
            }
            Op::Release(which, permits) => {
                let permits = if which == 2 { 1 } else { permits };
                let semaphore = &mut self.semaphores[which];
                let fits = permits <= semaphore.most - semaphore.free - semaphore.guards;
                if fits {
                    semaphore.free += permits;
                    self.share_out(which);
                }
                let what = if fits { "released" } else { "too many" };
                self.say(me, format!("{which}: {permits} {what}"));
            }
            Op::Count(which) => {
                let free = self.semaphores[which].free;
                self.say(me, format!("{which} has {free}"));
            }
            Op::Set => {
                self.say(me, "sets");
                self.set = true;
                self.wake_all(Line::Event);
            }
            Op::Clear => {
                self.say(me, "clears");
                self.set = false;
            }
            Op::Wait | Op::WaitTimeout(_) if self.set => {
                self.say(me, "seen");
                self.notes.push("seen at once".into());
            }
            Op::WaitTimeout(_) => self.say(me, "not seen in time"),
            Op::Kill(who) if who < self.threads.len() => {
                self.say(me, format!("kills {who}"));
                self.kill(who);
            }
            Op::Kill(_) => {}
            _ => unreachable!("it would wait"),
        }
    }
}
