//! What the kernel counts on, under every policy: who is ready stands in the order once,
//! who is not does not, and of who has ended nothing is kept.
//!
//! Two threads run at a time, since the kernel does not count CPUs. That the arrows
//! themselves are right is in `../properties.rs`.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::state::StateName;
use kernel_sim::kernel::wait::{Wait, WaitReason};
use kernel_sim::kernel::{Kernel, Running};

use crate::support::attributes;

#[derive(Clone, Debug)]
enum Step {
    Create(Attributes),
    Admit(Index),
    Discard(Index),
    Dispatch,
    DispatchOnly(Index),
    Preempt(Index),
    Interrupt,
    Park(Index),
    /// For so many microseconds.
    Sleep(Index, u64),
    Join(Index, Index),
    Wake(Index),
    Unpark(Index),
    Kill(Index),
    Exit(Index),
    Reap(Index),
    /// So many microseconds pass.
    Pass(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = any::<Index>;
    let step = prop_oneof![
        12 => attributes().prop_map(Step::Create),
        12 => any().prop_map(Step::Admit),
        1 => any().prop_map(Step::Discard),
        30 => Just(Step::Dispatch),
        3 => any().prop_map(Step::DispatchOnly),
        12 => any().prop_map(Step::Preempt),
        6 => Just(Step::Interrupt),
        6 => any().prop_map(Step::Park),
        6 => (any(), 0..5_000u64).prop_map(|(cpu, time)| Step::Sleep(cpu, time)),
        3 => (any(), any()).prop_map(|(cpu, target)| Step::Join(cpu, target)),
        4 => any().prop_map(Step::Wake),
        4 => any().prop_map(Step::Unpark),
        3 => any().prop_map(Step::Kill),
        5 => any().prop_map(Step::Exit),
        5 => any().prop_map(Step::Reap),
        20 => prop_oneof![0..100u64, 0..20_000u64].prop_map(Step::Pass),
    ];
    prop::collection::vec(step, 1..250)
}

const CPUS: usize = 2;

struct Machine {
    kernel: Kernel<()>,
    running: Vec<Running<()>>,
    pids: Vec<Pid>,
}

impl Machine {
    fn new(policy: &str) -> Machine {
        let mut scheduler: Scheduler = policy.parse().expect("a policy");
        scheduler = scheduler.with_quantum(Duration::from_millis(1));
        Machine {
            kernel: Kernel::new(Clock::counted(), scheduler),
            running: Vec::new(),
            pids: Vec::new(),
        }
    }

    /// Those that are in that state.
    fn all(&self, state: StateName) -> BTreeSet<Pid> {
        let found = self.kernel.iter().filter(|pcb| pcb.state().name() == state);
        found.map(|pcb| pcb.pid()).collect()
    }

    fn pick(&self, index: &Index, state: StateName) -> Option<Pid> {
        let all: Vec<Pid> = self.all(state).into_iter().collect();
        (!all.is_empty()).then(|| *index.get(&all))
    }

    fn take_off(&mut self, cpu: &Index) -> Option<Running<()>> {
        let running = self.running.len();
        (running > 0).then(|| self.running.remove(cpu.index(running)))
    }

    fn block(&mut self, cpu: &Index, reason: WaitReason, time: Option<u64>) {
        if let Some(thread) = self.take_off(cpu) {
            let time = time.map(Duration::from_micros);
            let deadline = time.and_then(|time| self.kernel.now().checked_add(time));
            self.kernel.block(thread, Wait { reason, deadline });
        }
    }

