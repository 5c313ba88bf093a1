//! Why `os.rs` has atomics of its own: what loom does not try without them, and
//! that it does with them.

use std::sync::Arc;

use loom::thread;

use crate::explore::{ALL_ORDERS, assert_outcomes, note};
use crate::os::Ordering::Relaxed;

/// Somebody looks, while another looks and then writes. Notes what was seen.
macro_rules! look_beside_a_writer {
    ($atomic:path) => {
        || {
            let atomic = Arc::new(<$atomic>::new(0));
            let other = Arc::clone(&atomic);
            let writer = thread::spawn(move || {
                other.load(Relaxed);
                other.store(1, Relaxed);
            });
            note(atomic.load(Relaxed).to_string());
            writer.join().unwrap();
        }
    };
}

/// The same with a third thread, which writes when it is told to.
macro_rules! look_beside_a_chain {
    ($atomic:path) => {
        || {
            let atomics = Arc::new([<$atomic>::new(0), <$atomic>::new(0)]);
            let [looks, writes] = [(); 2].map(|()| Arc::clone(&atomics));
            let looks = thread::spawn(move || {
                looks[0].load(Relaxed);
                looks[1].store(1, Relaxed);
            });
            let writes = thread::spawn(move || {
                if writes[1].load(Relaxed) == 1 {
                    writes[0].store(1, Relaxed);
                }
            });
            note(atomics[0].load(Relaxed).to_string());
            looks.join().unwrap();
            writes.join().unwrap();
        }
    };
}

/// If this fails one day, loom has learned it, and the other atomics can go.
#[test]
fn loom_alone_misses_what_is_written_after_a_look() {
    use loom::sync::atomic::AtomicU8;

    assert_outcomes(ALL_ORDERS, look_beside_a_writer!(AtomicU8), ["0"]);
    assert_outcomes(ALL_ORDERS, look_beside_a_chain!(AtomicU8), ["0"]);
}

#[test]
fn what_is_written_after_a_look_is_seen() {
    use crate::os::AtomicU8;

    assert_outcomes(ALL_ORDERS, look_beside_a_writer!(AtomicU8), ["0", "1"]);
    assert_outcomes(ALL_ORDERS, look_beside_a_chain!(AtomicU8), ["0", "1"]);
}
