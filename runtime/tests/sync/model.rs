//! A plain model of green threads under the virtual clock, against which random
//! programs are checked: the threads are futures, and a loop polls the one whose
//! turn it is. What they wait for are lines, which have numbers.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use proptest::prelude::ProptestConfig;

/// How a wait came to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Signal {
    Continue,
    TimedOut,
    /// Whether it was let on before.
    Kill {
        handed: bool,
    },
}

/// The thread has to unwind.
#[derive(Debug)]
pub(crate) struct Killed;

/// The nanoseconds of a dispatch.
const DISPATCH: u64 = 1_000;

/// When main kills everybody, in nanoseconds after its first dispatch. By then
/// whoever still waits would wait for ever.
pub(crate) const THE_END: Duration = Duration::from_millis(10);

type Body = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct Thread {
    body: Option<Body>,
    begun: bool,
    ended: bool,
    killed: bool,
    signal: Option<Signal>,
    waits: Option<Wait>,
}

/// In which line, if in one, and with how many nanoseconds at most.
#[derive(Clone, Copy)]
struct Wait {
    line: Option<usize>,
    timeout: Option<u64>,
}

enum Trap {
    Yield,
    Wait(Wait),
}

#[derive(Default)]
struct Kernel {
    threads: Vec<Thread>,
    ready: VecDeque<usize>,
    lines: Vec<VecDeque<usize>>,
    /// Deadline, arrival, and who.
    timers: Vec<(u64, u64, usize)>,
    arrivals: u64,
    dispatches: u64,
    leapt: u64,
    trap: Option<Trap>,
    /// Those that are in a call which may wait.
    calling: Vec<usize>,
    journal: Vec<String>,
}

/// Threads 1, 2 and so on, and `W`, which they share. Thread 0 is main.
pub(crate) struct Model<W> {
    kernel: RefCell<Kernel>,
    pub(crate) world: W,
}

