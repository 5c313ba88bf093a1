//! The switch trace, line by line. The level of the log belongs to the whole
//! process, so these tests have a test binary of their own and take turns.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};

use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::state::Arrow;
use kernel_sim::kernel::trace::{Event, TARGET, level_of_log};
use kernel_sim::kernel::wait::{NoObject, Wait, WaitReason};
use kernel_sim::kernel::{Idle, Kernel, Running};

/// A kernel that writes down what the log wants to have.
fn listening() -> Kernel<Token> {
    let mut kernel = Kernel::default();
    kernel.listen(level_of_log());
    kernel
}

struct Token;

impl Context for Token {
    type Identity = String;
    type Object = NoObject;
}

/// Listens to the target `switch`, and keeps what is logged there.
struct Listener(Mutex<Vec<String>>);

static LISTENER: Listener = Listener(Mutex::new(Vec::new()));

impl Log for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }

    fn log(&self, record: &Record<'_>) {
        let mut line = format!("{} {}", record.level(), record.args());
        for key in ["dispatch", "arrow", "ident", "name", "why", "ready"] {
            if let Some(value) = record.key_values().get(key.into()) {
                let _ = write!(line, "\n  {key}={value}");
            }
        }
        lock(&self.0).push(line);
    }

    fn flush(&self) {}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the level, and keeps it for as long as the guard lives.
fn listen(level: LevelFilter) -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = lock(&TURN);
    // It fails if another test was first, and that one has set the same logger.
    let _ = log::set_logger(&LISTENER);
    log::set_max_level(level);
    turn
}

fn create(kernel: &mut Kernel<Token>, name: &str) -> Pid {
    kernel.create(Token, Priority::NORMAL, name.into())
}

fn admit(kernel: &mut Kernel<Token>, name: &str) -> Pid {
    let pid = create(kernel, name);
    kernel.admit(pid).expect("new");
    pid
}

fn dispatch(kernel: &mut Kernel<Token>) -> Running<Token> {
    kernel.dispatch().expect("somebody is ready")
}

fn wait(reason: WaitReason) -> Wait {
    Wait {
        reason,
        deadline: None,
    }
}

fn until(reason: WaitReason, micros: u64) -> Wait {
    let deadline = Instant::BOOT.checked_add(Duration::from_micros(micros));
    Wait { reason, deadline }
}

fn lines(events: Vec<Event>) -> Vec<String> {
    events.iter().map(Event::to_string).collect()
}

/// The main thread starts a worker and joins it; the worker sleeps and ends.
fn a_sleep_and_a_join() -> Vec<Event> {
    let mut kernel = listening();
    let main = admit(&mut kernel, "MainThread");
    let running = dispatch(&mut kernel);
    let worker = admit(&mut kernel, "Thread-1 (work)");
    kernel.block(running, wait(WaitReason::Join(worker)));
    let running = dispatch(&mut kernel);
    kernel.block(running, until(WaitReason::Sleep, 1_500_000));
    assert!(kernel.dispatch().is_none());
    kernel.idle();
    let running = dispatch(&mut kernel);
    kernel.exit(running);
    kernel.reap(worker).expect("ended");
    let running = dispatch(&mut kernel);
    kernel.preempt(running);
    let running = dispatch(&mut kernel);
    kernel.exit(running);
    kernel.reap(main).expect("ended");
    kernel.take_events()
}

#[test]
fn a_sleep_and_a_join_read_like_this() {
    let _turn = listen(LevelFilter::Trace);
    let expected = [
        "   #0    create    MainThread                                                   | ready: -",
        "   #0  1 admit     MainThread                                                   | ready: MainThread",
        "   #1  2 dispatch  MainThread                                                   | ready: -",
        "   #1    create    Thread-1 (work)                                              | ready: -",
        "   #1  1 admit     Thread-1 (work)                                              | ready: Thread-1 (work)",
        "   #1  4 block     MainThread: waits for the end of Thread-1 (work)             | ready: Thread-1 (work)",
        "   #2  2 dispatch  Thread-1 (work)                                              | ready: -",
        "   #2  4 block     Thread-1 (work): sleeps until 1.500000s                      | ready: -",
        "   #2  5 wake      Thread-1 (work): has slept until 1.500000s                   | ready: Thread-1 (work)",
        "   #3  2 dispatch  Thread-1 (work)                                              | ready: -",
        "   #3  6 exit      Thread-1 (work)                                              | ready: -",
        "   #3  5 wake      MainThread: Thread-1 (work) has ended                        | ready: MainThread",
        "   #3  7 reap      Thread-1 (work)                                              | ready: MainThread",
        "   #4  2 dispatch  MainThread                                                   | ready: -",
        "   #4  3 preempt   MainThread: yields                                           | ready: MainThread",
        "   #5  2 dispatch  MainThread                                                   | ready: -",
        "   #5  6 exit      MainThread                                                   | ready: -",
        "   #5  7 reap      MainThread                                                   | ready: -",
    ];
    assert_eq!(lines(a_sleep_and_a_join()), expected);
}

