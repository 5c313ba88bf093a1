//! The quantum of green threads: where a turn can end, what follows from that, and what
//! does not change.

mod interrupted;
mod kills;
mod safe_points;
mod stress;
