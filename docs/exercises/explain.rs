//! What a joiner was given, in words.

use std::any::Any;
use std::panic::resume_unwind;

use runtime::error::{JoinError, OutsideRuntime};
use runtime::thread::{self, Killed};

type Payload = Box<dyn Any + Send>;

/// What the reader begins with.
mod start {
    use super::Payload;

    // ANCHOR: start
    // The words of a panic or of an error; "something else" if there are none.
    pub(super) fn explain(payload: &Payload) -> String {
        match payload.downcast_ref::<&str>() {
            Some(words) => (*words).to_owned(),
            None => "something else".to_owned(),
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{JoinError, Killed, OutsideRuntime, Payload};

    // ANCHOR: solution
    fn words_of<T: ToString + 'static>(payload: &Payload) -> Option<String> {
        payload.downcast_ref::<T>().map(T::to_string)
    }

    pub(super) fn explain(payload: &Payload) -> String {
        words_of::<&str>(payload)
            .or_else(|| words_of::<String>(payload))
            .or_else(|| words_of::<Killed>(payload))
            .or_else(|| words_of::<JoinError>(payload))
            .or_else(|| words_of::<OutsideRuntime>(payload))
            .unwrap_or_else(|| "something else".to_owned())
    }
    // ANCHOR_END: solution
}

type Explain = fn(&Payload) -> String;

pub(super) fn check_start() {
    check(start::explain);
}

pub(super) fn check_solution() {
    check(solution::explain);
}

fn check(explain: Explain) {
    let main = move || {
        let of = |body: fn()| {
            let payload = thread::spawn(body).join().expect_err("it does not return");
            explain(&payload)
        };
        // As panics, but the hook is not called.
        assert_eq!(of(|| resume_unwind(Box::new("oh dear"))), "oh dear");
        let put_together = || resume_unwind(Box::new(format!("oh dear, {}", 42)));
        assert_eq!(of(put_together), "oh dear, 42");
        assert_eq!(of(|| resume_unwind(Box::new(42))), "something else");
        let killed = || {
            thread::current().kill();
            thread::yield_now();
        };
        assert_eq!(of(killed), Killed.to_string());
        let never = thread::create(|| ())
            .join()
            .expect_err("it was not started");
        assert_eq!(explain(&never), JoinError::NotStarted.to_string());
    };
    runtime::run(main);
    let outside = std::panic::catch_unwind(thread::yield_now);
    let outside = outside.expect_err("no green thread runs here");
    let error = outside.downcast_ref::<OutsideRuntime>();
    let error = error.expect("that is why");
    assert_eq!(explain(&outside), error.to_string());
}
