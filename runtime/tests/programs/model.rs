//! What a program does, in plain words: its threads are futures, and this is
//! the loop that polls them.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::kernel::{Cause, End, Kernel, Signal, State, Trap};
use crate::program::Program;

/// All threads of a program, as futures.
pub(crate) struct Model {
    pub(crate) program: Program,
    pub(crate) kernel: RefCell<Kernel>,
}

/// All that happens, in order.
pub(crate) fn run(program: &Program) -> Vec<String> {
    let model = Rc::new(Model {
        program: program.clone(),
        kernel: RefCell::new(Kernel::new(program.bodies.len())),
    });
    model.make(0, false, None);
    model.start(0);
    let deadlock = !model.drive();
    model.shut_down();
    if deadlock {
        model.note("deadlock".into());
    }
    std::mem::take(&mut model.kernel.borrow_mut().journal)
}

/// The loop.
impl Model {
    pub(crate) fn note(&self, line: String) {
        self.kernel.borrow_mut().journal.push(line);
    }

    pub(crate) fn say(&self, me: usize, text: impl AsRef<str>) {
        self.note(format!("{me} {}", text.as_ref()));
    }

    pub(crate) fn state(&self, who: usize) -> State {
        self.kernel.borrow().threads[who].state
    }

    /// False in a deadlock.
    fn drive(self: &Rc<Self>) -> bool {
        while self.kernel.borrow().awaited > 0 {
            let next = {
                let kernel = &mut *self.kernel.borrow_mut();
                kernel.wake_due();
                kernel.ready.pop_front()
            };
            match next {
                Some(who) => self.turn(who),
                None => {
                    let kernel = &mut *self.kernel.borrow_mut();
                    let Some(&(earliest, ..)) = kernel.timers.first() else {
                        return false;
                    };
                    kernel.leapt += earliest.saturating_sub(kernel.now());
                }
            }
        }
        true
    }

    fn turn(self: &Rc<Self>, who: usize) {
        let (body, killed) = {
            let kernel = &mut *self.kernel.borrow_mut();
            kernel.dispatches += 1;
            let thread = &mut kernel.threads[who];
            thread.state = State::Running;
            if thread.killed {
                thread.signal = Signal::Kill;
            }
            let first = !std::mem::replace(&mut thread.begun, true);
            (thread.body.take(), first && thread.killed)
        };
        if killed {
            return self.end(who, Err(Cause::Kill));
        }
        let mut body = body.unwrap_or_else(|| {
            let model = Rc::clone(self);
            Box::pin(async move {
                model.say(who, "begins");
                let end = model.perform(who, &model.program.bodies[who]).await;
                if end.is_ok() {
                    model.say(who, "returns");
                }
                model.end(who, end);
            })
        });
        if body.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(()) {
            return;
        }
        let kernel = &mut *self.kernel.borrow_mut();
        kernel.threads[who].body = Some(body);
        match kernel.trap.take() {
            Some(Trap::Yield) => {
                kernel.threads[who].state = State::Ready;
                kernel.ready.push_back(who);
            }
            Some(Trap::Wait(wait, timeout)) => kernel.block(who, wait, timeout),
            None => unreachable!("it waits for nothing"),
        }
    }

    fn end(&self, who: usize, end: End) {
        self.say(who, "gone");
        if who == 0 {
            let what = end.err().map_or("return", Cause::name);
            self.note(format!("main ends by {what}"));
        }
        let kernel = &mut *self.kernel.borrow_mut();
        kernel.threads[who].end = end;
        if let Some((scope, _)) = kernel.threads[who].scope
            && matches!(end, Err(Cause::Panic | Cause::ScopePanic))
        {
            kernel.scopes[scope].panics += 1;
        }
        kernel.exit(who);
    }

    /// The newest first, until nobody is left.
    fn shut_down(self: &Rc<Self>) {
        let order = self.kernel.borrow().order.clone();
        let is_left = |&who: &usize| !matches!(self.state(who), State::Absent | State::Ended);
        while order.iter().any(is_left) {
            let left: Vec<usize> = order.iter().copied().filter(is_left).collect();
            for &who in left.iter().rev() {
                if self.state(who) == State::New {
                    self.discard(who);
                    continue;
                }
                self.kernel.borrow_mut().kill(who);
                while self.state(who) == State::Ready {
                    self.kernel.borrow_mut().ready.retain(|&ready| ready != who);
                    self.turn(who);
                }
            }
        }
    }

    pub(crate) fn make(&self, who: usize, daemon: bool, scope: Option<(usize, usize)>) {
        let kernel = &mut *self.kernel.borrow_mut();
        let thread = &mut kernel.threads[who];
        (thread.state, thread.daemon, thread.scope) = (State::New, daemon, scope);
        kernel.order.push(who);
    }

    pub(crate) fn start(&self, who: usize) {
        let kernel = &mut *self.kernel.borrow_mut();
        kernel.threads[who].state = State::Ready;
        kernel.ready.push_back(who);
        if !kernel.threads[who].daemon {
            kernel.awaited += 1;
        }
    }

    pub(crate) fn discard(&self, who: usize) {
        self.say(who, "gone");
        self.kernel.borrow_mut().threads[who].state = State::Ended;
    }
}
