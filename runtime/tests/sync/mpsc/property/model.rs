//! What a channel does, in plain words. It hears what the threads of a program
//! have written down, one event after the other, and objects to what cannot be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::program::{Event, Op, Outcome, Program, What};

pub(super) struct Model {
    bound: usize,
    senders: usize,
    has_receiver: bool,
    /// In the channel, with those that are meant for receivers who were let on.
    sent: VecDeque<usize>,
    /// Those that have called and not returned.
    calls: BTreeMap<usize, Call>,
    /// Those in line to send, with their messages. One that was killed and has
    /// not run since still has its message here.
    to_send: VecDeque<(usize, usize)>,
    /// Those in line to receive.
    to_receive: VecDeque<usize>,
    killed: BTreeSet<usize>,
    /// What has happened, for those who want to know whether all can.
    pub(super) seen: BTreeSet<&'static str>,
}

/// Where somebody is who has called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// In line to send, until that microsecond, or killed there.
    Sending(u64),
    /// Its message is still in line.
    SendTimeIsUp,
    /// Its message was let in.
    HasSent,
    /// In line to receive, until that microsecond.
    Receiving(u64),
    /// There is a message for it.
    LetOn,
    /// There was no message for it when the last sender went.
    HearsOfEnd,
    TimeIsUp,
    /// Was in line to receive, and was killed there.
    KilledReceiving,
    /// Killed after it was let on.
    KilledLetOn,
}

type Verdict = Result<(), String>;

