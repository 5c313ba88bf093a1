//! The unit in which switches are measured, one *pair*: into a coroutine of corosensei
//! and back.

use std::hint::black_box;
use std::time::{Duration, Instant};

use corosensei::{Coroutine, CoroutineResult};

pub(crate) const PAIR: &str = "resume + suspend";

pub(crate) fn resume_and_suspend(n: u64) -> Duration {
    let mut coroutine = Coroutine::<(), (), ()>::new(|yielder, ()| {
        loop {
            yielder.suspend(());
        }
    });
    let start = Instant::now();
    for _ in 0..n {
        let result = black_box(coroutine.resume(()));
        assert!(matches!(result, CoroutineResult::Yield(())));
    }
    let time = start.elapsed();
    // SAFETY: nothing on its stack has a destructor.
    unsafe { coroutine.force_reset() };
    time
}
