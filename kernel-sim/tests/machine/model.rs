//! The kernel's rules once more, as plainly as they can be said.
//!
//! Every thread has one record, and nothing else is kept: who is ready, who
//! sleeps and who joins whom is found by sorting the records. So a thread
//! cannot be in two places here, and a line cannot be out of order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::pcb::{Context, Pcb, Priority};
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::state::{Arrow, StateName};
use kernel_sim::kernel::wait::{ScopeId, Signal, WaitReason};
use kernel_sim::kernel::{Idle, Illegal};

use super::Wait;
use super::objects::Object;

/// In which order the ready threads run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    RoundRobin,
    Priority,
}

/// What a kernel lets everybody see of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) pid: Pid,

    pub(crate) state: StateName,
    pub(crate) wait: Option<Wait>,
    pub(crate) since: u64,
    pub(crate) switches: u64,
    pub(crate) killed: bool,
    pub(crate) scope: Option<ScopeId>,
}

impl<C: Context<Object = Object>> From<&Pcb<C>> for Seen {
    fn from(pcb: &Pcb<C>) -> Self {
        Self {
            pid: pcb.pid(),

            state: pcb.state().name(),
            wait: pcb.state().wait().copied(),
            since: pcb.since(),
            switches: pcb.switches(),
            killed: pcb.killed(),
            scope: pcb.scope(),
        }
    }
}

#[derive(Debug)]
struct Thread {
    seen: Seen,
    priority: Priority,
    signal: Signal,
    token: bool,
    /// The number of the move that brought the thread to its state.
    arrival: u64,
}

/// All threads, and the virtual time.
#[derive(Debug)]
pub(crate) struct Model {
    order: Order,
    threads: BTreeMap<Pid, Thread>,
    moves: u64,
    dispatches: u64,
    now: Instant,
}

const DISPATCH_TIME: Duration = Duration::from_micros(1);

impl Model {
    pub(crate) fn new(order: Order) -> Self {
        Self {
            order,
            threads: BTreeMap::new(),
            moves: 0,
            dispatches: 0,
            now: Instant::BOOT,
        }
    }

    pub(crate) fn create(&mut self, pid: Pid, priority: Priority) {
        let seen = Seen {
            pid,
            state: StateName::New,
            wait: None,
            since: self.dispatches,
            switches: 0,
            killed: false,
            scope: None,
        };
        let thread = Thread {
            seen,
            priority,
            signal: Signal::Continue,
            token: false,
            arrival: 0,
        };
        assert!(self.threads.insert(pid, thread).is_none(), "{pid:?} twice");
    }

    pub(crate) fn discard(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.expect(pid, Arrow::Discard, StateName::New)?;
        self.end_joins(pid);
        self.threads.remove(&pid);
        Ok(())
    }

    pub(crate) fn admit(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.expect(pid, Arrow::Admit, StateName::New)?;
        self.enter(pid, StateName::Ready, None);
        Ok(())
    }

    pub(crate) fn dispatch(&mut self) -> Option<(Pid, Signal)> {
        for (deadline, pid) in self.sleepers() {
            if deadline <= self.now {
                self.end_wait(pid, Signal::TimedOut);
            }
        }
        let pid = *self.ready().first()?;
        self.dispatch_only(pid)
    }

    pub(crate) fn dispatch_only(&mut self, pid: Pid) -> Option<(Pid, Signal)> {
        self.expect(pid, Arrow::Dispatch, StateName::Ready).ok()?;
        self.dispatches += 1;
        self.now = later(self.now, DISPATCH_TIME);
        self.enter(pid, StateName::Running, None);
        let thread = self.thread(pid);
        thread.seen.switches += 1;
        let news = std::mem::replace(&mut thread.signal, Signal::Continue);
        match thread.seen.killed {
            true => {
                let handed = news == Signal::Continue;
                Some((pid, Signal::Kill { handed }))
            }
            false => Some((pid, news)),
        }
    }

    pub(crate) fn preempt(&mut self, pid: Pid) {
        self.enter(pid, StateName::Ready, None);
    }

    pub(crate) fn block(&mut self, pid: Pid, wait: Wait) {
        let over = match wait.reason {
            WaitReason::Sleep
            | WaitReason::Scope(_)
            | WaitReason::KilledScope(_)
            | WaitReason::Object(_)
            | WaitReason::Memory => false,
            WaitReason::Park => std::mem::take(&mut self.thread(pid).token),
            WaitReason::Join(target) => self.has_ended(target),
        };
        self.enter(pid, StateName::Waiting, Some(wait));
        if self.thread(pid).seen.killed && wait.reason.is_killable() {
            self.end_wait(pid, Signal::Kill { handed: false });
        } else if over {
            self.end_wait(pid, Signal::Continue);
        }
    }

    pub(crate) fn wake(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.expect(pid, Arrow::Wake, StateName::Waiting)?;
        self.end_wait(pid, Signal::Continue);
        Ok(())
    }

    pub(crate) fn exit(&mut self, pid: Pid) {
        self.enter(pid, StateName::Terminated, None);
        self.end_joins(pid);
    }

    pub(crate) fn reap(&mut self, pid: Pid) -> Result<(), Illegal> {
        self.expect(pid, Arrow::Reap, StateName::Terminated)?;
        self.threads.remove(&pid);
        Ok(())
    }

