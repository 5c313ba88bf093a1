//! The shelf of policies: each beside a schedule that was worked out by hand from its
//! source, as the comment over the test says; and all of them on random workloads.
//!
//! A schedule is written as in a textbook: "A 0-100, B 100-110". Times are ticks. The
//! books are Arpaci-Dusseau, *Operating Systems: Three Easy Pieces* (OSTEP), and
//! Silberschatz, Galvin, Gagne, *Operating System Concepts*, tenth edition. What is
//! said to be "from the rule" is in no book, and follows from what the policy promises.

#![cfg(feature = "machine")]

mod ageing;
mod deadline;
mod eevdf;
mod extremes;
mod feedback;
mod fifo;
mod invariants;
mod lottery;
mod polling;
mod priority;
mod round_robin;
mod shortest_job;
mod shortest_remaining;
mod sleepers;
mod starvation;
mod stride;
mod support;
mod timer;
mod workloads;