#[test]
fn two_runs_give_the_same_events() {
    let _turn = listen(LevelFilter::Trace);
    assert_eq!(a_sleep_and_a_join(), a_sleep_and_a_join());
}

/// The arrow of the only event since the last call, which is about `pid`.
fn only(kernel: &mut Kernel<Token>, pid: Pid) -> Arrow {
    let events = kernel.take_events();
    match events.as_slice() {
        [event] if event.pid == pid => event.arrow,
        _ => panic!("not one event about {pid:?}, but {events:?}"),
    }
}

#[test]
fn each_arrow_gives_one_event() {
    let _turn = listen(LevelFilter::Trace);
    let mut kernel = listening();

    let spare = create(&mut kernel, "spare");
    assert_eq!(only(&mut kernel, spare), Arrow::Create);
    kernel.discard(spare).expect("new");
    assert_eq!(only(&mut kernel, spare), Arrow::Discard);

    let pid = create(&mut kernel, "worker");
    assert_eq!(only(&mut kernel, pid), Arrow::Create);
    kernel.admit(pid).expect("new");
    assert_eq!(only(&mut kernel, pid), Arrow::Admit);
    let running = dispatch(&mut kernel);
    assert_eq!(only(&mut kernel, pid), Arrow::Dispatch);
    kernel.preempt(running);
    assert_eq!(only(&mut kernel, pid), Arrow::Preempt);
    let running = dispatch(&mut kernel);
    assert_eq!(only(&mut kernel, pid), Arrow::Dispatch);
    kernel.block(running, wait(WaitReason::Park));
    assert_eq!(only(&mut kernel, pid), Arrow::Block);
    kernel.wake(pid).expect("parked");
    assert_eq!(only(&mut kernel, pid), Arrow::Wake);
    let running = dispatch(&mut kernel);
    assert_eq!(only(&mut kernel, pid), Arrow::Dispatch);
    kernel.exit(running);
    assert_eq!(only(&mut kernel, pid), Arrow::Exit);
    kernel.reap(pid).expect("ended");
    assert_eq!(only(&mut kernel, pid), Arrow::Reap);
}

#[test]
fn what_moves_nobody_gives_no_event() {
    let _turn = listen(LevelFilter::Trace);
    let mut kernel = listening();
    let pid = admit(&mut kernel, "worker");
    kernel.take_events();

    kernel.admit(pid).expect_err("it is ready");
    kernel.reap(pid).expect_err("it is ready");
    kernel.unpark(pid);
    kernel.kill(pid);
    kernel.idle();
    assert!(!kernel.has_events());

    let running = dispatch(&mut kernel);
    kernel.take_events();
    assert!(kernel.dispatch().is_none());
    assert!(!kernel.has_events());
    kernel.exit(running);
}

