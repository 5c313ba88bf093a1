//! Programs that were written for std, and run on green threads when their
//! paths are replaced: each file here is compiled twice, once with `std::thread`
//! and `std::sync` and once with `runtime::thread` and `runtime::sync`, and both
//! must come to the same.

#![allow(clippy::duplicate_mod, reason = "that is what this is about")]

/// The programs, with `thread` and `sync` from that crate.
macro_rules! programs {
    ($krate:ident) => {
        #[path = "."]
        pub(crate) mod $krate {
            #[allow(unused_imports, reason = "not every program needs both")]
            pub(crate) use ::$krate::{hint, sync, thread};

            pub(crate) mod bank;
            pub(crate) mod barrier;
            pub(crate) mod bounded_buffer;
            pub(crate) mod configuration;
            pub(crate) mod counter;
            pub(crate) mod messages;
            pub(crate) mod scoped_sums;
            pub(crate) mod spinning;
            pub(crate) mod thread_pool;
            pub(crate) mod word_count;
        }
    };
}

programs!(std);
programs!(runtime);

macro_rules! compare {
    ($($program:ident)*) => {
        $(
            #[test]
            fn $program() {
                let on_std = std::$program::run();
                assert_eq!(::runtime::run(runtime::$program::run), on_std);
            }
        )*
    };
}

compare! {
    bank barrier bounded_buffer configuration counter messages scoped_sums spinning
    thread_pool word_count
}
