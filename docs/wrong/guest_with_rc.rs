//! A thread that another OS thread spawns shares an `Rc` with it.

use std::rc::Rc;

use runtime::Handle;
use runtime::thread::Builder;

fn main() {
    runtime::run(|| {
        let door = Handle::current();
        // ANCHOR: guest
        let text = Rc::new("Hello".to_owned());
        Builder::new()
            .spawn_on(&door, move || println!("{text}"))
            .unwrap();
        // ANCHOR_END: guest
    });
}
