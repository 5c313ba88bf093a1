//! What a program does, in plain words: threads with a place in their text, and
//! lists of those that wait.

mod meeting;
mod steps;

use std::collections::VecDeque;

use super::program::{Op, Program};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    Semaphore(usize),
    Event,
    Barrier,
    /// Where those wait who come while the action runs.
    Door,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Ready,
    Running,
    Sleeping,
    Waiting(Line),
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Signal {
    /// It goes on, with what it waited for if it did.
    Continue,
    TimedOut,
    /// The barrier was broken or reset.
    Broken,
    Kill,
}

struct Thread {
    state: State,
    begun: bool,
    next: usize,
    /// What it does with the signal, when it has waited.
    waited: Option<Op>,
    signal: Signal,
    killed: bool,
    guards: VecDeque<usize>,
    /// How many came before, of those that have met.
    number: usize,
    /// When it began to wait, and how many breaks there were.
    since: u64,
    breaks: usize,
    at_door: bool,
}

struct Semaphore {
    free: usize,
    guards: usize,
    most: usize,
}

struct Model<'a> {
    program: &'a Program,
    threads: Vec<Thread>,
    semaphores: [Semaphore; 3],
    set: bool,
    broken: bool,
    breaks: usize,
    /// Who runs the action.
    actor: Option<usize>,
    lines: Vec<(Line, usize)>,
    ready: VecDeque<usize>,
    timers: Vec<(u64, usize, usize)>,
    arrivals: usize,
    dispatches: u64,
    leapt: u64,
    journal: Vec<String>,
    /// What happens and nobody says, to know that it does.
    notes: Vec<String>,
}

pub(crate) fn run(program: &Program) -> Vec<String> {
    run_with_notes(program).0
}

pub(crate) fn run_with_notes(program: &Program) -> (Vec<String>, Vec<String>) {
    let threads = program.bodies.len();
    let thread = |_| Thread {
        state: State::Ready,
        begun: false,
        next: 0,
        waited: None,
        signal: Signal::Continue,
        killed: false,
        guards: VecDeque::new(),
        number: 0,
        since: 0,
        breaks: 0,
        at_door: false,
    };
    let semaphore = |which: usize, most| Semaphore {
        free: program.permits[which],
        guards: 0,
        most,
    };
    let mut model = Model {
        program,
        threads: (0..threads).map(thread).collect(),
        semaphores: [
            semaphore(0, usize::MAX),
            semaphore(1, program.permits[1]),
            semaphore(2, 1),
        ],
        set: false,
        broken: false,
        breaks: 0,
        actor: None,
        lines: Vec::new(),
        ready: (0..threads).collect(),
        timers: Vec::new(),
        arrivals: 0,
        // Main's.
        dispatches: 1,
        leapt: 0,
        journal: Vec::new(),
        notes: Vec::new(),
    };
    let deadlock = !model.drive();
    model.shut_down();
    if deadlock {
        model.journal.push("deadlock".into());
    }
    let free = model.semaphores.each_ref().map(|semaphore| {
        assert_eq!(semaphore.guards, 0);
        semaphore.free
    });
    let (set, broken) = (model.set, model.broken);
    model
        .journal
        .push(format!("{free:?} free, {set}, {broken}"));
    (model.journal, model.notes)
}

