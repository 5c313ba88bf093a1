//! The peers, one file each. They do the same in the same order, so two of
//! these files can be read side by side.

use crate::peer::Peer;

mod async_executor;
mod gate;
mod may;
mod os_threads;
mod ours;
mod tokio;

/// All of them, in the order of the table's columns: the first is the one that
/// the others are compared with.
pub(crate) fn all() -> [Box<dyn Peer>; 5] {
    [
        Box::new(ours::Ours),
        Box::new(may::May),
        Box::new(tokio::Tokio),
        Box::new(async_executor::AsyncExecutor::new()),
        Box::new(os_threads::OsThreads),
    ]
}
