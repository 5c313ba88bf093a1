//! A kernel and the model of it, which are told the same and have to agree.

use std::cell::RefCell;
use std::fmt;
use std::num::NonZero;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::{Clock, Instant};
use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::state::StateName;
use kernel_sim::kernel::wait::{self, ScopeId, Signal, WaitReason};
use kernel_sim::kernel::{Kernel, Running};

mod model;
mod objects;
mod rings;
mod step;

pub(crate) use model::Order;
use model::{Model, Seen, later};
use objects::{OBJECTS, Object};
pub(crate) use step::steps;
use step::{Pick, Reason, Step};

/// A context that can be counted: it has a number that no other has, and it
/// writes that number down when it is dropped.
pub(crate) struct Token {
    number: u64,
    dropped: Rc<RefCell<Vec<u64>>>,
}

impl Context for Token {
    type Identity = String;
    type Object = Object;

    fn is_firm(stamp: u64, _who: &String) -> bool {
        objects::is_firm(stamp)
    }
}

type Wait = wait::Wait<Object>;

impl Drop for Token {
    fn drop(&mut self) {
        self.dropped.borrow_mut().push(self.number);
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.number)
    }
}

/// A kernel, the model of it, and whatever is outside of the kernel.
pub(crate) struct Machine {
    pub(crate) kernel: Kernel<Token>,
    model: Model,
    objects: [Object; OBJECTS],
    pub(crate) running: Vec<Running<Token>>,
    given_back: Vec<Token>,
    pub(crate) pids: Vec<Pid>,
    pub(crate) dropped: Rc<RefCell<Vec<u64>>>,
}

const CPUS: usize = 2;

/// The one for whose threads others wait.
const SCOPE: ScopeId = ScopeId(NonZero::<u64>::MIN);

impl Machine {
    pub(crate) fn new(order: Order) -> Self {
        let name = match order {
            Order::RoundRobin => "round-robin",
            Order::Priority => "priority",
        };
        let scheduler: Scheduler = name.parse().expect("a policy");
        Self {
            kernel: Kernel::new(Clock::virtual_time(), scheduler),
            model: Model::new(order),
            objects: Object::all(),
            running: Vec::new(),
            given_back: Vec::new(),
            pids: Vec::new(),
            dropped: Rc::default(),
        }
    }

    /// A machine that has done all these steps and was right after each.
    pub(crate) fn run(order: Order, steps: Vec<Step>) -> Result<Self, TestCaseError> {
        let mut machine = Self::new(order);
        for step in steps {
            machine.step(step)?;
            machine.check_threads()?;
            machine.check_contexts()?;
        }
        Ok(machine)
    }

