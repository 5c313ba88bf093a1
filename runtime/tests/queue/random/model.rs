//! The plain model: what the threads of a random program do with a queue.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Item, Op, Patience, left, micros};
use crate::model::{Killed, Model, Signal};

/// Those who wait to get, to put, and to join.
const GETTERS: usize = 0;
const PUTTERS: usize = 1;
const JOINERS: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Fifo,
    Lifo,
    Lowest,
}

struct World {
    kind: Kind,
    bound: usize,
    /// In the order in which they were put.
    items: Vec<Item>,
    /// How many of them are for threads that were let on and have not run since.
    set_aside: usize,
    /// How many places are for such threads.
    reserved: usize,
    unfinished: usize,
    is_shut: bool,
    turned_away: BTreeSet<usize>,
}

impl World {
    fn take_next(&mut self) -> Item {
        let next = match self.kind {
            Kind::Fifo => 0,
            Kind::Lifo => self.items.len() - 1,
            Kind::Lowest => {
                let lowest = self.items.iter().map(|item| item.priority).min();
                let is_lowest = |item: &Item| Some(item.priority) == lowest;
                self.items.iter().position(is_lowest).unwrap()
            }
        };
        self.items.remove(next)
    }

    fn has(&self, line: usize) -> bool {
        match line {
            GETTERS => self.items.len() > self.set_aside,
            _ => self.bound > self.items.len() + self.reserved,
        }
    }

    /// Of a thread that was let on from that line.
    fn promised(&mut self, line: usize) -> &mut usize {
        match line {
            GETTERS => &mut self.set_aside,
            _ => &mut self.reserved,
        }
    }
}

type Place = Model<RefCell<World>>;

impl Place {
    /// Lets those on for whom there is something now.
    fn settle(&self) {
        for line in [GETTERS, PUTTERS] {
            while self.world.borrow().has(line) && self.wake_first(line).is_some() {
                *self.world.borrow_mut().promised(line) += 1;
            }
        }
    }