impl Model {
    pub(super) fn new(program: &Program) -> Self {
        Self {
            bound: program.bound.unwrap_or(usize::MAX),
            senders: program.threads.iter().filter(|part| part.sends).count(),
            has_receiver: true,
            sent: VecDeque::new(),
            calls: BTreeMap::new(),
            to_send: VecDeque::new(),
            to_receive: VecDeque::new(),
            killed: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Hears an event, and which one is the next.
    pub(super) fn hear(&mut self, event: &Event, next: Option<&Event>) -> Verdict {
        self.pass_time(event.at);
        let who = event.who;
        match &event.what {
            What::Calls(op, message) => {
                let Some(expected) = self.call(who, *op, *message, event.at) else {
                    return Ok(());
                };
                // Nobody else runs before.
                let returns = What::Returns(expected);
                match next.is_some_and(|next| next.who == who && next.what == returns) {
                    true => Ok(()),
                    false => Err(format!("expected that it {returns:?}")),
                }
            }
            What::Returns(outcome) => {
                // A call that needed not wait is settled.
                let Some(call) = self.calls.remove(&who) else {
                    return Ok(());
                };
                let expected = self.go_on(who, call);
                match expected == Some(*outcome) {
                    true => Ok(()),
                    false => Err(format!("{call:?}, expected {expected:?}")),
                }
            }
            What::Unwinds => {
                let call = self.calls.remove(&who);
                self.unwind(who, call.ok_or("it was in no call")?)
            }
            What::AllIsQuiet => {
                let quiet = |call: &Call| {
                    matches!(call, Call::Sending(u64::MAX) | Call::Receiving(u64::MAX))
                };
                let no_reason_to_wait = !self.to_receive.is_empty() && self.has_message()
                    || !self.to_send.is_empty() && (self.has_room() || !self.has_receiver)
                    || !self.to_receive.is_empty() && self.senders == 0;
                match self.calls.values().all(quiet) && !no_reason_to_wait {
                    true => Ok(()),
                    false => Err(format!("somebody does not go on: {:?}", self.calls)),
                }
            }
            What::Kills(who) => {
                self.kill(*who);
                Ok(())
            }
            What::DropsSender => {
                self.senders -= 1;
                if self.senders == 0 {
                    for who in self.to_receive.drain(..) {
                        self.calls.insert(who, Call::HearsOfEnd);
                    }
                }
                Ok(())
            }
            What::DropsReceiver => {
                self.has_receiver = false;
                self.sent.clear();
                Ok(())
            }
        }
    }

    /// A microsecond passes with each dispatch, and before that the kernel sees
    /// whose time is up.
    fn pass_time(&mut self, now: u64) {
        for (who, call) in &mut self.calls {
            if matches!(*call, Call::Sending(until) if until < now) {
                *call = Call::SendTimeIsUp;
            }
            if matches!(*call, Call::Receiving(until) if until < now) {
                *call = Call::TimeIsUp;
                self.to_receive.retain(|other| other != who);
            }
        }
    }

    /// Somebody calls. What comes of it, unless it has to wait.
    fn call(&mut self, who: usize, op: Op, message: usize, now: u64) -> Option<Outcome> {
        let call = match op {
            Op::Send | Op::TrySend | Op::SendTimeout(_) => {
                if !self.has_receiver {
                    return Some(Outcome::Gone);
                }
                if !self.to_receive.is_empty() || self.has_room() {
                    self.sent.push_back(message);
                    self.serve();
                    self.seen.insert("sent at once");
                    return Some(Outcome::Sent);
                }
                if op == Op::TrySend {
                    return Some(Outcome::Full);
                }
                self.seen.insert("waits to send");
                self.to_send.push_back((who, message));
                Call::Sending(match op {
                    Op::SendTimeout(micros) => now + micros,
                    _ => u64::MAX,
                })
            }
            _ => {
                if let Some(message) = self.take() {
                    self.seen.insert("received at once");
                    return Some(Outcome::Received(message));
                }
                if self.senders == 0 {
                    return Some(Outcome::Gone);
                }
                let until = match op {
                    Op::Recv => u64::MAX,
                    Op::RecvTimeout(micros) => now + micros,
                    _ => return Some(Outcome::Nothing),
                };
                self.seen.insert("waits to receive");
                self.to_receive.push_back(who);
                Call::Receiving(until)
            }
        };
        self.calls.insert(who, call);
        if self.killed.contains(&who) {
            self.kill(who);
        }
        None
    }

    /// Somebody who has waited comes back. With what, if it may at all.
    fn go_on(&mut self, who: usize, call: Call) -> Option<Outcome> {
        if self.killed.contains(&who) {
            return None;
        }
        match call {
            Call::HasSent => {
                self.seen.insert("let on with its message");
                Some(Outcome::Sent)
            }
            Call::Sending(_) | Call::SendTimeIsUp if !self.has_receiver => {
                self.seen.insert("gets its message back");
                self.take_back(who);
                Some(Outcome::Gone)
            }
            Call::SendTimeIsUp => {
                self.seen.insert("its time to send is up");
                self.take_back(who);
                Some(Outcome::Nothing)
            }
            Call::LetOn => {
                self.seen.insert("received what it was let on for");
                self.take().map(Outcome::Received)
            }
            Call::HearsOfEnd => Some(match self.take() {
                // Somebody was killed who had been let on for it.
                Some(message) => Outcome::Received(message),
                None => {
                    self.seen.insert("hears of the end");
                    Outcome::Gone
                }
            }),
            Call::TimeIsUp => Some(match self.take() {
                Some(message) => {
                    self.seen.insert("received after its time was up");
                    Outcome::Received(message)
                }
                None if self.senders == 0 => Outcome::Gone,
                None => {
                    self.seen.insert("time is up");
                    Outcome::Nothing
                }
            }),
            _ => None,
        }
    }

    /// Somebody comes back because it was killed.
    fn unwind(&mut self, who: usize, call: Call) -> Verdict {
        if !self.killed.contains(&who) {
            return Err("nobody has killed it".into());
        }
        match call {
            Call::Sending(_) | Call::SendTimeIsUp => {
                self.seen.insert("killed with its message");
                self.take_back(who);
            }
            Call::HasSent => {
                self.seen.insert("killed and its message was received");
            }
            Call::KilledReceiving | Call::HearsOfEnd | Call::TimeIsUp => {
                self.seen.insert("killed before it was let on");
            }
            Call::KilledLetOn => {
                self.seen.insert("killed after it was let on");
                if self.has_message() && self.serve() {
                    self.seen.insert("passes its message on");
                }
            }
            Call::Receiving(_) | Call::LetOn => return Err(format!("{call:?}")),
        }
        Ok(())
    }

    fn kill(&mut self, who: usize) {
        self.killed.insert(who);
        let Some(call) = self.calls.get_mut(&who) else {
            return;
        };
        match call {
            Call::Receiving(_) => {
                *call = Call::KilledReceiving;
                self.to_receive.retain(|&other| other != who);
            }
            Call::LetOn => *call = Call::KilledLetOn,
            _ => {}
        }
    }

    /// How many were let on and have not taken their message since.
    fn let_on(&self) -> usize {
        let let_on = |call: &&Call| matches!(call, Call::LetOn | Call::KilledLetOn);
        self.calls.values().filter(let_on).count()
    }

    /// Whether there is a message that is not meant for somebody.
    fn has_message(&self) -> bool {
        self.sent.len() > self.let_on()
    }

    /// Whether one more message can be there, beside those that are meant for
    /// somebody.
    fn has_room(&self) -> bool {
        self.sent.len() < self.bound.saturating_add(self.let_on())
    }

    fn serve(&mut self) -> bool {
        let first = self.to_receive.pop_front();
        first.is_some_and(|who| self.calls.insert(who, Call::LetOn).is_some())
    }

    fn take(&mut self) -> Option<usize> {
        let only_full = self.sent.len() <= self.bound.saturating_add(self.let_on());
        if only_full && let Some((who, message)) = self.to_send.pop_front() {
            self.sent.push_back(message);
            if self.calls.insert(who, Call::HasSent) == Some(Call::SendTimeIsUp) {
                self.seen.insert("sent after its time was up");
            }
        }
        match self.has_message() {
            true => self.sent.pop_front(),
            false => None,
        }
    }

    fn take_back(&mut self, who: usize) {
        self.to_send.retain(|&(other, _)| other != who);
    }
}
