//! The model's kernel: a queue of the threads that are ready, and a list of
//! those that wait.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

/// Why a thread unwinds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cause {
    Panic,
    ScopePanic,
    Kill,
}

impl Cause {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Cause::Panic => "panic",
            Cause::ScopePanic => "scope's panic",
            Cause::Kill => "kill",
        }
    }
}

pub(crate) type End = Result<(), Cause>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Signal {
    Continue,
    TimedOut,
    Kill,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wait {
    Sleep,
    Park,
    Join(usize),
    Scope,
    KilledScope,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum State {
    Absent,
    New,
    Ready,
    Running,
    Waiting(Wait),
    Ended,
}

#[derive(Clone, Copy)]
pub(crate) enum Trap {
    Yield,
    /// For what, and how many nanoseconds at most.
    Wait(Wait, Option<u64>),
}

pub(crate) struct Thread {
    pub(crate) state: State,
    pub(crate) body: Option<Pin<Box<dyn Future<Output = ()>>>>,
    pub(crate) begun: bool,
    pub(crate) daemon: bool,
    pub(crate) killed: bool,
    pub(crate) token: bool,
    pub(crate) signal: Signal,
    /// In which scope it is, and who owns that.
    pub(crate) scope: Option<(usize, usize)>,
    /// Whether somebody can still take the one handle.
    pub(crate) has_handle: bool,
    pub(crate) end: End,
    pub(crate) joiners: Vec<usize>,
}

/// How many threads of it are left, and how many panics nobody has taken.
pub(crate) struct Running {
    pub(crate) left: usize,
    pub(crate) panics: usize,
}

pub(crate) struct Kernel {
    pub(crate) threads: Vec<Thread>,
    /// In the order in which they were made.
    pub(crate) order: Vec<usize>,
    pub(crate) ready: VecDeque<usize>,
    /// Deadlines, and who comes when: the earlier arrival first.
    pub(crate) timers: Vec<(u64, u64, usize)>,
    pub(crate) arrivals: u64,
    pub(crate) dispatches: u64,
    pub(crate) leapt: u64,
    pub(crate) awaited: usize,
    pub(crate) scopes: Vec<Running>,
    pub(crate) trap: Option<Trap>,
    pub(crate) journal: Vec<String>,
}

/// The kernel.
impl Kernel {
    pub(crate) fn new(threads: usize) -> Self {
        let thread = |_| Thread {
            state: State::Absent,
            body: None,
            begun: false,
            daemon: false,
            killed: false,
            token: false,
            signal: Signal::Continue,
            scope: None,
            has_handle: false,
            end: Ok(()),
            joiners: Vec::new(),
        };
        Self {
            threads: (0..threads).map(thread).collect(),
            order: Vec::new(),
            ready: VecDeque::new(),
            timers: Vec::new(),
            arrivals: 0,
            dispatches: 0,
            leapt: 0,
            awaited: 0,
            scopes: Vec::new(),
            trap: None,
            journal: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.leapt + self.dispatches * 1_000
    }

    pub(crate) fn wake(&mut self, who: usize, signal: Signal) {
        if let State::Waiting(Wait::Join(target)) = self.threads[who].state {
            self.threads[target].joiners.retain(|&joiner| joiner != who);
        }
        self.timers.retain(|&(.., sleeper)| sleeper != who);
        self.threads[who].state = State::Ready;
        self.threads[who].signal = signal;
        self.ready.push_back(who);
    }

    pub(crate) fn wake_due(&mut self) {
        self.timers.sort();
        while let Some(&(deadline, _, who)) = self.timers.first()
            && deadline <= self.now()
        {
            self.wake(who, Signal::TimedOut);
        }
    }

    pub(crate) fn kill(&mut self, who: usize) {
        match self.threads[who].state {
            State::Absent | State::Ended => return,
            _ => self.threads[who].killed = true,
        }
        if let State::Waiting(wait) = self.threads[who].state
            && wait != Wait::KilledScope
        {
            self.wake(who, Signal::Kill);
        }
    }

    pub(crate) fn unpark(&mut self, who: usize) {
        match self.threads[who].state {
            State::Absent | State::Ended => {}
            State::Waiting(Wait::Park) => self.wake(who, Signal::Continue),
            _ => self.threads[who].token = true,
        }
    }

    pub(crate) fn block(&mut self, who: usize, wait: Wait, timeout: Option<u64>) {
        self.threads[who].state = State::Waiting(wait);
        if let Some(timeout) = timeout {
            self.arrivals += 1;
            self.timers.push((self.now() + timeout, self.arrivals, who));
        }
        let in_vain = match wait {
            Wait::Park => std::mem::take(&mut self.threads[who].token),
            Wait::Join(target) => {
                self.threads[target].joiners.push(who);
                false
            }
            _ => false,
        };
        if self.threads[who].killed && wait != Wait::KilledScope {
            self.wake(who, Signal::Kill);
        } else if in_vain {
            self.wake(who, Signal::Continue);
        }
    }

    pub(crate) fn exit(&mut self, who: usize) {
        self.threads[who].state = State::Ended;
        if let Some((scope, owner)) = self.threads[who].scope {
            self.scopes[scope].left -= 1;
            let waits = matches!(
                self.threads[owner].state,
                State::Waiting(Wait::Scope | Wait::KilledScope)
            );
            if self.scopes[scope].left == 0 && waits {
                self.wake(owner, Signal::Continue);
            }
        }
        while let Some(&joiner) = self.threads[who].joiners.first() {
            self.wake(joiner, Signal::Continue);
        }
        if !self.threads[who].daemon {
            self.awaited -= 1;
        }
    }
}