    fn step(&mut self, step: Step) -> TestCaseResult {
        match step {
            Step::Create(priority) => self.create(priority)?,
            Step::Discard(pick) => {
                if let Some(pid) = self.pick(&pick, is_new) {
                    let said = self.model.discard(pid);
                    let got = self.call(said.is_ok(), |kernel| kernel.discard(pid))?;
                    prop_assert_eq!(got.as_ref().err(), said.as_ref().err());
                    self.give_back(pid, got.ok())?;
                }
            }
            Step::Admit(pick) => {
                if let Some(pid) = self.pick(&pick, is_new) {
                    let said = self.model.admit(pid);
                    let got = self.call(said.is_ok(), |kernel| kernel.admit(pid))?;
                    prop_assert_eq!(got, said);
                }
            }
            Step::Dispatch if self.running.len() < CPUS => {
                let said = self.model.dispatch();
                let got = self.kernel.dispatch();
                prop_assert_eq!(got.as_ref().map(|t| (t.pid(), t.signal)), said);
                self.running.extend(got);
            }
            Step::DispatchOnly(pick) if self.running.len() < CPUS => {
                if let Some(pid) = self.pick(&pick, |seen| seen.state == StateName::Ready) {
                    let said = self.model.dispatch_only(pid);
                    let got = self.call(said.is_some(), |kernel| kernel.dispatch_only(pid))?;
                    prop_assert_eq!(got.as_ref().map(|t| (t.pid(), t.signal)), said);
                    self.running.extend(got);
                }
            }
            Step::Dispatch | Step::DispatchOnly(_) => {}
            Step::Preempt(cpu) => {
                if let Some(mut thread) = self.take_off(&cpu) {
                    let pid = thread.pid();
                    self.model.preempt(pid);
                    match self.kernel.preempt_alone(pid) {
                        None => self.kernel.preempt(thread),
                        Some(dispatch) => {
                            let said = self.model.dispatch();
                            prop_assert_eq!(said, Some((pid, Signal::Continue)));
                            thread.dispatch = dispatch;
                            self.running.push(thread);
                        }
                    }
                }
            }
            Step::Block(cpu, reason, deadline) => self.block(&cpu, &reason, deadline),
            Step::Wake(pick) => {
                if let Some(pid) = self.pick(&pick, |seen| seen.state == StateName::Waiting) {
                    let said = self.model.wake(pid);
                    let got = self.call(said.is_ok(), |kernel| kernel.wake(pid))?;
                    prop_assert_eq!(got, said);
                }
            }
            Step::Exit(cpu) => {
                if let Some(thread) = self.take_off(&cpu) {
                    let pid = thread.pid();
                    self.model.exit(pid);
                    let context = self.kernel.exit(thread);
                    self.give_back(pid, Some(context))?;
                }
            }
            Step::Reap(pick) => {
                if let Some(pid) = self.pick(&pick, |seen| seen.state == StateName::Terminated) {
                    let said = self.model.reap(pid).map(|()| name(pid));
                    let got = self.call(said.is_ok(), |kernel| kernel.reap(pid))?;
                    prop_assert_eq!(got, said);
                }
            }
            Step::Kill(pick) => {
                if let Some(pid) = self.pick(&pick, |_| true) {
                    let alive = !self.model.has_ended(pid);
                    self.model.kill(pid);
                    self.call(alive, |kernel| kernel.kill(pid))?;
                }
            }
            Step::Unpark(pick) => {
                if let Some(pid) = self.pick(&pick, can_park) {
                    let alive = !self.model.has_ended(pid);
                    self.model.unpark(pid);
                    self.call(alive, |kernel| kernel.unpark(pid))?;
                }
            }
            Step::Idle => prop_assert_eq!(self.kernel.idle(), self.model.idle()),
            Step::WakeFirst(index) => {
                let object = *index.get(&self.objects);
                let said = self.model.wake_first(object);
                let got = self.call(said.is_some(), |kernel| kernel.wake_first(object.line()))?;
                prop_assert_eq!(got, said);
            }
            Step::Give(index, pick, certain) => {
                let has_run =
                    |pid: &Pid| self.model.seen(*pid).is_some_and(|seen| seen.switches > 0);
                let pid = self.pick(&pick, |seen| seen.wait.is_some());
                if let Some(pid) = pid.filter(has_run) {
                    let since = self.kernel.dispatches();
                    index.get(&self.objects).give_to(pid, since, certain);
                }
            }
            Step::TakeAway(index) => index.get(&self.objects).take_away(),
            Step::PutInScope(pick) => {
                if let Some(pid) = self.pick(&pick, |_| true) {
                    let there = self.model.seen(pid).is_some();
                    self.model.put_in_scope(pid, SCOPE);
                    self.call(there, |kernel| kernel.put_in_scope(pid, Some(SCOPE)))?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn create(&mut self, priority: Priority) -> TestCaseResult {
        let token = Token {
            number: self.pids.len() as u64 + 1,
            dropped: Rc::clone(&self.dropped),
        };
        let number = token.number;
        let next = self.kernel.next_pid();
        let pid = self.kernel.create(token, priority, name(next));
        prop_assert_eq!(pid, next);
        prop_assert_eq!(pid.ident(), number, "idents count the threads");
        self.model.create(pid, priority);
        self.pids.push(pid);
        Ok(())
    }

    fn block(&mut self, cpu: &Index, reason: &Reason, deadline: Option<u32>) {
        let Some(thread) = self.take_off(cpu) else {
            return;
        };
        let reason = match reason {
            Reason::Sleep => WaitReason::Sleep,
            Reason::Park => WaitReason::Park,
            Reason::Scope => WaitReason::Scope(SCOPE),
            Reason::KilledScope => WaitReason::KilledScope(SCOPE),
            Reason::Join(pick) => join_other(self.pick(pick, |_| true), thread.pid()),
            Reason::JoinOldest => join_other(self.model.oldest(|_| true), thread.pid()),
            Reason::JoinNew => join_other(self.model.oldest(is_new), thread.pid()),
            Reason::Memory => WaitReason::Memory,
            Reason::Object(index) => WaitReason::Object(*index.get(&self.objects)),
        };
        let deadline = deadline.map(|halves| {
            let halves = Duration::from_nanos(500) * halves;
            let since_boot = self.model.now() - Instant::BOOT + halves;
            let since_boot = since_boot.saturating_sub(Duration::from_micros(1));
            later(Instant::BOOT, since_boot)
        });
        let wait = Wait { reason, deadline };
        self.model.block(thread.pid(), wait);
        self.kernel.block(thread, wait);
    }

    /// Makes the call. One that is illegal, or about a thread that has
    /// ended, shall not even change what nobody can see.
    fn call<T>(
        &mut self,
        changes: bool,
        call: impl FnOnce(&mut Kernel<Token>) -> T,
    ) -> Result<T, TestCaseError> {
        // Only in its alternate form does a slab show what is in it.
        let before = (!changes).then(|| format!("{:#?}", self.kernel));
        let result = call(&mut self.kernel);
        if let Some(before) = before {
            prop_assert_eq!(format!("{:#?}", self.kernel), before);
        }
        Ok(result)
    }

    fn pick(&self, pick: &Pick, apt: impl Fn(&Seen) -> bool) -> Option<Pid> {
        let is_apt = |pid: &&Pid| self.model.seen(**pid).is_some_and(&apt);
        let (index, among): (_, Vec<_>) = match pick {
            Pick::Apt(index) => (index, self.pids.iter().filter(is_apt).collect()),
            Pick::Ever(index) => (index, self.pids.iter().collect()),
        };
        (!among.is_empty()).then(|| **index.get(&among))
    }

    fn take_off(&mut self, cpu: &Index) -> Option<Running<Token>> {
        let running = self.running.len();
        (running > 0).then(|| self.running.remove(cpu.index(running)))
    }

    fn give_back(&mut self, pid: Pid, context: Option<Token>) -> TestCaseResult {
        if let Some(context) = context {
            prop_assert_eq!(context.number, pid.ident());
            self.given_back.push(context);
        }
        Ok(())
    }

    fn check_threads(&self) -> TestCaseResult {
        let Self { kernel, model, .. } = self;
        prop_assert_eq!(kernel.ready(), model.ready());
        prop_assert_eq!(kernel.now(), model.now());
        prop_assert_eq!(kernel.dispatches(), model.dispatches());
        prop_assert_eq!(kernel.len(), model.len());
        prop_assert_eq!(kernel.iter().count(), model.len());
        for &pid in &self.pids {
            prop_assert_eq!(kernel.get(pid).map(Seen::from), model.seen(pid).cloned());
            let priority = kernel.attributes(pid).map(Attributes::priority);
            prop_assert_eq!(priority, model.priority(pid));
            prop_assert_eq!(kernel.joiners(pid), model.joiners(pid));
            let waits = model.seen(pid).is_some_and(|seen| seen.wait.is_some());
            prop_assert_eq!(kernel.is_waiting(pid), waits);
        }
        for object in self.objects {
            let (queue, line) = (object.line().get(), model.line(object));
            prop_assert_eq!(queue.is_empty(), line.is_empty());
            prop_assert_eq!(kernel.waiting_in(queue), line);
        }
        let mut in_scope = kernel.in_scope(SCOPE);
        in_scope.sort();
        prop_assert_eq!(in_scope, model.in_scope(SCOPE));
        Ok(())
    }

    fn check_contexts(&self) -> TestCaseResult {
        let mut held = Vec::new();
        for pcb in self.kernel.iter() {
            prop_assert_eq!(pcb.identity(), &name(pcb.pid()));
            if let Some(context) = pcb.state().context() {
                prop_assert_eq!(context.number, pcb.pid().ident());
                held.push(context.number);
            }
        }
        for thread in &self.running {
            prop_assert_eq!(thread.context.number, thread.pid().ident());
            held.push(thread.context.number);
        }
        held.extend(self.given_back.iter().map(|context| context.number));
        held.sort_unstable();
        prop_assert!(held.into_iter().eq(1..=self.pids.len() as u64));
        prop_assert!(self.dropped.borrow().is_empty());
        Ok(())
    }
}

fn name(pid: Pid) -> String {
    format!("thread number {}", pid.ident())
}

fn join_other(target: Option<Pid>, joiner: Pid) -> WaitReason<Object> {
    match target {
        Some(target) if target != joiner => WaitReason::Join(target),
        _ => WaitReason::Park,
    }
}

fn is_new(seen: &Seen) -> bool {
    seen.state == StateName::New
}

fn can_park(seen: &Seen) -> bool {
    match seen.wait {
        Some(wait) => wait.reason == WaitReason::Park,
        None => seen.state == StateName::Running,
    }
}
