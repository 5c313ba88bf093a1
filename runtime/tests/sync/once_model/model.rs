//! What can happen, in plain words.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Event, How, LAZY, THINGS, THREADS};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Incomplete,
    Poisoned,
    Complete,
}

/// What the model expects of a thread that asks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    /// Nothing: it waits.
    Waits,
    /// It was let on, and finds out why.
    GoesOn,
    /// It is its turn to run its function.
    Turn(How),
    /// Its function runs.
    Runs,
    Refusal,
}

struct State {
    phase: Phase,
    runner: Option<usize>,
    callers: VecDeque<(usize, How)>,
    waiters: Vec<usize>,
    forced_waiters: Vec<usize>,
    /// Who has made the value.
    value: Option<usize>,
    /// Whether there is a function to call: for the `LazyLock`.
    called: bool,
}

struct Model {
    things: Vec<State>,
    /// For each thread, what it asks for, the innermost last.
    asks: Vec<Vec<(usize, Expect)>>,
    killed: Vec<bool>,
    /// Those that were woken and have not run since: they run in that order.
    woken: VecDeque<usize>,
}

impl Model {
    fn new() -> Self {
        let thing = |_| State {
            phase: Phase::Incomplete,
            runner: None,
            callers: VecDeque::new(),
            waiters: Vec::new(),
            forced_waiters: Vec::new(),
            value: None,
            called: false,
        };
        Self {
            things: (0..THINGS).map(thing).collect(),
            asks: vec![Vec::new(); THREADS],
            killed: vec![false; THREADS],
            woken: VecDeque::new(),
        }
    }

    /// For what the thread waits in line.
    fn waits_for(&self, who: usize) -> Option<usize> {
        let &(thing, _) = self.asks[who].last()?;
        let State {
            callers,
            waiters,
            forced_waiters,
            ..
        } = &self.things[thing];
        let mut line = callers.iter().map(|(caller, _)| caller);
        let waits = line.any(|&caller| caller == who)
            || waiters.contains(&who)
            || forced_waiters.contains(&who);
        waits.then_some(thing)
    }

    fn closes_ring(&self, who: usize, thing: usize) -> bool {
        let mut next = self.things[thing].runner;
        while let Some(runner) = next {
            if runner == who {
                return true;
            }
            next = self
                .waits_for(runner)
                .and_then(|thing| self.things[thing].runner);
        }
        false
    }

    fn asks(&mut self, who: usize, thing: usize, how: How) {
        let ring = self.closes_ring(who, thing);
        let killed = self.killed[who];
        let state = &mut self.things[thing];
        let at_once = match (state.phase, how) {
            (Phase::Complete, _) => true,
            (Phase::Poisoned, How::Wait { force }) => !force,
            _ => false,
        };
        let expect = match how {
            _ if at_once => Expect::GoesOn,
            How::Call { .. } if state.runner.is_none() => {
                state.runner = Some(who);
                Expect::Turn(how)
            }
            // It does not even stand in line.
            _ if killed => Expect::Waits,
            _ if ring => Expect::Refusal,
            How::Call { .. } => {
                state.callers.push_back((who, how));
                Expect::Waits
            }
            How::Wait { force: false } => {
                state.waiters.push(who);
                Expect::Waits
            }
            How::Wait { force: true } => {
                state.forced_waiters.push(who);
                Expect::Waits
            }
        };
        self.asks[who].push((thing, expect));
    }

    fn wake(&mut self, who: usize, expect: Expect) {
        self.asks[who].last_mut().unwrap().1 = expect;
        self.woken.push_back(who);
    }

    /// The runner does not run it any more.
    fn ends(&mut self, thing: usize, phase: Phase) {
        let state = &mut self.things[thing];
        (state.phase, state.runner) = (phase, None);
        let mut go_on = Vec::new();
        if phase == Phase::Complete {
            go_on.extend(state.callers.drain(..).map(|(who, _)| who));
        }
        if phase != Phase::Incomplete {
            go_on.append(&mut state.waiters);
        }
        if phase == Phase::Complete {
            go_on.append(&mut state.forced_waiters);
        }
        if let Some((next, how)) = state.callers.pop_front() {
            state.runner = Some(next);
            self.wake(next, Expect::Turn(how));
        }
        for who in go_on {
            self.wake(who, Expect::GoesOn);
        }
    }