    fn step(&mut self, step: &Step) -> TestCaseResult {
        match step {
            Step::Create(attributes) => {
                self.pids
                    .push(self.kernel.create((), *attributes, "thread"));
            }
            Step::Admit(index) => {
                let new = self.pick(index, StateName::New);
                new.map(|pid| self.kernel.admit(pid));
            }
            Step::Discard(index) => {
                let new = self.pick(index, StateName::New);
                new.map(|pid| self.kernel.discard(pid));
            }
            Step::Dispatch if self.running.len() < CPUS => {
                let somebody = !self.all(StateName::Ready).is_empty();
                let thread = self.kernel.dispatch();
                prop_assert!(thread.is_some() || !somebody, "somebody is ready");
                self.running.extend(thread);
            }
            Step::DispatchOnly(index) if self.running.len() < CPUS => {
                if let Some(pid) = self.pick(index, StateName::Ready) {
                    let thread = self.kernel.dispatch_only(pid);
                    prop_assert_eq!(thread.as_ref().map(Running::pid), Some(pid));
                    self.running.extend(thread);
                }
            }
            Step::Dispatch | Step::DispatchOnly(_) => {}
            Step::Preempt(cpu) => {
                let thread = self.take_off(cpu);
                thread
                    .into_iter()
                    .for_each(|thread| self.kernel.preempt(thread));
            }
            Step::Interrupt => {
                let over = |thread: &Running<()>| self.kernel.turn_is_over(thread.pid());
                if let Some(cpu) = self.running.iter().position(over) {
                    self.kernel.interrupt(self.running.remove(cpu));
                }
            }
            Step::Park(cpu) => self.block(cpu, WaitReason::Park, None),
            Step::Sleep(cpu, time) => self.block(cpu, WaitReason::Sleep, Some(*time)),
            Step::Join(cpu, target) => {
                if !self.pids.is_empty() {
                    let target = *target.get(&self.pids);
                    let itself = self.running.iter().any(|thread| thread.pid() == target);
                    let reason = if itself {
                        WaitReason::Park
                    } else {
                        WaitReason::Join(target)
                    };
                    self.block(cpu, reason, None);
                }
            }
            Step::Wake(index) => {
                let waiting = self.pick(index, StateName::Waiting);
                waiting.map(|pid| self.kernel.wake(pid));
            }
            Step::Unpark(index) if !self.pids.is_empty() => {
                self.kernel.unpark(*index.get(&self.pids));
            }
            Step::Kill(index) if !self.pids.is_empty() => self.kernel.kill(*index.get(&self.pids)),
            Step::Unpark(_) | Step::Kill(_) => {}
            Step::Exit(cpu) => {
                let thread = self.take_off(cpu);
                thread
                    .into_iter()
                    .for_each(|thread| self.kernel.exit(thread));
            }
            Step::Reap(index) => {
                let ended = self.pick(index, StateName::Terminated);
                ended.map(|pid| self.kernel.reap(pid));
            }
            Step::Pass(time) => self.kernel.pass(Duration::from_micros(*time)),
        }
        Ok(())
    }

    fn check(&self) -> TestCaseResult {
        let order = self.kernel.ready();
        let ready = self.all(StateName::Ready);
        prop_assert_eq!(order.len(), ready.len());
        prop_assert_eq!(order.into_iter().collect::<BTreeSet<_>>(), ready);

        let mut known = BTreeSet::new();
        for state in [StateName::Ready, StateName::Running, StateName::Waiting] {
            known.extend(self.all(state));
        }
        for pid in self.remembered() {
            prop_assert!(known.contains(&pid), "{pid:?} is not there, and remembered");
        }
        Ok(())
    }

    /// Those whom the policy knows, as its debug form tells.
    fn remembered(&self) -> BTreeSet<Pid> {
        let text = format!("{:?}", self.kernel.scheduler());
        let mentioned = |pid: &&Pid| text.contains(&format!("{pid:?}"));
        self.pids.iter().filter(mentioned).copied().collect()
    }

    /// Kills all and lets them end.
    fn shut_down(&mut self) -> TestCaseResult {
        for thread in self.running.drain(..) {
            self.kernel.exit(thread);
        }
        for &pid in &self.pids {
            self.kernel.kill(pid);
            let _ = self.kernel.discard(pid);
            let _ = self.kernel.wake(pid);
        }
        for pid in self.all(StateName::Ready) {
            let thread = self.kernel.dispatch_only(pid).expect("it is ready");
            self.kernel.exit(thread);
            self.check()?;
        }
        prop_assert!(self.kernel.dispatch().is_none());
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn who_is_ready_is_in_the_order_once_and_who_has_ended_is_forgotten(steps in steps()) {
        for policy in Scheduler::names() {
            let mut machine = Machine::new(policy);
            for step in &steps {
                machine.step(step)?;
                machine.check()?;
            }
            machine.shut_down()?;
            prop_assert!(machine.remembered().is_empty(), "under {}", policy);
        }
    }
}