impl Model<'_> {
    fn say(&mut self, me: usize, text: impl AsRef<str>) {
        self.journal.push(format!("{me} {}", text.as_ref()));
    }

    fn now(&self) -> u64 {
        self.leapt + self.dispatches
    }

    /// False in a deadlock.
    fn drive(&mut self) -> bool {
        while self
            .threads
            .iter()
            .any(|thread| thread.state != State::Ended)
        {
            self.timers.sort();
            while let Some(&(deadline, _, who)) = self.timers.first()
                && deadline <= self.now()
            {
                self.wake(who, Signal::TimedOut);
            }
            match (self.ready.pop_front(), self.timers.first()) {
                (Some(who), _) => self.turn(who),
                (None, Some(&(deadline, ..))) => self.leapt += deadline - self.now(),
                (None, None) => return false,
            }
        }
        true
    }

    /// The newest first.
    fn shut_down(&mut self) {
        for who in (0..self.threads.len()).rev() {
            self.kill(who);
            while let Some(place) = self.ready.iter().position(|&ready| ready == who) {
                self.ready.remove(place);
                self.turn(who);
            }
        }
    }

    fn kill(&mut self, who: usize) {
        let thread = &mut self.threads[who];
        if thread.state == State::Ended {
            return;
        }
        thread.killed = true;
        match thread.state {
            State::Waiting(line) => {
                self.wake(who, Signal::Kill);
                self.notes.push(match line {
                    Line::Barrier => "killed and does not count".into(),
                    _ => "killed while it waited".into(),
                });
            }
            State::Sleeping => self.wake(who, Signal::Kill),
            _ => {}
        }
    }

    fn wake(&mut self, who: usize, signal: Signal) {
        self.lines.retain(|&(_, waits)| waits != who);
        self.timers.retain(|&(.., sleeper)| sleeper != who);
        self.threads[who].state = State::Ready;
        self.threads[who].signal = signal;
        self.ready.push_back(who);
    }

    fn first(&self, line: Line) -> Option<usize> {
        let waits = self.lines.iter().find(|(other, _)| *other == line);
        waits.map(|&(_, who)| who)
    }

    fn wake_all(&mut self, line: Line) {
        while let Some(who) = self.first(line) {
            self.wake(who, Signal::Continue);
        }
    }

    /// Whoever waits for a permit gets what is free.
    fn share_out(&mut self, which: usize) {
        while self.semaphores[which].free > 0
            && let Some(who) = self.first(Line::Semaphore(which))
        {
            self.take(which);
            self.wake(who, Signal::Continue);
        }
    }

    fn take(&mut self, which: usize) -> bool {
        let semaphore = &mut self.semaphores[which];
        let free = semaphore.free > 0;
        semaphore.free -= usize::from(free);
        semaphore.guards += usize::from(free);
        free
    }

    fn give_back(&mut self, which: usize) {
        self.semaphores[which].guards -= 1;
        self.semaphores[which].free += 1;
        self.share_out(which);
    }

    /// Runs the thread until it gives up the CPU.
    fn turn(&mut self, me: usize) {
        self.dispatches += 1;
        let thread = &mut self.threads[me];
        thread.state = State::Running;
        let (signal, waited) = (thread.signal, thread.waited.take());
        thread.signal = Signal::Continue;
        if thread.killed {
            self.killed(me, signal, waited);
        } else {
            if !std::mem::replace(&mut thread.begun, true) {
                self.say(me, "begins");
            }
            if let Some(op) = waited {
                self.has_waited(me, op, signal);
            }
            while self.threads[me].state == State::Running {
                match self.program.bodies[me].ops.get(self.threads[me].next) {
                    Some(&op) => self.step(me, op),
                    None => {
                        self.say(me, "ends");
                        self.end(me);
                    }
                }
            }
        }
    }

    fn killed(&mut self, me: usize, signal: Signal, waited: Option<Op>) {
        match (signal, waited) {
            (_, Some(Op::AcquireTimeout(_, 0))) => {}
            (Signal::Continue, Some(Op::Acquire(which) | Op::AcquireTimeout(which, _))) => {
                self.notes.push("handed on by a killed thread".into());
                self.give_back(which);
            }
            _ if self.actor == Some(me) => {
                self.actor = None;
                if !self.broken {
                    self.send_away(true);
                }
                self.notes.push("killed while it acted".into());
            }
            (Signal::Continue, Some(Op::Meet)) => self.notes.push("killed when it had met".into()),
            (Signal::Broken, _) => self.notes.push("killed when it was sent away".into()),
            _ => {}
        }
        match self.threads[me].begun {
            true => self.unwind(me),
            // Nothing of it ever was.
            false => self.threads[me].state = State::Ended,
        }
    }

    fn unwind(&mut self, me: usize) {
        let guards = self.threads[me].guards.len();
        self.say(me, format!("unwinds with {guards} guards"));
        for &op in &self.program.bodies[me].last {
            self.unwinding_step(me, op);
        }
        self.end(me);
    }

    fn end(&mut self, me: usize) {
        while let Some(which) = self.threads[me].guards.pop_front() {
            self.say(me, format!("{which} left"));
            self.give_back(which);
        }
        self.say(me, "gone");
        self.threads[me].state = State::Ended;
    }

    /// What a wait came to.
    fn has_waited(&mut self, me: usize, op: Op, signal: Signal) {
        let in_time = signal == Signal::Continue;
        match op {
            Op::Yield => self.say(me, "yielded"),
            Op::Sleep(_) => self.say(me, "slept"),
            Op::AcquireTimeout(_, 0) | Op::WaitTimeout(0) => self.unwinding_step(me, op),
            Op::Acquire(which) | Op::AcquireTimeout(which, _) if in_time => {
                self.has_acquired(me, which, "in the end");
            }
            Op::AcquireTimeout(which, _) if self.take(which) => {
                self.has_acquired(me, which, "though the time was up");
            }
            Op::AcquireTimeout(which, _) => self.say(me, format!("{which}: the time is up")),
            Op::Wait | Op::WaitTimeout(_) if in_time => {
                self.say(me, "seen");
                self.notes.push("seen in the end".into());
            }
            Op::WaitTimeout(_) => self.say(me, "not seen in time"),
            Op::Meet | Op::MeetTimeout(_) => self.has_waited_to_meet(me, op, signal),
            _ => unreachable!("it does not wait"),
        }
    }

    fn has_acquired(&mut self, me: usize, which: usize, when: &str) {
        match which {
            2 => self.semaphores[2].guards -= 1,
            _ => self.threads[me].guards.push_back(which),
        }
        self.say(me, format!("{which} acquired"));
        self.notes.push(format!("{which} acquired {when}"));
    }

    fn wait(&mut self, me: usize, op: Op, state: State, micros: Option<u64>) {
        self.threads[me].waited = Some(op);
        self.threads[me].state = state;
        if let State::Waiting(line) = state {
            self.lines.push((line, me));
        }
        if let Some(micros) = micros {
            self.arrivals += 1;
            self.timers.push((self.now() + micros, self.arrivals, me));
        }
        if self.threads[me].killed {
            self.wake(me, Signal::Kill);
        }
    }

    fn let_others_run(&mut self, me: usize, op: Op) {
        self.threads[me].waited = Some(op);
        self.threads[me].state = State::Ready;
        self.ready.push_back(me);
    }
}
