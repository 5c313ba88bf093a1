//! `threading.Barrier`: threads that meet after each round, and an action in between.
//!
//! Look at: the one that comes last runs the action while the others wait, and only
//! then the next round begins. The slow runner is the last one each time; in the end
//! it is too slow, the time of the others is up, and the barrier is broken for all.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::Barrier;
use runtime::thread::{self, Builder};

const ROUNDS: u64 = 3;

fn round_is_over() {
    println!("{} : all are here", thread::current());
}

fn run_rounds(barrier: Rc<Barrier>, millis: u64) {
    for round in 1..=ROUNDS {
        thread::sleep(Duration::from_millis(round * millis));
        match barrier.wait_timeout(Duration::from_millis(300)) {
            Ok(met) => println!(
                "{} : round {round}, came as {}",
                thread::current(),
                met.index()
            ),
            Err(error) => println!("{} : {:?} by {}", thread::current(), error.how, error.who),
        }
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let barrier: Barrier = Barrier::named_with_action("lap", 3, round_is_over);
        let barrier = Rc::new(barrier);
        let runners: Vec<_> = [("fast", 10), ("steady", 50), ("slow", 120)]
            .into_iter()
            .map(|(name, millis)| {
                let builder = Builder::new().name(name.into());
                let args = (Rc::clone(&barrier), millis);
                let runner = builder.create_with(run_rounds, args).unwrap();
                runner.start().unwrap();
                runner
            })
            .collect();
        for runner in runners {
            runner.join().unwrap();
        }
        println!("broken: {}", barrier.is_broken());
    });
}
