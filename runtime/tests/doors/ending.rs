//! Doors of a runtime that is ending, or has ended.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use runtime::Handle;
use runtime::error::{SpawnError, StartError};
use runtime::policy::{Arrow, Attributes, Instant, Pid, Policy, Scheduler};
use runtime::thread::{self, Builder, JoinHandle, Killed};

use crate::support::outside::outside;
use crate::support::{OnDrop, run};
use crate::{Count, Places, here};

#[track_caller]
fn is_refused<T>(spawned: io::Result<JoinHandle<T>>) {
    let error = spawned.unwrap_err();
    let reason = error.get_ref().unwrap().downcast_ref();
    assert_eq!(reason, Some(&SpawnError::ShuttingDown));
}

#[test]
fn a_handle_that_outlives_its_runtime_refuses_and_drops_the_closure() {
    let door = run(Handle::current);
    let places = Places::default();
    let captured = [(); 3].map(|()| places.on_drop());
    let there = std::thread::spawn(move || {
        let [first, second, third] = captured;
        is_refused(door.spawn(move || drop(first)));
        is_refused(door.clone().spawn(move || drop(second)));
        is_refused(Builder::new().spawn_on(&door, move || drop(third)));
        here()
    });
    let there = there.join().unwrap();
    assert_eq!(places.read(), [there; 3]);
}

#[test]
fn an_old_handle_is_no_door_to_the_next_runtime() {
    let door = run(Handle::current);
    run(move || is_refused(door.spawn(|| ())));
}

#[test]
fn a_daemon_guest_is_killed_at_the_end() {
    let places = Places::default();
    let on_stack = places.on_drop();
    let guest = run(move || {
        outside(move |door| {
            let daemon = Builder::new().daemon(true);
            let guest = daemon.spawn_on(&door, move || {
                let _on_stack = on_stack;
                thread::park();
            });
            door.spawn(|| ()).unwrap().join().unwrap();
            guest.unwrap()
        })
    });
    assert_eq!(places.read(), [here()]);
    assert!(guest.join().unwrap_err().is::<Killed>());
}

#[test]
fn a_daemon_guest_that_had_no_turn_is_dropped_at_the_end() {
    let (places, ran) = (Places::default(), Count::default());
    let (captured, runs) = (places.on_drop(), ran.clone());
    let guest = run(move || {
        let door = Handle::current();
        let spawn = std::thread::spawn(move || {
            Builder::new().daemon(true).spawn_on(&door, move || {
                runs.add();
                drop(captured);
            })
        });
        spawn.join().unwrap().unwrap()
    });
    assert_eq!((places.read(), ran.get()), (vec![here()], 0));
    assert!(!guest.is_alive());
    assert!(guest.join().unwrap_err().is::<Killed>());
}

/// The last thing that the loop does before it ends is to drop what the
/// closure of an unstarted thread holds, and while it does a guest comes.
#[test]
fn what_lies_in_the_inbox_at_the_end_is_dropped_there() {
    let (places, ran) = (Places::default(), Count::default());
    let (captured, runs) = (places.on_drop(), ran.clone());
    let (send, receive) = mpsc::channel();
    run(move || {
        let door = Handle::current();
        let mut guest = Some(move || {
            runs.add();
            drop(captured);
        });
        let posts = OnDrop(move || {
            let (door, guest, send) = (door.clone(), guest.take().unwrap(), send.clone());
            let os = std::thread::spawn(move || send.send(door.spawn(guest).unwrap()));
            os.join().unwrap().unwrap();
        });
        let unstarted = thread::create(move || drop(posts));
        std::thread::spawn(move || drop(unstarted)).join().unwrap();
    });
    let guest = receive.recv().unwrap();
    assert_eq!((places.read(), ran.get()), (vec![here()], 0));
    assert!(!guest.is_alive());
    let joined = std::thread::spawn(move || guest.join().unwrap_err().is::<Killed>());
    assert!(joined.join().unwrap());
}

/// OS threads wait for guests when the runtime ends under them.
#[test]
fn whoever_joins_when_the_runtime_ends_learns_that_it_has() {
    let (send, receive) = mpsc::channel();
    run(move || {
        let door = Handle::current();
        let waiting = Arc::new(Barrier::new(9));
        for _ in 0..8 {
            let (door, waiting) = (door.clone(), Arc::clone(&waiting));
            send.send(std::thread::spawn(move || {
                let daemon = Builder::new().daemon(true);
                let guest = daemon.spawn_on(&door, thread::park).unwrap();
                waiting.wait();
                guest.join().unwrap_err().is::<Killed>()
            }))
            .unwrap();
        }
        waiting.wait();
    });
    assert!(receive.into_iter().all(|joined| joined.join().unwrap()));
}

