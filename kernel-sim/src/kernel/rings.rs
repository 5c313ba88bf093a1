//! All rings of waits at once, for the report about those that wait for ever.
//!
//! ```text
//!   thread a ──▶ lock 1 ──▶ thread b        a waits for lock 1, which b has;
//!      ▲                       │            b waits for lock 2, which a has
//!      └─────── lock 2 ◀───────┘
//! ```
//!
//! This is the resource-allocation graph of Silberschatz, Galvin, Gagne, *Operating
//! System Concepts*, section 8.3.2. What is waited for is a node of its own: a
//! thousand that wait for what a thousand have are two thousand edges then, and not a
//! million.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use super::Kernel;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::wait::{Object as _, WaitReason};
use super::wait_for::ring_from;

/// A way along the edges leads from a thread to what it waits for, and from there to
/// those without whose progress the wait does not end.
// ANCHOR: nodes
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Thread(Pid),
    /// The end of that thread.
    End(Pid),
    /// The end of the scope of that number.
    Scope(u64),
    /// The object whose queue is at that address.
    Object(usize),
}

/// For each node, where the edges from it lead.
type Graph = BTreeMap<Node, Vec<Node>>;
// ANCHOR_END: nodes

impl<C: Context> Kernel<C> {
    /// The rings in which threads wait now, those of uncertain owners too, and one for
    /// all that wait for the same. None of them was there when it was asked for by
    /// [`Kernel::ring`]; this is for the report about those that wait for ever.
    ///
    /// Takes time in proportion to the number of threads that wait, of those that have
    /// what is waited for, and of rings.
    // ANCHOR: rings
    pub fn rings(&self) -> Vec<Vec<Pid>> {
        let graph = on_rings(self.wait_for_graph());
        let mut threads: Vec<_> = self.iter().map(Pcb::created).collect();
        threads.sort();
        let mut rings: Vec<Vec<Pid>> = Vec::new();
        let mut seen = BTreeSet::new();
        for (_, pid) in threads {
            let start = Node::Thread(pid);
            let Some(awaited) = graph.get(&start) else {
                continue;
            };
            if seen.contains(&start) || seen.contains(&awaited[0]) {
                continue;
            }
            let next = |node| graph.get(&node).cloned().unwrap_or_default();
            if let Some(ring) = ring_from(start, next) {
                rings.push(ring.iter().filter_map(Node::thread).collect());
                seen.extend(ring);
            }
        }
        rings
    }
    // ANCHOR_END: rings

    // ANCHOR: wait_for_graph
    fn wait_for_graph(&self) -> Graph {
        let mut graph = Graph::new();
        for pid in self.iter().map(Pcb::pid) {
            let Some(reason) = self.owned_wait(pid) else {
                continue;
            };
            let awaited = match reason {
                WaitReason::Join(target) => Node::End(*target),
                WaitReason::Scope(scope) | WaitReason::KilledScope(scope) => {
                    Node::Scope(scope.0.get())
                }
                WaitReason::Object(object) => Node::Object(ptr::from_ref(object.queue()).addr()),
                WaitReason::Sleep | WaitReason::Park | WaitReason::Memory => continue,
            };
            graph.insert(Node::Thread(pid), vec![awaited]);
            graph.entry(awaited).or_insert_with(|| {
                let owners = self.owners(reason, |_| true).into_iter();
                owners.map(Node::Thread).collect()
            });
        }
        graph
    }
    // ANCHOR_END: wait_for_graph
}

// ANCHOR: thread
impl Node {
    fn thread(&self) -> Option<Pid> {
        match *self {
            Node::Thread(pid) => Some(pid),
            Node::End(_) | Node::Scope(_) | Node::Object(_) => None,
        }
    }
}
// ANCHOR_END: thread

/// Leaves the nodes that are on rings, or on ways from one ring to another.
// ANCHOR: on_rings
fn on_rings(graph: Graph) -> Graph {
    let onward = endless(graph);
    reversed(&endless(reversed(&onward)))
}
// ANCHOR_END: on_rings

/// Leaves the nodes from which a way leads on without end.
// ANCHOR: endless
fn endless(mut graph: Graph) -> Graph {
    let mut before = reversed(&graph);
    let mut ways: BTreeMap<Node, usize> = BTreeMap::new();
    for &node in before.keys().chain(graph.keys()) {
        ways.insert(node, graph.get(&node).map_or(0, Vec::len));
    }
    let mut ends: Vec<Node> = ways
        .iter()
        .filter(|(_, ways)| **ways == 0)
        .map(|(node, _)| *node)
        .collect();
    while let Some(end) = ends.pop() {
        graph.remove(&end);
        for node in before.remove(&end).unwrap_or_default() {
            let ways = ways.get_mut(&node).expect("each node is counted");
            *ways -= 1;
            if *ways == 0 {
                ends.push(node);
            }
        }
    }
    for next in graph.values_mut() {
        next.retain(|node| ways[node] > 0);
    }
    graph
}
// ANCHOR_END: endless

/// The same edges, the other way round.
// ANCHOR: reversed
fn reversed(graph: &Graph) -> Graph {
    let mut reversed = Graph::new();
    for (&node, next) in graph {
        for &next in next {
            reversed.entry(next).or_default().push(node);
        }
    }
    reversed
}
// ANCHOR_END: reversed
