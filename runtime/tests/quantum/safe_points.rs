//! Which calls are safe points. Under the real clock, because only there time passes
//! while nothing is called.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::pool::ThreadPool;
use runtime::queue::Queue;
use runtime::sync::mpsc::{channel, sync_channel};
use runtime::sync::{
    Barrier, BoundedSemaphore, Condvar, Event, LazyLock, Lock, Mutex, Once, OnceLock,
    ReentrantLock, RwLock, Semaphore,
};
use runtime::thread;

const QUANTUM: Duration = Duration::from_micros(200);

/// Longer than a quantum, whatever else the machine does.
fn compute() {
    let begin = Instant::now();
    while begin.elapsed() < QUANTUM * 2 {
        std::hint::spin_loop();
    }
}

/// Whether another ready thread has run during that call, at the end of a long turn.
fn is_safe_point(call: impl FnOnce()) -> bool {
    let has_run = Rc::new(Cell::new(false));
    let other = Rc::clone(&has_run);
    // Whatever was used up before, this turn is new.
    thread::yield_now();
    thread::spawn(move || other.set(true));
    compute();
    assert!(!has_run.get(), "nobody is interrupted while it computes");
    call();
    let during = has_run.get();
    thread::yield_now();
    assert!(has_run.get());
    during
}

type Call = Box<dyn FnOnce()>;

/// The result is of no interest.
fn call<T>(work: impl FnOnce() -> T + 'static) -> Call {
    Box::new(move || {
        let _ = work();
    })
}

/// Calls that do not wait, by name.
fn calls() -> Vec<(&'static str, Call)> {
    let a_moment = Duration::from_millis(1);
    let (sender, receiver) = channel();
    let (bounded, bounded_receiver) = sync_channel(9);
    for number in 0..4 {
        sender.send(number).unwrap();
        bounded.send(number).unwrap();
    }
    vec![
        ("checkpoint", call(thread::checkpoint)),
        ("spawn", call(|| thread::spawn(|| ()))),
        ("is_finished", call(|| thread::current().is_finished())),
        ("unpark", call(|| thread::current().unpark())),
        ("Mutex::lock", call(|| drop(Mutex::new(0).lock()))),
        ("Mutex::try_lock", call(|| drop(Mutex::new(0).try_lock()))),
        (
            "Mutex::lock_timeout",
            call(move || drop(Mutex::new(0).lock_timeout(a_moment))),
        ),
        ("RwLock::read", call(|| drop(RwLock::new(0).read()))),
        ("RwLock::write", call(|| drop(RwLock::new(0).write()))),
        (
            "ReentrantLock::lock",
            call(|| drop(ReentrantLock::new(0).lock())),
        ),
        ("Lock::acquire", call(|| Lock::new().acquire())),
        ("Lock::is_locked", call(|| Lock::new().is_locked())),
        (
            "Semaphore::acquire",
            call(|| drop(Semaphore::new(1).acquire())),
        ),
        ("Semaphore::release", call(|| Semaphore::new(0).release())),
        (
            "BoundedSemaphore::acquire",
            call(|| drop(BoundedSemaphore::new(1).acquire())),
        ),
        ("Condvar::notify_one", call(|| Condvar::new().notify_one())),
        ("Condvar::notify_all", call(|| Condvar::new().notify_all())),
        ("Event::set", call(|| Event::new().set())),
        ("Event::is_set", call(|| Event::new().is_set())),
        ("Barrier::wait", call(|| Barrier::new(1).wait())),
        ("Once::call_once", call(|| Once::new().call_once(|| ()))),
        (
            "OnceLock::get_or_init",
            call(|| OnceLock::new().get_or_init(|| 1).to_owned()),
        ),
        (
            "LazyLock::force",
            call(|| LazyLock::force(&LazyLock::new(|| 1)).to_owned()),
        ),
        ("Sender::send", call(move || sender.send(1).unwrap())),
        ("SyncSender::send", call(move || bounded.send(1).unwrap())),
        ("Receiver::recv", call(move || receiver.recv())),
        (
            "Receiver::try_recv",
            call(move || bounded_receiver.try_recv()),
        ),
        ("Queue::put", call(|| Queue::new().put(1).unwrap())),
        ("Queue::is_empty", call(|| Queue::<u32>::new().is_empty())),
        ("Queue::is_full", call(|| Queue::<u32>::new().is_full())),
        ("Queue::try_get", call(|| Queue::<u32>::new().try_get())),
        (
            "ThreadPool::submit",
            call(|| drop(ThreadPool::new(1).submit(|| ()))),
        ),
    ]
}

#[test]
fn each_call_that_may_wait_or_lets_others_on_is_one() {
    let builder = runtime::Builder::new().quantum(QUANTUM);
    builder
        .run(|| {
            for (name, call) in calls() {
                assert!(is_safe_point(call), "{name}");
            }
        })
        .unwrap();
}

#[test]
fn without_a_quantum_there_is_none() {
    runtime::run(|| {
        for (name, call) in calls() {
            // These wait for what somebody else has to do.
            if name != "ThreadPool::submit" {
                assert!(!is_safe_point(call), "{name}");
            }
        }
    });
}

#[test]
fn to_let_go_of_a_guard_is_none() {
    let builder = runtime::Builder::new().quantum(QUANTUM);
    builder
        .run(|| {
            let mutex = Mutex::new(0);
            let semaphore = Semaphore::new(1);
            // Taken in a turn of its own, and given back at the end of a long one.
            let guards = (mutex.lock().unwrap(), semaphore.acquire());
            assert!(!is_safe_point(move || drop(guards)));
        })
        .unwrap();
}

#[test]
fn before_its_quantum_is_over_nobody_loses_the_cpu() {
    let builder = runtime::Builder::new().quantum(Duration::from_secs(3600));
    builder
        .run(|| {
            for (name, call) in calls() {
                if name != "ThreadPool::submit" {
                    assert!(!is_safe_point(call), "{name}");
                }
            }
        })
        .unwrap();
}