impl<W: 'static> Model<W> {
    /// Runs so many threads to their end, each of which does `perform`. Gives
    /// all that happened, in order.
    pub(crate) fn run<F>(
        threads: usize,
        lines: usize,
        world: W,
        perform: impl Fn(Rc<Self>, usize) -> F,
    ) -> Vec<String>
    where
        F: Future<Output = ()> + 'static,
    {
        let model = Rc::new(Self {
            kernel: RefCell::default(),
            world,
        });
        let main = Rc::clone(&model);
        let main: Body = Box::pin(async move {
            (1..=threads).for_each(|who| main.kernel().ready.push_back(who));
            main.sleep(0, THE_END).await.unwrap();
            (1..=threads).for_each(|who| main.kill(who));
        });
        let bodies = (1..=threads).map(|who| Box::pin(perform(Rc::clone(&model), who)) as Body);
        let all = [main].into_iter().chain(bodies).map(|body| Thread {
            body: Some(body),
            ..Thread::default()
        });
        model.kernel().threads.extend(all);
        model.kernel().lines.resize(lines, VecDeque::new());
        model.kernel().ready.push_back(0);
        while model.kernel().threads.iter().any(|thread| !thread.ended) {
            model.dispatch();
        }
        std::mem::take(&mut model.kernel().journal)
    }

    fn kernel(&self) -> RefMut<'_, Kernel> {
        self.kernel.borrow_mut()
    }

    /// Writes down what a thread has done, and when.
    pub(crate) fn say(&self, me: usize, text: &str) {
        let mut kernel = self.kernel();
        let micros = (kernel.now() - DISPATCH) / 1_000;
        kernel.journal.push(format!("{micros}: {me} {text}"));
    }

    fn dispatch(&self) {
        let mut kernel = self.kernel();
        kernel.wake_due();
        let Some(who) = kernel.ready.pop_front() else {
            let earliest = kernel.timers.first().expect("main sleeps").0;
            kernel.leapt += earliest.saturating_sub(kernel.now());
            return;
        };
        kernel.dispatches += 1;
        let thread = &mut kernel.threads[who];
        let first = !std::mem::replace(&mut thread.begun, true);
        let mut body = thread.body.take().expect("it has not ended");
        if first && thread.killed {
            thread.ended = true;
            drop(kernel);
            return self.say(who, "gone");
        }
        drop(kernel);
        let poll = body.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let mut kernel = self.kernel();
        if poll.is_ready() {
            kernel.threads[who].ended = true;
            return;
        }
        kernel.threads[who].body = Some(body);
        match kernel.trap.take().expect("it has given up the CPU") {
            Trap::Yield => kernel.ready.push_back(who),
            Trap::Wait(wait) => kernel.block(who, wait),
        }
    }

    async fn trap(&self, me: usize, trap: Trap) -> Signal {
        self.kernel().trap = Some(trap);
        let mut suspended = false;
        poll_fn(|_| match std::mem::replace(&mut suspended, true) {
            false => Poll::Pending,
            true => Poll::Ready(()),
        })
        .await;
        let thread = &mut self.kernel().threads[me];
        let signal = thread.signal.take().unwrap_or(Signal::Continue);
        match thread.killed {
            true => Signal::Kill {
                handed: signal == Signal::Continue,
            },
            false => signal,
        }
    }

    pub(crate) async fn yield_now(&self, me: usize) -> Result<(), Killed> {
        match self.trap(me, Trap::Yield).await {
            Signal::Kill { .. } => Err(Killed),
            _ => Ok(()),
        }
    }

    pub(crate) async fn sleep(&self, me: usize, time: Duration) -> Result<(), Killed> {
        let wait = Wait {
            line: None,
            timeout: Some(time.as_nanos() as u64),
        };
        match self.trap(me, Trap::Wait(wait)).await {
            Signal::Kill { .. } => Err(Killed),
            _ => Ok(()),
        }
    }

    /// Waits in line.
    pub(crate) async fn wait(&self, me: usize, line: usize, timeout: Option<Duration>) -> Signal {
        let wait = Wait {
            line: Some(line),
            timeout: timeout.map(|timeout| timeout.as_nanos() as u64),
        };
        self.trap(me, Trap::Wait(wait)).await
    }

    /// Lets the first one in that line go on, and says who it is.
    pub(crate) fn wake_first(&self, line: usize) -> Option<usize> {
        let mut kernel = self.kernel();
        let first = *kernel.lines[line].front()?;
        kernel.wake(first, Signal::Continue);
        Some(first)
    }

    pub(crate) fn nobody_waits(&self, line: usize) -> bool {
        self.kernel().lines[line].is_empty()
    }

    pub(crate) fn kill(&self, who: usize) {
        self.kernel().kill(who);
    }

    /// Makes a call that may wait.
    pub(crate) async fn calls<R>(&self, me: usize, call: impl Future<Output = R>) -> R {
        self.kernel().calling.push(me);
        let result = call.await;
        self.kernel().calling.retain(|&who| who != me);
        result
    }

    /// Kills the n-th of those that are in a call, as far as there are so many.
    pub(crate) fn kill_calling(&self, n: usize) {
        let who = self.kernel().calling.get(n).copied();
        who.into_iter().for_each(|who| self.kill(who));
    }

    /// Whether it would close a ring if the thread waited in that line.
    pub(crate) fn is_ring(
        &self,
        me: usize,
        line: usize,
        owners: &dyn Fn(usize) -> Vec<usize>,
    ) -> bool {
        // A kill ends the wait at once.
        if self.kernel().threads[me].killed {
            return false;
        }
        let mut reached = owners(line);
        let mut next = 0;
        while let Some(&who) = reached.get(next) {
            let wait = self.kernel().threads[who].waits;
            if let Some(Wait {
                line: Some(line),
                timeout: None,
            }) = wait
            {
                let more = owners(line);
                reached.extend(
                    more.iter()
                        .filter(|owner| !reached.contains(owner))
                        .copied()
                        .collect::<Vec<_>>(),
                );
            }
            next += 1;
        }
        reached.contains(&me)
    }
}

impl Kernel {
    fn now(&self) -> u64 {
        self.leapt + self.dispatches * DISPATCH
    }

    fn block(&mut self, who: usize, wait: Wait) {
        self.threads[who].waits = Some(wait);
        if let Some(timeout) = wait.timeout {
            self.arrivals += 1;
            self.timers.push((self.now() + timeout, self.arrivals, who));
            self.timers.sort();
        }
        if let Some(line) = wait.line {
            self.lines[line].push_back(who);
        }
        if self.threads[who].killed {
            self.wake(who, Signal::Kill { handed: false });
        }
    }

    fn wake(&mut self, who: usize, signal: Signal) {
        self.timers.retain(|&(.., sleeper)| sleeper != who);
        self.lines
            .iter_mut()
            .for_each(|line| line.retain(|&waits| waits != who));
        self.threads[who].waits = None;
        self.threads[who].signal = Some(signal);
        self.ready.push_back(who);
    }

    fn wake_due(&mut self) {
        while let Some(&(deadline, _, who)) = self.timers.first()
            && deadline <= self.now()
        {
            self.wake(who, Signal::TimedOut);
        }
    }

    fn kill(&mut self, who: usize) {
        let Some(thread) = self.threads.get_mut(who).filter(|thread| !thread.ended) else {
            return;
        };
        thread.killed = true;
        if thread.waits.is_some() {
            self.wake(who, Signal::Kill { handed: false });
        }
    }
}

/// 256 cases, unless PROPTEST_CASES says otherwise.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}
