//! What the model's threads do: the same as in `run.rs`, in terms of the
//! model's kernel.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::kernel::{Cause, End, Running, Signal, State, Trap, Wait};
use crate::model::Model;
use crate::program::{Op, Scope};

/// What threads do.
impl Model {
    async fn trap(&self, me: usize, trap: Trap) -> Signal {
        self.kernel.borrow_mut().trap = Some(trap);
        let mut suspended = false;
        poll_fn(|_| match std::mem::replace(&mut suspended, true) {
            false => Poll::Pending,
            true => Poll::Ready(()),
        })
        .await;
        let kernel = &mut *self.kernel.borrow_mut();
        let news = Signal::Continue;
        std::mem::replace(&mut kernel.threads[me].signal, news)
    }

    /// As [`Model::trap`], but a kill unwinds.
    async fn give_up_cpu(&self, me: usize, trap: Trap) -> Result<Signal, Cause> {
        match self.trap(me, trap).await {
            Signal::Kill => Err(Cause::Kill),
            signal => Ok(signal),
        }
    }

    pub(crate) fn perform<'a>(
        &'a self,
        me: usize,
        ops: &'a [Op],
    ) -> Pin<Box<dyn Future<Output = End> + 'a>> {
        Box::pin(async move {
            for op in ops {
                self.step(me, op).await?;
            }
            Ok(())
        })
    }

    async fn step(&self, me: usize, op: &Op) -> End {
        match *op {
            Op::Yield => {
                self.give_up_cpu(me, Trap::Yield).await?;
                self.say(me, "yielded");
            }
            Op::Sleep(micros) => {
                let trap = match micros {
                    0 => Trap::Yield,
                    _ => Trap::Wait(Wait::Sleep, Some(micros * 1_000)),
                };
                self.give_up_cpu(me, trap).await?;
                self.say(me, "slept");
            }
            Op::Park => {
                self.give_up_cpu(me, Trap::Wait(Wait::Park, None)).await?;
                self.say(me, "unparked");
            }
            Op::ParkTimeout(micros) => {
                let trap = Trap::Wait(Wait::Park, Some(micros * 1_000));
                self.give_up_cpu(me, trap).await?;
                self.say(me, "unparked or late");
            }
            Op::Unpark(who) if self.is_known(who) => self.kernel.borrow_mut().unpark(who),
            Op::Kill(who) if self.is_known(who) => self.kernel.borrow_mut().kill(who),
            Op::Spawn(who, daemon) if self.state(who) == State::Absent && who > 0 => {
                let inherited = self.kernel.borrow().threads[me].daemon;
                self.make(who, daemon.unwrap_or(inherited), None);
                self.kernel.borrow_mut().threads[who].has_handle = true;
                self.start(who);
                self.say(me, format!("spawned {who}"));
            }
            Op::Create(who) if self.state(who) == State::Absent => {
                let inherited = self.kernel.borrow().threads[me].daemon;
                self.make(who, inherited, None);
                self.kernel.borrow_mut().threads[who].has_handle = true;
            }
            Op::Start(who) if self.state(who) == State::New => {
                self.start(who);
                self.say(me, format!("started {who}"));
            }
            Op::DropHandle(who) if self.take_handle(who) => {
                self.say(me, format!("discards {who}'s handle"));
                if self.state(who) == State::New {
                    self.discard(who);
                }
            }
            Op::Join(who) if self.program.may_wait(me, who) && self.take_handle(who) => {
                if self.state(who) == State::New {
                    self.discard(who);
                    self.say(me, format!("cannot wait for {who}"));
                } else {
                    self.join(me, who, None).await?;
                    self.say_result(me, who);
                }
            }
            Op::Wait(who) => self.wait(me, who, None).await?,
            Op::WaitTimeout(who, micros) => self.wait(me, who, Some(micros * 1_000)).await?,
            Op::Panic => return Err(Cause::Panic),
            Op::Scope(ref scope) => self.scope(me, scope).await?,
            _ => {}
        }
        Ok(())
    }

    fn take_handle(&self, who: usize) -> bool {
        std::mem::take(&mut self.kernel.borrow_mut().threads[who].has_handle)
    }

    /// Whether anybody has a handle: a thread that was never started is known
    /// by its one handle, which takes it along.
    fn is_known(&self, who: usize) -> bool {
        self.kernel.borrow().threads[who].begun || self.state(who) != State::Absent
    }

    /// Waits for the end; false if that took too long.
    async fn join(&self, me: usize, who: usize, timeout: Option<u64>) -> Result<bool, Cause> {
        if self.state(who) == State::Ended {
            return Ok(true);
        }
        if timeout == Some(0) {
            return Ok(false);
        }
        let trap = Trap::Wait(Wait::Join(who), timeout);
        Ok(self.give_up_cpu(me, trap).await? != Signal::TimedOut)
    }

    async fn wait(&self, me: usize, who: usize, timeout: Option<u64>) -> End {
        let was_started = {
            let kernel = self.kernel.borrow();
            let thread = &kernel.threads[who];
            match thread.state {
                State::Absent => return Ok(()),
                State::New => false,
                // Nobody knows of one that was discarded.
                State::Ended if !thread.begun => return Ok(()),
                _ => true,
            }
        };
        if !self.program.may_wait(me, who) {
            return Ok(());
        }
        if !was_started {
            self.say(me, format!("cannot wait for {who}"));
            return Ok(());
        }
        match self.join(me, who, timeout).await? {
            true => self.say(me, format!("has waited for {who}")),
            false => self.say(me, format!("waited too long for {who}")),
        }
        Ok(())
    }

    fn say_result(&self, me: usize, who: usize) {
        let end = self.kernel.borrow().threads[who].end;
        let what = end.err().map_or("result", Cause::name);
        self.say(me, format!("has the {what} of {who}"));
    }

    async fn scope(&self, me: usize, plan: &Scope) -> End {
        let scope = {
            let scopes = &mut self.kernel.borrow_mut().scopes;
            scopes.push(Running { left: 0, panics: 0 });
            scopes.len() - 1
        };
        let mut threads = Vec::new();
        for &who in &plan.threads {
            if who > me && self.state(who) == State::Absent {
                let inherited = self.kernel.borrow().threads[me].daemon;
                self.make(who, inherited, Some((scope, me)));
                self.kernel.borrow_mut().scopes[scope].left += 1;
                self.start(who);
                self.say(me, format!("spawned {who} in a scope"));
                threads.push(who);
            }
        }
        let function = async {
            self.perform(me, &plan.body).await?;
            if plan.joins {
                for &who in &threads {
                    self.join(me, who, None).await?;
                    self.say_result(me, who);
                    let kernel = &mut *self.kernel.borrow_mut();
                    if matches!(
                        kernel.threads[who].end,
                        Err(Cause::Panic | Cause::ScopePanic)
                    ) {
                        kernel.scopes[scope].panics -= 1;
                    }
                }
            }
            Ok(())
        };
        let result = function.await;
        let kill = || {
            for &who in threads.iter().rev() {
                self.kernel.borrow_mut().kill(who);
            }
        };
        let mut wait = Wait::Scope;
        if result == Err(Cause::Kill) {
            kill();
            wait = Wait::KilledScope;
        }
        while self.kernel.borrow().scopes[scope].left > 0 {
            let signal = self.trap(me, Trap::Wait(wait, None)).await;
            if signal == Signal::Kill && wait == Wait::Scope {
                kill();
                wait = Wait::KilledScope;
            }
        }
        result?;
        if wait == Wait::KilledScope {
            return Err(Cause::Kill);
        }
        if self.kernel.borrow().scopes[scope].panics > 0 {
            return Err(Cause::ScopePanic);
        }
        self.say(me, "ends a scope");
        Ok(())
    }
}
