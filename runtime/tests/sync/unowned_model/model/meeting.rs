//! What threads do at the barrier: they wait in line, or at the door while the
//! action runs, and are let on or sent away.

use super::super::program::Op;
use super::{Line, Model, Signal, State};

impl Model<'_> {
    /// Who meets goes on, and who waits at the door looks again.
    pub(super) fn meet(&mut self) {
        let mut number = 0;
        while let Some(who) = self.first(Line::Barrier) {
            self.threads[who].number = number;
            number += 1;
            self.wake(who, Signal::Continue);
        }
        self.wake_all(Line::Door);
    }

    pub(super) fn send_away(&mut self, broken: bool) {
        self.broken = broken;
        self.breaks += 1;
        while let Some(who) = self.first(Line::Barrier) {
            self.wake(who, Signal::Broken);
        }
        self.wake_all(Line::Door);
    }

    /// It has waited for the others, at the door or as the actor.
    pub(super) fn has_waited_to_meet(&mut self, me: usize, op: Op, signal: Signal) {
        let same = self.threads[me].breaks == self.breaks;
        if self.actor == Some(me) {
            self.actor = None;
            match same {
                true => {
                    self.meet();
                    self.say(me, "met, leads");
                }
                false => {
                    self.wake_all(Line::Door);
                    self.say(me, "broken");
                    self.notes.push("broken while it acted".into());
                }
            }
            return;
        }
        match signal {
            Signal::Continue if self.threads[me].at_door => {
                let waited = self.now() - self.threads[me].since;
                self.notes.push("came in by the door".into());
                self.comes(
                    me,
                    match op {
                        Op::MeetTimeout(micros) => Op::MeetTimeout(micros.saturating_sub(waited)),
                        op => op,
                    },
                );
            }
            Signal::Continue => match self.program.action {
                None => {
                    let number = self.threads[me].number;
                    self.say(me, format!("met, follows as {number}"));
                }
                Some(_) => self.say(me, "met, follows"),
            },
            Signal::TimedOut => {
                if same {
                    self.send_away(true);
                }
                self.say(me, "broken");
                self.notes.push(match same {
                    true => "broke it".into(),
                    false => "was late and did not break it".into(),
                });
            }
            _ => {
                self.say(me, "broken");
                self.notes.push("sent away".into());
            }
        }
    }

    /// Comes to the barrier, and may wait.
    pub(super) fn comes(&mut self, me: usize, op: Op) {
        self.threads[me].since = self.now();
        self.threads[me].breaks = self.breaks;
        self.threads[me].at_door = self.actor.is_some();
        let micros = match op {
            Op::MeetTimeout(micros) => Some(micros),
            _ => None,
        };
        let waiting = self.lines.iter().filter(|(line, _)| *line == Line::Barrier);
        let last = waiting.count() + 1 >= self.program.meet;
        match (self.broken, self.actor, self.program.action) {
            (true, ..) => self.say(me, "broken"),
            (_, Some(_), _) => self.wait(me, op, State::Waiting(Line::Door), micros),
            _ if !last => self.wait(me, op, State::Waiting(Line::Barrier), micros),
            (.., None) => {
                self.meet();
                self.say(me, "met, leads");
            }
            (.., action) => {
                self.actor = Some(me);
                self.wait(me, op, State::Sleeping, action);
            }
        }
    }

    /// The same, and there is no waiting.
    pub(super) fn comes_unwinding(&mut self, me: usize) {
        let waiting = self.lines.iter().filter(|(line, _)| *line == Line::Barrier);
        let last = waiting.count() + 1 >= self.program.meet;
        let meets = !self.broken && self.actor.is_none() && last;
        match meets {
            true => self.meet(),
            false if self.broken => {}
            false => self.send_away(true),
        }
        self.say(me, if meets { "met, leads" } else { "broken" });
    }
}