    fn kill(&mut self, who: usize) {
        self.killed[who] = true;
        if let Some(thing) = self.waits_for(who) {
            let state = &mut self.things[thing];
            state.callers.retain(|&(caller, _)| caller != who);
            state.waiters.retain(|&waiter| waiter != who);
            state.forced_waiters.retain(|&waiter| waiter != who);
            self.woken.push_back(who);
        }
    }

    /// The thread goes on from what it asked for last.
    fn answer(&mut self, who: usize, thing: usize) -> Expect {
        let (asked, expect) = self.asks[who].pop().unwrap();
        assert_eq!(asked, thing);
        expect
    }

    fn event(&mut self, event: &Event) {
        use Event::*;
        if let Begins(who, ..)
        | Returns(who, ..)
        | FindsPoison(who, _)
        | FindsNoFunction(who, _)
        | Unwinds(who, _) = *event
            && self.woken.contains(&who)
        {
            assert_eq!(self.woken.pop_front(), Some(who), "it comes too early");
        }
        match *event {
            Asks(who, thing, how) => self.asks(who, thing, how),
            Begins(who, thing, poisoned) => {
                let Expect::Turn(how) = self.answer(who, thing) else {
                    panic!("it is not its turn");
                };
                self.asks[who].push((thing, Expect::Runs));
                let state = &mut self.things[thing];
                let poison = state.phase == Phase::Poisoned;
                assert!(!poison || how == How::Call { force: true });
                assert!(poisoned.is_none_or(|told| told == poison));
                assert!(thing != LAZY || !state.called);
                state.called = true;
            }
            Returns(who, thing, value) => {
                match self.answer(who, thing) {
                    Expect::Runs => {
                        self.things[thing].value = Some(who);
                        self.ends(thing, Phase::Complete);
                    }
                    expect => assert_eq!(expect, Expect::GoesOn),
                }
                let state = &self.things[thing];
                assert_eq!(state.phase, Phase::Complete);
                assert!(value.is_none() || value == state.value);
            }
            Panics(who, thing) => {
                assert_eq!(self.answer(who, thing), Expect::Runs);
                self.ends(thing, Phase::Poisoned);
            }
            FindsPoison(who, thing) => {
                assert_eq!(self.things[thing].phase, Phase::Poisoned);
                match self.answer(who, thing) {
                    Expect::Turn(how) => {
                        assert!(thing == LAZY || how == How::Call { force: false });
                        self.ends(thing, Phase::Poisoned);
                    }
                    expect => assert_eq!(expect, Expect::GoesOn),
                }
            }
            FindsNoFunction(who, thing) => {
                let state = &self.things[thing];
                assert!(thing == LAZY && state.called && state.phase == Phase::Incomplete);
                assert!(matches!(self.answer(who, thing), Expect::Turn(_)));
                self.ends(thing, Phase::Poisoned);
            }
            IsRefused(who, thing) => {
                assert_eq!(self.answer(who, thing), Expect::Refusal);
            }
            Unwinds(who, thing) => {
                assert!(self.killed[who]);
                match self.answer(who, thing) {
                    Expect::Turn(_) | Expect::Runs => self.ends(thing, self.things[thing].phase),
                    Expect::Waits | Expect::GoesOn => {}
                    Expect::Refusal => panic!("it is refused"),
                }
            }
            Kill(who) => self.kill(who),
            Gone(who) => assert!(self.asks[who].is_empty()),
            Left(ref threads) => {
                let waiting = (0..THREADS).filter(|&who| self.waits_for(who).is_some());
                assert!(waiting.eq(threads.iter().copied()), "{threads:?} are left");
            }
        }
    }
}

/// Looks at all that happened, and says where it went wrong.
pub(super) fn check(journal: &[Event]) {
    let mut model = Model::new();
    for (number, event) in journal.iter().enumerate() {
        let looks = AssertUnwindSafe(|| model.event(event));
        if catch_unwind(looks).is_err() {
            panic!("the last of these cannot be: {:#?}", &journal[..=number]);
        }
    }
    assert!(model.things.iter().all(|state| state.runner.is_none()));
}