/// What the trace says of a wait, of its end, and of the next dispatch.
fn told(wait: Wait, end: impl FnOnce(&mut Kernel<Token>, Pid)) -> String {
    let mut kernel = listening();
    let waiter = admit(&mut kernel, "waiter");
    let running = dispatch(&mut kernel);
    kernel.take_events();
    kernel.block(running, wait);
    end(&mut kernel, waiter);
    let _running = kernel.dispatch();
    let words = |event: Event| format!("{} {}", event.arrow.name(), event.why);
    let events = kernel.take_events();
    events.into_iter().map(words).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_wait_and_its_end_are_told_in_words() {
    let _turn = listen(LevelFilter::Trace);
    let idle = |kernel: &mut Kernel<Token>, _| assert_eq!(kernel.idle(), Idle::No);
    let unpark = |kernel: &mut Kernel<Token>, pid| kernel.unpark(pid);
    let kill = |kernel: &mut Kernel<Token>, pid| kernel.kill(pid);
    let wake = |kernel: &mut Kernel<Token>, pid| {
        kernel.wake(pid).expect("it waits");
    };

    assert_eq!(
        told(until(WaitReason::Sleep, 2_000_000), idle),
        "block sleeps until 2.000000s; wake has slept until 2.000000s; dispatch "
    );
    assert_eq!(
        told(wait(WaitReason::Sleep), wake),
        "block sleeps for ever; wake woken early; dispatch "
    );
    assert_eq!(
        told(wait(WaitReason::Park), unpark),
        "block is parked; wake unparked; dispatch "
    );
    assert_eq!(
        told(until(WaitReason::Park, 70), idle),
        "block is parked until 0.000070s; wake its time is up; dispatch "
    );
    assert_eq!(
        told(wait(WaitReason::Park), kill),
        "block is parked; wake killed; dispatch told to unwind and end"
    );
    let woken = |kernel: &mut Kernel<Token>, pid| kernel.wake(pid).expect("it waits");
    assert_eq!(
        told(wait(WaitReason::Memory), woken),
        "block waits for memory; wake there may be memory; dispatch "
    );
}

#[test]
fn to_join_a_thread_that_is_gone_names_its_number() {
    let _turn = listen(LevelFilter::Trace);
    let mut kernel = listening();
    let gone = create(&mut kernel, "gone");
    kernel.discard(gone).expect("new");
    admit(&mut kernel, "waiter");
    let running = dispatch(&mut kernel);
    kernel.take_events();
    kernel.block(running, wait(WaitReason::Join(gone)));
    let expected = [
        "   #1  4 block     waiter: waits for the end of thread 1                        | ready: -",
        "   #1  5 wake      waiter: thread 1 has ended                                   | ready: waiter",
    ];
    assert_eq!(lines(kernel.take_events()), expected);
}

#[test]
fn to_discard_a_thread_wakes_who_joins_it_and_names_it() {
    let _turn = listen(LevelFilter::Trace);
    let mut kernel = listening();
    let spare = create(&mut kernel, "spare");
    admit(&mut kernel, "waiter");
    let running = dispatch(&mut kernel);
    kernel.block(running, wait(WaitReason::Join(spare)));
    kernel.take_events();
    kernel.discard(spare).expect("new");
    let expected = [
        "   #1  0 discard   spare: never started                                         | ready: -",
        "   #1  5 wake      waiter: spare has ended                                      | ready: waiter",
    ];
    assert_eq!(lines(kernel.take_events()), expected);
}

#[test]
fn level_debug_gives_the_context_switches_only() {
    let _turn = listen(LevelFilter::Debug);
    let arrows: Vec<_> = a_sleep_and_a_join()
        .iter()
        .filter_map(|event| event.arrow.number())
        .collect();
    assert_eq!(arrows, [2, 4, 2, 4, 2, 6, 2, 3, 2, 6]);
}

#[test]
fn nobody_listening_gives_nothing() {
    let _turn = listen(LevelFilter::Info);
    assert_eq!(a_sleep_and_a_join(), []);
}

#[test]
fn at_most_eight_ready_threads_are_named() {
    let _turn = listen(LevelFilter::Trace);
    let mut kernel = listening();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        admit(&mut kernel, name);
    }
    let with_eight = kernel.take_events().pop().expect("eight were admitted");
    for name in ["i", "j"] {
        admit(&mut kernel, name);
    }
    let _running = dispatch(&mut kernel);
    let with_nine = kernel.take_events().pop().expect("one was dispatched");
    let expected = [
        "   #0  1 admit     h                                                            | ready: a, b, c, d, e, f, g, h",
        "   #1  2 dispatch  a                                                            | ready: b, c, d, e, f, g, h, i and 1 more",
    ];
    assert_eq!(lines(vec![with_eight, with_nine]), expected);
}

#[test]
fn an_event_is_logged_as_its_line_and_its_facts() {
    let _turn = listen(LevelFilter::Trace);
    lock(&LISTENER.0).clear();
    for event in &a_sleep_and_a_join()[4..6] {
        event.log();
    }
    let expected = [
        "TRACE    #1  1 admit     Thread-1 (work)                                              | ready: Thread-1 (work)
  dispatch=1
  arrow=admit
  ident=2
  name=Thread-1 (work)
  why=
  ready=1",
        "DEBUG    #1  4 block     MainThread: waits for the end of Thread-1 (work)             | ready: Thread-1 (work)
  dispatch=1
  arrow=block
  ident=1
  name=MainThread
  why=waits for the end of Thread-1 (work)
  ready=1",
    ];
    assert_eq!(*lock(&LISTENER.0), expected);
}