    /// Waits until there is an item, or a place. Why not, otherwise.
    async fn reach(
        &self,
        me: usize,
        line: usize,
        patience: Patience,
    ) -> Result<Result<(), &'static str>, Killed> {
        let now = || {
            let world = self.world.borrow();
            match (world.has(line), world.is_shut) {
                (true, _) => Ok(()),
                (false, true) => Err("shut"),
                (false, false) if line == GETTERS => Err("empty"),
                (false, false) => Err("full"),
            }
        };
        let timeout = match patience {
            _ if !matches!(now(), Err("empty" | "full")) => return Ok(now()),
            Patience::Try => return Ok(now()),
            Patience::Micros(0) => {
                self.yield_now(me).await?;
                return Ok(now());
            }
            Patience::Micros(time) => Some(micros(time)),
            Patience::Forever => None,
        };
        let signal = self.wait(me, line, timeout).await;
        if signal == Signal::TimedOut {
            return Ok(now());
        }
        if signal != (Signal::Kill { handed: false }) {
            let turned_away = self.world.borrow_mut().turned_away.remove(&me);
            if !turned_away {
                *self.world.borrow_mut().promised(line) -= 1;
            }
            if signal == Signal::Continue {
                return Ok(if turned_away { Err("shut") } else { Ok(()) });
            }
        }
        self.settle();
        Err(Killed)
    }

    fn task_done(&self) -> bool {
        let world = &mut *self.world.borrow_mut();
        let is_any = world.unfinished > 0;
        if is_any {
            world.unfinished -= 1;
            while world.unfinished == 0 && self.wake_first(JOINERS).is_some() {}
        }
        is_any
    }

    fn shutdown(&self) {
        self.world.borrow_mut().is_shut = true;
        for line in [GETTERS, PUTTERS] {
            while let Some(who) = self.wake_first(line) {
                self.world.borrow_mut().turned_away.insert(who);
            }
        }
    }

    fn shutdown_now(&self) -> String {
        self.shutdown();
        let mut taken = Vec::new();
        while self.world.borrow().has(GETTERS) {
            taken.push(self.world.borrow_mut().take_next());
        }
        for _ in &taken {
            self.task_done();
        }
        left(taken)
    }

    async fn join(&self, me: usize, patience: Patience) -> Result<bool, Killed> {
        let now = || self.world.borrow().unfinished == 0;
        let timeout = match patience {
            _ if now() => return Ok(true),
            Patience::Try | Patience::Micros(0) => {
                self.yield_now(me).await?;
                return Ok(now());
            }
            Patience::Micros(time) => Some(micros(time)),
            Patience::Forever => None,
        };
        match self.wait(me, JOINERS, timeout).await {
            Signal::Continue => Ok(true),
            Signal::TimedOut => Ok(now()),
            Signal::Kill { .. } => Err(Killed),
        }
    }

    async fn perform(&self, me: usize, ops: &[Op]) -> Result<(), Killed> {
        for (i, op) in ops.iter().enumerate() {
            match *op {
                Op::Put(priority, patience) => {
                    let number = me * 100 + i;
                    let reached = self.calls(me, self.reach(me, PUTTERS, patience)).await?;
                    let is_shut = self.world.borrow().is_shut;
                    match reached {
                        Err(why) => self.say(me, &format!("cannot put {number}: {why}")),
                        Ok(()) if is_shut => self.say(me, &format!("cannot put {number}: shut")),
                        Ok(()) => {
                            let item = Item { priority, number };
                            self.world.borrow_mut().items.push(item);
                            self.world.borrow_mut().unfinished += 1;
                            self.settle();
                            self.say(me, &format!("puts {number}"));
                        }
                    }
                }
                Op::Get(patience) => {
                    match self.calls(me, self.reach(me, GETTERS, patience)).await? {
                        Ok(()) => {
                            let item = self.world.borrow_mut().take_next();
                            self.settle();
                            self.say(me, &format!("gets {}", item.number));
                        }
                        Err(why) => self.say(me, &format!("cannot get: {why}")),
                    }
                }
                Op::TaskDone => self.say(me, &format!("done: {}", self.task_done())),
                Op::Join(patience) => {
                    let joined = self.calls(me, self.join(me, patience)).await?;
                    self.say(me, &format!("joined: {joined}"));
                }
                Op::Shutdown => self.shutdown(),
                Op::ShutdownNow => {
                    let left = self.shutdown_now();
                    self.say(me, &left);
                }
                Op::Look => {
                    let len = self.world.borrow().items.len();
                    let is_full = len == self.world.borrow().bound;
                    self.say(me, &format!("sees {len} {is_full}"));
                }
                Op::Yield => self.yield_now(me).await?,
                Op::Sleep(time) => self.sleep(me, micros(time)).await?,
                Op::Kill(who) => self.kill(who),
                Op::KillCalling(n) => self.kill_calling(n),
            }
        }
        Ok(())
    }
}

pub(super) fn in_model(programs: &[Vec<Op>], bound: Option<usize>, kind: Kind) -> Vec<String> {
    let world = RefCell::new(World {
        kind,
        bound: bound.unwrap_or(usize::MAX),
        items: Vec::new(),
        set_aside: 0,
        reserved: 0,
        unfinished: 0,
        is_shut: false,
        turned_away: BTreeSet::new(),
    });
    let last = Rc::new(RefCell::new(None));
    let mut journal = Place::run(programs.len(), 3, world, |model, me| {
        let ops = programs[me - 1].clone();
        let last = Rc::clone(&last);
        async move {
            let _ = model.perform(me, &ops).await;
            model.say(me, "gone");
            last.replace(Some(model));
        }
    });
    let model = last.take().expect("somebody has run");
    journal.push(model.shutdown_now());
    journal
}
