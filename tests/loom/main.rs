//! Joins, the inbox, and what belongs to one core at a time, in every order in
//! which OS threads can come, by loom.
//!
//! The files that ship are included here as they are, and get loom's types from
//! the module `os`; `place` says which of them is in which run. Then the same models look at copies of these files in each
//! of which one thing is broken, and must notice.
//!
//! ```text
//!   runtime/src/join.rs ────▶ mod join ◀──── join_models.rs ◀──┐
//!        │                                                     │ shipped: all hold
//!        │ build.rs: mutations/join.rs                         │
//!        ▼                                                     │ twins: one fails
//!   OUT_DIR/join_NAME.rs ───▶ mod join ◀──── join_models.rs ◀──┘
//! ```
//!
//! The same for `inbox.rs` and `sync/core_bound.rs`.
//!
//! In two things loom knows more order than there is: a `compare_exchange` that
//! fails has read the newest value, and whoever is woken by a `Condvar` sees what
//! the waker did. Neither is relied on: whoever waits holds the lock when it
//! looks, and looks with an order of its own.
//!
//! In one thing loom tries less than there is, and `os.rs` makes up for it: see
//! `looks.rs`.

#[allow(dead_code, reason = "the models need not all of it")]
#[path = "../../runtime/src/sync/core_bound.rs"]
mod core_bound;
mod core_bound_models;
mod explore;
#[path = "../../runtime/src/inbox.rs"]
mod inbox;
mod inbox_models;
#[path = "../../runtime/src/join.rs"]
mod join;
mod join_models;
mod looks;
mod os;
mod place;

macro_rules! hold {
    ($($models:ident: $($model:ident)*;)*) => {
        $($(
            #[test]
            fn $model() {
                crate::$models::$model();
            }
        )*)*
    };
}

mod shipped {
    hold! {
        join_models: join detach is_alive join_timeout many_joiners;
        core_bound_models: nobodys take_over outside outsiders inherited inherited_by_a_run
            brought_along lent_to_a_run let_go looked_in;
        inbox_models: wake two_posters close last_door overlook wait_timeout;
    }
}

// Each twin needs one model of many, and some have code that is never reached.
#[allow(unused, clippy::all)]
mod twins {
    include!(concat!(env!("OUT_DIR"), "/twins.rs"));
}