    pub(crate) fn kill(&mut self, pid: Pid) {
        if self.has_ended(pid) {
            return;
        }
        self.thread(pid).seen.killed = true;
        let wait = self.thread(pid).seen.wait;
        if wait.is_some_and(|wait| wait.reason.is_killable()) {
            self.end_wait(pid, Signal::Kill { handed: false });
        }
    }

    pub(crate) fn unpark(&mut self, pid: Pid) {
        if self.has_ended(pid) {
            return;
        }
        let thread = self.thread(pid);
        match thread.seen.wait {
            Some(wait) if wait.reason == WaitReason::Park => self.end_wait(pid, Signal::Continue),
            _ => thread.token = true,
        }
    }

    pub(crate) fn wake_first(&mut self, object: Object) -> Option<Pid> {
        let first = *self.line(object).first()?;
        self.end_wait(first, Signal::Continue);
        Some(first)
    }

    pub(crate) fn put_in_scope(&mut self, pid: Pid, scope: ScopeId) {
        if let Some(thread) = self.threads.get_mut(&pid) {
            thread.seen.scope = Some(scope);
        }
    }

    pub(crate) fn idle(&mut self) -> Idle {
        match self.sleepers().first() {
            Some(&(deadline, _)) => {
                self.now = self.now.max(deadline);
                Idle::No
            }
            None => Idle::Forever,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    pub(crate) fn dispatches(&self) -> u64 {
        self.dispatches
    }

    pub(crate) fn seen(&self, pid: Pid) -> Option<&Seen> {
        self.threads.get(&pid).map(|thread| &thread.seen)
    }

    pub(crate) fn has_ended(&self, pid: Pid) -> bool {
        matches!(self.state(pid), None | Some(StateName::Terminated))
    }

    pub(crate) fn oldest(&self, apt: impl Fn(&Seen) -> bool) -> Option<Pid> {
        let mut threads = self.threads.values().map(|thread| &thread.seen);
        threads.find(|seen| apt(seen)).map(|seen| seen.pid)
    }

    pub(crate) fn priority(&self, pid: Pid) -> Option<Priority> {
        self.threads.get(&pid).map(|thread| thread.priority)
    }

    pub(crate) fn len(&self) -> usize {
        self.threads.len()
    }

    pub(crate) fn ready(&self) -> Vec<Pid> {
        // To round-robin all are equally urgent.
        let urgency = |thread: &Thread| match self.order {
            Order::RoundRobin => Priority::NORMAL,
            Order::Priority => thread.priority,
        };
        pids(self.sorted(|thread| {
            (thread.seen.state == StateName::Ready).then(|| Reverse(urgency(thread)))
        }))
    }

    pub(crate) fn joiners(&self, target: Pid) -> Vec<Pid> {
        self.waiting(WaitReason::Join(target))
    }

    /// Those that wait for the object, the first first.
    pub(crate) fn line(&self, object: Object) -> Vec<Pid> {
        self.waiting(WaitReason::Object(object))
    }

    /// Those in the scope that have not ended.
    pub(crate) fn in_scope(&self, scope: ScopeId) -> Vec<Pid> {
        let members = self.threads.values().map(|thread| &thread.seen);
        let members = members.filter(|seen| seen.scope == Some(scope));
        let alive = members.filter(|seen| seen.state != StateName::Terminated);
        alive.map(|seen| seen.pid).collect()
    }

    fn waiting(&self, reason: WaitReason<Object>) -> Vec<Pid> {
        pids(self.sorted(|thread| (thread.seen.wait?.reason == reason).then_some(())))
    }

    fn sleepers(&self) -> Vec<(Instant, Pid)> {
        self.sorted(|thread| thread.seen.wait?.deadline)
    }

    /// The threads that have a key, by their keys and then by arrival.
    fn sorted<K: Ord>(&self, key: impl Fn(&Thread) -> Option<K>) -> Vec<(K, Pid)> {
        let mut line: Vec<_> = self
            .threads
            .values()
            .filter_map(|thread| Some((key(thread)?, thread.arrival, thread.seen.pid)))
            .collect();
        line.sort_unstable();
        line.into_iter().map(|(key, _, pid)| (key, pid)).collect()
    }

    fn state(&self, pid: Pid) -> Option<StateName> {
        self.seen(pid).map(|seen| seen.state)
    }

    fn end_joins(&mut self, target: Pid) {
        for joiner in self.joiners(target) {
            self.end_wait(joiner, Signal::Continue);
        }
    }

    fn end_wait(&mut self, pid: Pid, signal: Signal) {
        self.thread(pid).signal = signal;
        self.enter(pid, StateName::Ready, None);
    }

    fn enter(&mut self, pid: Pid, state: StateName, wait: Option<Wait>) {
        self.moves += 1;
        let (arrival, since) = (self.moves, self.dispatches);
        let thread = self.thread(pid);
        thread.arrival = arrival;
        thread.seen.state = state;
        thread.seen.wait = wait;
        thread.seen.since = since;
    }

    fn expect(&self, pid: Pid, arrow: Arrow, state: StateName) -> Result<(), Illegal> {
        match self.state(pid) {
            Some(found) if found == state => Ok(()),
            found => Err(Illegal { pid, arrow, found }),
        }
    }

    fn thread(&mut self, pid: Pid) -> &mut Thread {
        self.threads.get_mut(&pid).expect("the model knows it")
    }
}

pub(crate) fn later(instant: Instant, duration: Duration) -> Instant {
    instant.checked_add(duration).expect("tests are short")
}

fn pids<K>(line: Vec<(K, Pid)>) -> Vec<Pid> {
    line.into_iter().map(|(_, pid)| pid).collect()
}
