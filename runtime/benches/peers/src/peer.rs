//! What a peer has to do: one method a workload. How often, and what is made
//! of the times, is none of its business; see `workload.rs`.

use std::array;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A way to run many tasks in one process. What it calls a thread, a coroutine
/// or a task is called a task here.
///
/// Whatever goes wrong is a panic: each cell has a process of its own, which
/// ends with it.
pub(crate) trait Peer {
    fn name(&self) -> &'static str;

    /// How many tasks at a time can be asked of it under the default limits of
    /// the system, if that is less than what the workloads have.
    fn limit(&self) -> Option<Limit> {
        None
    }

    /// `tasks` tasks yield over and over. One of them is the clock: it says how
    /// long each of `rounds` rounds took, in which every task yielded `laps`
    /// times. Before the first round, all have yielded.
    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration>;

    /// `n` times: a task is spawned, does nothing, and is joined.
    fn spawn_and_join(&self, n: u64) -> Duration;

    /// In each of `rounds` rounds: `tasks` tasks are spawned, and then all are
    /// joined. They do nothing.
    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration>;

    /// `n` times: a mutex that nobody else wants is locked and unlocked.
    fn free_lock(&self, n: u64) -> Duration;

    /// Each of `tasks` tasks, `turns` times: locks the one mutex, yields, and
    /// unlocks it.
    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration;

    /// `n` times: a task sends a number to another one over a channel, and gets
    /// an answer over a second channel. Both channels are unbounded.
    fn round_trips(&self, n: u64) -> Duration;

    /// `tasks` tasks sleep, each for its [`nap`]. The answer is how late the
    /// one was that woke last.
    fn sleepers(&self, tasks: u64) -> Duration;

    /// Twice, in one runtime: a task spawns ten, each of which spawns ten, and
    /// so on, until there are `leaves` leaves. A leaf's result is its number,
    /// that of all others is the sum of their children's. See [`Node`].
    fn skynet(&self, leaves: u64) -> [Duration; 2];

    /// By how many bytes the resident memory of the process grows while
    /// `tasks` tasks wait until they are woken, which they then are. What the
    /// program needs to wake and to join them counts too.
    fn parked(&self, tasks: u64) -> u64;
}

pub(crate) struct Limit {
    pub(crate) tasks: u64,
    /// What sets it, as the end of a sentence that begins with the number.
    pub(crate) reason: &'static str,
}

/// How long a sleeper sleeps: 1 to 1000 ms, evenly among all of them.
pub(crate) fn nap(number: u64) -> Duration {
    Duration::from_millis(1 + number % 1000)
}

/// When a sleeper should have woken, and when it did.
#[derive(Clone, Copy)]
pub(crate) struct Woken {
    due: Instant,
    at: Instant,
}

impl Woken {
    /// Now.
    pub(crate) fn due(due: Instant) -> Self {
        let at = Instant::now();
        Self { due, at }
    }

    /// How late the one was that woke last.
    pub(crate) fn lateness_of_last(sleepers: impl IntoIterator<Item = Self>) -> Duration {
        let last = sleepers.into_iter().max_by_key(|woken| woken.at);
        last.map_or(Duration::ZERO, |last| last.at - last.due)
    }
}

/// A task of skynet: the leaves under it, which are numbers.
pub(crate) struct Node(Range<u64>);

impl Node {
    pub(crate) fn root(leaves: u64) -> Self {
        Self(0..leaves)
    }

    /// The number of the leaf, if it is one.
    pub(crate) fn leaf(&self) -> Option<u64> {
        (self.0.end - self.0.start == 1).then_some(self.0.start)
    }

    /// A tenth of the leaves for each.
    pub(crate) fn children(&self) -> [Self; 10] {
        let leaves = (self.0.end - self.0.start) / 10;
        array::from_fn(|number| {
            let start = self.0.start + number as u64 * leaves;
            Self(start..start + leaves)
        })
    }

    /// Panics unless that is what so many leaves add up to.
    pub(crate) fn check(leaves: u64, sum: u64) {
        assert_eq!(sum, leaves * (leaves - 1) / 2, "skynet has lost a leaf");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaves_of_a_tree_are_the_numbers_up_to_their_count() {
        fn leaves(node: &Node) -> Vec<u64> {
            match node.leaf() {
                Some(number) => vec![number],
                None => node.children().iter().flat_map(leaves).collect(),
            }
        }
        assert!(leaves(&Node::root(1000)).into_iter().eq(0..1000));
    }

    #[test]
    fn the_last_sleeper_is_the_one_that_woke_last_and_not_the_latest() {
        let now = Instant::now();
        let after = |ms| now + Duration::from_millis(ms);
        let woken = |due, at| Woken {
            due: after(due),
            at: after(at),
        };
        let late = Woken::lateness_of_last([woken(1, 50), woken(90, 100), woken(2, 4)]);
        assert_eq!(late, Duration::from_millis(10));
    }
}
