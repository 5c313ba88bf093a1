//! Random threads, waits and kills on two `Once`s, a `OnceLock` and a `LazyLock`,
//! and a plain model, which looks at all that they write down.

mod model;

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use runtime::error::{Refused, SyncError};
use runtime::sync::{LazyLock, Once, OnceLock};
use runtime::thread;

use self::model::check;
use crate::support::{OnDrop, run};
use crate::threads::be_quiet;

const THREADS: usize = 6;

const THINGS: usize = 4;

const LAZY: usize = 3;

/// What the threads do, and what the function of the `LazyLock` does.
#[derive(Clone, Debug)]
struct Program {
    threads: Vec<Vec<Op>>,
    lazy: Function,
}

/// The numbers are threads, things and microseconds.
#[derive(Clone, Debug)]
enum Op {
    Yield,
    Sleep(u64),
    Kill(usize),
    Ask(usize, How, Function),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Call { force: bool },
    Wait { force: bool },
}

/// What is called once.
#[derive(Clone, Debug)]
struct Function {
    body: Vec<Op>,
    panics: bool,
}

fn op(inner: BoxedStrategy<Vec<Op>>) -> BoxedStrategy<Op> {
    let function = (inner, prop::bool::weighted(0.2));
    let ask = (0..THINGS, any::<bool>(), any::<bool>(), function);
    prop_oneof![
        2 => Just(Op::Yield),
        2 => (1..20u64).prop_map(Op::Sleep),
        1 => (0..THREADS).prop_map(Op::Kill),
        6 => ask.prop_map(|(thing, force, wait, (body, panics))| {
            // What waits only is what the type has: all but the last can.
            let how = match wait && thing != LAZY {
                true => How::Wait { force: force || thing == 2 },
                false => How::Call { force: force || thing >= 2 },
            };
            Op::Ask(thing, how, Function { body, panics })
        }),
    ]
    .boxed()
}

fn program() -> impl Strategy<Value = Program> {
    let innermost = vec(op(Just(Vec::new()).boxed()), 0..3).boxed();
    let inner = vec(op(innermost), 1..4).boxed();
    let threads = vec(vec(op(inner.clone()), 1..8), THREADS);
    (threads, inner, any::<bool>()).prop_map(|(threads, body, panics)| Program {
        threads,
        lazy: Function { body, panics },
    })
}

/// What somebody writes down, by thread number.
#[derive(Clone, Debug)]
enum Event {
    Asks(usize, usize, How),
    /// Its function begins, which is told of this poison.
    Begins(usize, usize, Option<bool>),
    Returns(usize, usize, Option<usize>),
    /// Its function has panicked.
    Panics(usize, usize),
    FindsPoison(usize, usize),
    FindsNoFunction(usize, usize),
    IsRefused(usize, usize),
    /// It is killed while it asks.
    Unwinds(usize, usize),
    Kill(usize),
    Gone(usize),
    /// These never go on.
    Left(Vec<usize>),
}

enum Thing {
    Once(Once),
    OnceLock(OnceLock<usize>),
    LazyLock(LazyLock<usize, Box<dyn FnOnce() -> usize>>),
}

struct World {
    things: [Thing; THINGS],
    handles: RefCell<Vec<thread::Thread>>,
    journal: RefCell<Vec<Event>>,
}

/// What a function panics with.
struct Planned;

/// Main has ident 1.
fn me() -> usize {
    thread::current().ident() as usize - 2
}

impl World {
    fn new(lazy: Function) -> Rc<Self> {
        Rc::new_cyclic(|world: &std::rc::Weak<World>| {
            let world = world.clone();
            let function = move || {
                let world = world.upgrade().expect("somebody asks");
                world.call(LAZY, &lazy, None);
                me()
            };
            World {
                things: [
                    Thing::Once(Once::new()),
                    Thing::Once(Once::new()),
                    Thing::OnceLock(OnceLock::new()),
                    Thing::LazyLock(LazyLock::new(Box::new(function))),
                ],
                handles: RefCell::default(),
                journal: RefCell::default(),
            }
        })
    }

    fn note(&self, event: Event) {
        self.journal.borrow_mut().push(event);
    }

