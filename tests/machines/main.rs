//! One kernel, three machines: threads that do the same go along the same arrows,
//! whether they are tokens, processes of the simulated computer, or green threads
//! on real stacks. And what the three write into the log has one form.
//!
//! The log belongs to the whole process, and so the tests take turns.

mod processes;
mod script;
mod threads;
mod tokens;
mod trace;

use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;

use script::{Act, Script};
use trace::Line;

/// Who had which arrow, and why, as the three machines have logged it.
fn on_all_machines(scripts: &[Script]) -> [Vec<Line>; 3] {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    [tokens::run, processes::run, threads::run].map(|run| {
        let lines = trace::listen(|| run(scripts));
        // The main thread of green threads has no counterpart on the others.
        let is_in_script = |line: &Line| scripts.iter().any(|script| script.name == line.who);
        lines.into_iter().filter(is_in_script).collect()
    })
}

fn arrows(lines: &[Line]) -> String {
    let arrows: Vec<String> = lines
        .iter()
        .map(|line| format!("{}{}", line.who, line.number))
        .collect();
    arrows.join(" ")
}

/// To be created (no number) and admitted (1), to get the CPU (2), to yield (3), to
/// wait (4) and be woken (5), to exit (6) and be reaped (7).
#[test]
fn a_life_has_the_same_arrows_on_all_machines() {
    let scripts = [
        Script::new("a", &[Act::Yield, Act::Sleep(1)]),
        Script::new("b", &[Act::Yield, Act::Sleep(2), Act::Yield]),
    ];
    let [tokens, processes, threads] = on_all_machines(&scripts);
    assert_eq!(
        arrows(&tokens),
        "a a1 b b1 a2 a3 b2 b3 a2 a4 b2 b4 a5 a2 a6 a7 b5 b2 b3 b2 b6 b7"
    );
    assert_eq!(tokens, processes);
    assert_eq!(tokens, threads);
    let whys: Vec<&str> = tokens.iter().map(|line| line.why.as_str()).collect();
    assert!(whys.contains(&"yields") && whys.contains(&"sleeps until …"));
}

/// Up to four threads, with up to four acts each. Sleeps are different powers of
/// two, so that nobody is ever due together with somebody else.
fn scripts() -> impl Strategy<Value = Vec<Script>> {
    let acts = prop::collection::vec(any::<bool>(), 0..5);
    let order = Just((0..16).collect::<Vec<u32>>()).prop_shuffle();
    (prop::collection::vec(acts, 1..5), order).prop_map(|(threads, order)| {
        let mut powers = order.into_iter();
        let mut act = |sleeps| match sleeps {
            true => Act::Sleep(1 << powers.next().expect("there are sixteen")),
            false => Act::Yield,
        };
        let threads = ["a", "b", "c", "d"].into_iter().zip(threads);
        threads
            .map(|(name, acts)| {
                let acts: Vec<Act> = acts.into_iter().map(&mut act).collect();
                Script::new(name, &acts)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_lives_have_the_same_arrows_on_all_machines(scripts in scripts()) {
        let [tokens, processes, threads] = on_all_machines(&scripts);
        prop_assert_eq!(&tokens, &processes);
        prop_assert_eq!(&tokens, &threads);
    }
}