#[test]
fn a_runtime_that_ends_while_others_knock_drops_everything_once() {
    const ROUNDS: u32 = 200;
    const KNOCKS: u32 = 50;
    for round in 0..ROUNDS {
        let (ran, dropped, joined) = (Count::default(), Count::default(), Count::default());
        let start = Arc::new(Barrier::new(3));
        let door = Arc::new(std::sync::Mutex::new(None));
        let knockers: Vec<_> = (0..2)
            .map(|_| {
                let (ran, dropped, joined) = (ran.clone(), dropped.clone(), joined.clone());
                let (start, door) = (Arc::clone(&start), Arc::clone(&door));
                std::thread::spawn(move || {
                    start.wait();
                    let door: Handle = door.lock().unwrap().clone().unwrap();
                    for _ in 0..KNOCKS {
                        let (ran, captured) = (ran.clone(), dropped.on_drop());
                        let knock = door.spawn(move || {
                            let _captured = captured;
                            ran.add();
                        });
                        match knock {
                            // Whatever comes of it: an end comes.
                            Ok(guest) => match guest.join() {
                                Ok(()) => joined.add(),
                                Err(payload) => assert!(payload.is::<Killed>()),
                            },
                            Err(_) => return is_refused(door.spawn(|| ())),
                        }
                    }
                })
            })
            .collect();
        run(move || {
            *door.lock().unwrap() = Some(Handle::current());
            start.wait();
            (0..round).for_each(|_| thread::yield_now());
        });
        for knocker in knockers {
            knocker.join().unwrap();
        }
        assert_eq!(ran.get(), joined.get());
        assert!(dropped.get() >= ran.get());
        assert!(dropped.get() <= 2 * KNOCKS);
    }
}

#[test]
fn a_start_from_outside_while_the_runtime_ends_is_an_error_or_happens() {
    for round in 0..300 {
        let places = Places::default();
        let captured = places.on_drop();
        let (send, receive) = mpsc::channel::<JoinHandle<()>>();
        let starts = std::thread::spawn(move || {
            let sub = receive.recv().unwrap();
            match sub.start() {
                Ok(()) => drop(sub.join()),
                Err(error) => {
                    assert_eq!(error, StartError::OtherRuntime);
                    assert!(!sub.is_alive());
                }
            }
        });
        run(move || {
            send.send(thread::create(move || drop(captured))).unwrap();
            (0..round % 30).for_each(|_| thread::yield_now());
        });
        starts.join().unwrap();
        assert_eq!(places.read(), [here()]);
    }
}

#[test]
fn spawning_through_a_handle_while_daemons_unwind_is_refused() {
    let (dropped, refused) = (Count::default(), Count::default());
    let (captured, counts) = (dropped.on_drop(), refused.clone());
    run(move || {
        let door = Handle::current();
        let mut captured = Some(captured);
        let at_the_end = OnDrop(move || {
            let (door, captured) = (door.clone(), captured.take());
            is_refused(door.spawn(|| ()));
            let os = std::thread::spawn(move || is_refused(door.spawn(|| drop(captured))));
            os.join().unwrap();
            counts.add();
        });
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            thread::park();
        });
        drop(daemon.unwrap());
        thread::yield_now();
    });
    assert_eq!((dropped.get(), refused.get()), (1, 1));
}

/// A policy that gives main a turn, and breaks down when it is asked again.
#[derive(Debug)]
struct Broken {
    main: Option<Pid>,
    /// Passed once when it is asked again, and once before it breaks down.
    gate: Arc<Barrier>,
}

impl Policy for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        self.main = Some(thread);
    }
    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.main.take().or_else(|| {
            self.gate.wait();
            self.gate.wait();
            resume_unwind(Box::new("broken"))
        })
    }
    fn remove(&mut self, _: Pid) {}
    fn in_order(&self) -> Vec<Pid> {
        Vec::new()
    }
}

/// The loop unwinds before it has looked into its inbox.
#[test]
fn a_runtime_whose_loop_panics_leaves_nobody_waiting_at_its_doors() {
    let (send, receive) = mpsc::channel::<Handle>();
    let (dropped, gate) = (Count::default(), Arc::new(Barrier::new(2)));
    let (captured, later) = (dropped.on_drop(), dropped.on_drop());
    let at_the_gate = Arc::clone(&gate);
    let knocks = std::thread::spawn(move || {
        let door = receive.recv().unwrap();
        at_the_gate.wait();
        let guest = door.spawn(move || drop(captured)).unwrap();
        at_the_gate.wait();
        let ended = guest.thread().join_timeout(Duration::from_secs(2));
        let late = door.spawn(move || drop(later));
        (ended, late.is_err())
    });
    let policy: Box<dyn Policy> = Box::new(Broken { main: None, gate });
    let builder = runtime::Builder::new().policy(Scheduler::from(policy));
    let main = move || {
        send.send(Handle::current()).unwrap();
        thread::park();
    };
    assert!(catch_unwind(AssertUnwindSafe(|| builder.run(main))).is_err());
    let (ended, late_is_refused) = knocks.join().unwrap();
    assert_eq!(ended, Ok(()), "whoever joins is told");
    assert!(late_is_refused, "nobody will come");
    assert_eq!(dropped.get(), 2);
}