    fn perform(&self, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Yield => thread::yield_now(),
                Op::Sleep(micros) => thread::sleep(Duration::from_micros(*micros)),
                Op::Kill(who) => self.kill(*who),
                Op::Ask(thing, how, function) => self.ask(*thing, *how, function),
            }
        }
    }

    fn kill(&self, who: usize) {
        self.note(Event::Kill(who));
        self.handles.borrow()[who].kill();
    }

    fn ask(&self, thing: usize, how: How, function: &Function) {
        self.note(Event::Asks(me(), thing, how));
        let asks = AssertUnwindSafe(|| self.ask_thing(thing, how, function));
        match catch_unwind(asks) {
            Ok(value) => self.note(Event::Returns(me(), thing, value)),
            Err(payload) => match what_else(&*payload, me(), thing) {
                Some(event) => self.note(event),
                None => {
                    self.note(Event::Unwinds(me(), thing));
                    resume_unwind(payload)
                }
            },
        }
    }

    fn ask_thing(&self, thing: usize, how: How, function: &Function) -> Option<usize> {
        match (&self.things[thing], how) {
            (Thing::Once(once), How::Call { force: false }) => {
                once.call_once(|| self.call(thing, function, None));
                None
            }
            (Thing::Once(once), How::Call { force: true }) => {
                once.call_once_force(|state| self.call(thing, function, Some(state.is_poisoned())));
                None
            }
            (Thing::Once(once), How::Wait { force: false }) => {
                once.wait();
                None
            }
            (Thing::Once(once), How::Wait { force: true }) => {
                once.wait_force();
                None
            }
            (Thing::OnceLock(lock), How::Call { .. }) => Some(*lock.get_or_init(|| {
                self.call(thing, function, None);
                me()
            })),
            (Thing::OnceLock(lock), How::Wait { .. }) => Some(*lock.wait()),
            (Thing::LazyLock(lazy), _) => Some(**lazy),
        }
    }

    fn call(&self, thing: usize, function: &Function, poisoned: Option<bool>) {
        self.note(Event::Begins(me(), thing, poisoned));
        self.perform(&function.body);
        if function.panics {
            resume_unwind(Box::new(Planned));
        }
    }
}

/// What it means that a call has panicked; `None` for a kill.
fn what_else(payload: &(dyn Any + Send), who: usize, thing: usize) -> Option<Event> {
    if payload.is::<Planned>() {
        return Some(Event::Panics(who, thing));
    }
    if let Some(error) = payload.downcast_ref::<SyncError>() {
        assert!(matches!(error.why, Refused::Ring(_)), "{error}");
        return Some(Event::IsRefused(who, thing));
    }
    let words = payload.downcast_ref::<&str>()?;
    Some(match words.contains("poisoned") {
        true => Event::FindsPoison(who, thing),
        false => Event::FindsNoFunction(who, thing),
    })
}

/// Runs the program, and gives what was written down.
fn play(program: &Program) -> Vec<Event> {
    be_quiet();
    let program = program.clone();
    run(move || {
        let world = World::new(program.lazy);
        let threads: Vec<_> = program
            .threads
            .into_iter()
            .enumerate()
            .map(|(number, ops)| {
                let world = Rc::clone(&world);
                thread::spawn(move || {
                    let _gone = OnDrop(|| world.note(Event::Gone(number)));
                    world.perform(&ops);
                })
            })
            .collect();
        let handles: Vec<_> = threads.iter().map(|t| t.thread().clone()).collect();
        *world.handles.borrow_mut() = handles.clone();
        thread::sleep(Duration::from_secs(1));
        let left: Vec<_> = (0..THREADS).filter(|&n| handles[n].is_alive()).collect();
        world.note(Event::Left(left.clone()));
        left.into_iter().for_each(|number| world.kill(number));
        for thread in threads {
            drop(thread.join());
        }
        world.journal.take()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn onces_do_what_the_model_says(program in program()) {
        check(&play(&program));
    }
}

/// The generator is no use if it makes only programs in which nothing happens.
#[test]
fn the_programs_are_worth_running() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut missing = vec![
        "Begins",
        "Some(true)",
        "Returns",
        "Panics",
        "FindsPoison",
        "FindsNoFunction",
        "IsRefused",
        "Unwinds",
        "Left([0",
    ];
    for _ in 0..2_000 {
        let program = program().new_tree(&mut runner).unwrap().current();
        let journal = play(&program);
        check(&journal);
        let text = format!("{journal:?}");
        missing.retain(|&event| !text.contains(event));
        if missing.is_empty() {
            return;
        }
    }
    panic!("no program came to {missing:?}");
}
