//! Green threads on real stacks, under virtual time.

use runtime::{Builder, Clock, thread};

use crate::script::{Act, Script, UNIT};

pub(crate) fn run(scripts: &[Script]) {
    let scripts = scripts.to_vec();
    let main = move || {
        let start = |Script { name, acts }| {
            let live = move || {
                for act in acts {
                    match act {
                        Act::Yield => thread::yield_now(),
                        Act::Sleep(units) => thread::sleep(UNIT * units),
                    }
                }
            };
            let builder = thread::Builder::new().name(name.into());
            builder.spawn(live).expect("there is room for a stack")
        };
        let handles: Vec<_> = scripts.into_iter().map(start).collect();
        for handle in handles {
            handle.join().expect("it does not panic");
        }
    };
    let builder = Builder::new().clock(Clock::Virtual);
    builder.run(main).expect("nobody waits for ever");
}
