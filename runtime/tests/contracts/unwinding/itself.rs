//! What becomes of the waits of a thread that unwinds.

use std::panic::resume_unwind;
use std::time::Duration;

use log::Level;
use runtime::RunError;
use runtime::error::{JoinError, Unwinding};
use runtime::thread::{self, Builder};
use runtime::time::Instant;

use super::{BOTH, SECOND, WAITS, Wanted, caught};
use crate::listener::{heard, listen};
use crate::support::child::in_child;
use crate::support::{Counter, OnDrop, run};

#[test]
fn no_arrow_is_taken_while_a_thread_unwinds() {
    fn without_arrows(work: impl FnOnce()) {
        heard();
        work();
        assert_eq!(heard().arrows(), 0);
    }

    let child = in_child(|| {
        let wait_for_all = || WAITS.iter().for_each(|wait| wait());
        // It begins with the hook.
        runtime::set_excepthook(move |_, _| without_arrows(wait_for_all));
        listen();
        run(move || {
            let endless = Builder::new().daemon(true).spawn(thread::park).unwrap();
            thread::spawn(|| panic!("for the hook")).join().unwrap_err();
            for why in BOTH {
                let target = endless.thread().clone();
                let others = thread::spawn(thread::yield_now);
                why.was_it(why.unwinds(move || {
                    without_arrows(|| {
                        wait_for_all();
                        assert!(target.join().is_err());
                        assert!(target.join_timeout(SECOND).is_err());
                        assert!(target.join_timeout(Duration::ZERO).is_err());
                        assert!(caught(|| thread::scope(|_| ())).is::<Unwinding>());
                    });
                }));
                others.join().unwrap();
            }
        });
    });
    child.ends_with(0);
}

#[test]
fn yield_sleep_and_park_return_at_once_while_unwinding() {
    run(|| {
        for (why, wait) in BOTH.iter().flat_map(|why| WAITS.map(|wait| (why, wait))) {
            let (others, done) = (Counter::default(), Counter::default());
            let (seen, mine) = (others.clone(), done.clone());
            let sub = why.unwinds(move || {
                let (begin, before) = (Instant::now(), seen.get());
                wait();
                assert_eq!(seen.get(), before, "somebody else has run");
                assert_eq!(begin.elapsed(), Duration::ZERO);
                mine.add();
            });
            let other = thread::spawn(move || {
                for _ in 0..5 {
                    others.add();
                    thread::yield_now();
                }
            });
            why.was_it(sub);
            other.join().unwrap();
            assert_eq!(done.get(), 1);
        }
    });
}

#[test]
fn a_thread_that_unwinds_is_warned_once_by_the_log() {
    let child = in_child(|| {
        listen();
        run(|| {
            for why in BOTH {
                heard();
                for name in ["first", "second"] {
                    let builder = Builder::new().name(name.into());
                    why.was_it(why.unwinds_as(builder, || {
                        let warned = heard();
                        assert_eq!(warned.words(Level::Warn).len(), 0);
                        WAITS.iter().for_each(|wait| wait());
                        assert!(thread::main_thread().join().is_err());
                        let warned = heard();
                        let name = thread::current().to_string();
                        let warning = format!("{name} unwinds and keeps the CPU");
                        let words = warned.words(Level::Warn);
                        assert!(
                            words.len() == 1 && words[0].starts_with(&warning),
                            "{words:?}"
                        );
                    }));
                }
                // Whoever does not wait is not warned.
                why.was_it(why.unwinds(|| ()));
                assert_eq!(heard().words(Level::Warn).len(), 0);
            }
        });
    });
    child.ends_with(0);
}

#[test]
fn join_gives_an_err_that_says_so() {
    run(|| {
        for why in BOTH {
            let done = Counter::default();
            let theirs = done.clone();
            let target = thread::spawn(thread::park);
            let mut with_result = Some(thread::spawn(thread::park));
            let others = [&target, with_result.as_ref().unwrap()].map(|sub| sub.thread().clone());
            why.was_it(why.unwinds(move || {
                let error = target.thread().join().unwrap_err();
                assert_eq!(error, JoinError::Unwinding);
                assert!(
                    error
                        .to_string()
                        .contains("a thread that unwinds cannot wait")
                );
                let error = with_result.take().unwrap().join().unwrap_err();
                assert_eq!(error.downcast_ref(), Some(&JoinError::Unwinding));
                theirs.add();
            }));
            assert_eq!(done.get(), 1);
            for other in others {
                assert!(other.is_alive(), "it was left alone");
                other.unpark();
                other.join().unwrap();
            }
        }
    });
}

#[test]
fn a_timed_join_is_refused_and_without_time_it_times_out() {
    run(|| {
        for why in BOTH {
            let done = Counter::default();
            let theirs = done.clone();
            let endless = thread::spawn(thread::park);
            let target = endless.thread().clone();
            why.was_it(why.unwinds(move || {
                for time in [Duration::from_nanos(1), SECOND, Duration::MAX] {
                    assert_eq!(target.join_timeout(time), Err(JoinError::Unwinding));
                }
                let at_once = target.join_timeout(Duration::ZERO);
                assert_eq!(at_once, Err(JoinError::TimedOut));
                theirs.add();
            }));
            assert_eq!(done.get(), 1);
            endless.thread().unpark();
            endless.join().unwrap();
        }
    });
}

#[test]
fn what_would_have_to_wait_panics_with_a_typed_payload() {
    run(|| {
        for why in BOTH {
            let done = Counter::default();
            let theirs = done.clone();
            why.was_it(why.unwinds(move || {
                let scope = caught(|| thread::scope(|_| unreachable!("it ran")));
                assert_eq!(scope.downcast_ref(), Some(&Unwinding));
                let run = caught(|| runtime::run(|| unreachable!("it ran")));
                assert!(matches!(run.downcast_ref(), Some(RunError::Unwinding)));
                let run = runtime::Builder::new().run(|| unreachable!("it ran"));
                assert!(matches!(run, Err::<(), _>(RunError::Unwinding)));
                theirs.add();
            }));
            assert_eq!(done.get(), 1);
        }
    });
}

#[test]
fn to_join_a_thread_that_has_ended_works_while_unwinding() {
    run(|| {
        for why in BOTH {
            let done = Counter::default();
            let theirs = done.clone();
            let ended = thread::spawn(|| "result");
            ended.thread().join().unwrap();
            let mut ended = Some(ended);
            why.was_it(why.unwinds(move || {
                let ended = ended.take().unwrap();
                assert_eq!(ended.thread().join(), Ok(()));
                assert_eq!(ended.thread().join_timeout(SECOND), Ok(()));
                assert_eq!(ended.join().unwrap(), "result");
                theirs.add();
            }));
            assert_eq!(done.get(), 1);
        }
    });
}

#[test]
fn a_thread_that_has_caught_its_panic_can_wait_again() {
    run(|| {
        let sub = thread::spawn(|| {
            let payload = caught(|| {
                let _on_stack = OnDrop(thread::yield_now);
                resume_unwind(Box::new(Wanted))
            });
            assert!(payload.is::<Wanted>());
            let begin = Instant::now();
            thread::sleep(SECOND);
            begin.elapsed()
        });
        assert!(sub.join().unwrap() >= SECOND);
    });
}
