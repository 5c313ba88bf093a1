//! Loggers that panic once.

use std::cell::Cell;
use std::panic::panic_any;
use std::rc::Rc;

use super::play::{Broken, End, Hears, Outcome, Why, play};
use super::subjects::SUBJECTS;
use super::{Told, with_logger};
use crate::support::child::in_child;

/// The logger panics at its first call, and with a new subject at its second,
/// and so on. If it was a thread that was told, that thread panics, and all
/// others come to their ends. If it was the loop, all threads are lost; what
/// they had is refused for ever, and the next run comes to no harm.
#[test]
fn wherever_a_logger_panics_nothing_is_lost_but_what_lost_threads_had() {
    in_child(|| {
        // What panics without words was meant to.
        std::panic::set_hook(Box::new(|info| {
            if let Some(text) = info.payload().downcast_ref::<String>() {
                eprintln!("{text}");
            }
        }));
        for (name, make) in SUBJECTS {
            let mut outcomes = [0; 3];
            for hears in [Hears::All, Hears::LettingGo] {
                for number in 0.. {
                    let subject = Rc::new(make());
                    let calls = Rc::new(Cell::new(0));
                    let theirs = Rc::clone(&calls);
                    let ear = move |told: Told<'_>| {
                        let call = theirs.get();
                        theirs.set(call + 1);
                        if call == number {
                            match told {
                                Told::Asked => eprintln!("panics when it is asked"),
                                Told::Of(line) => eprintln!("panics at {line}"),
                            }
                            panic_any(Broken);
                        }
                    };
                    let outcome = with_logger(ear, || play(&subject, hears));
                    if calls.get() <= number {
                        assert!(outcome.all(End::Returned), "{name} {hears:?}: {outcome:?}");
                        break;
                    }
                    let what = format!("{name}, {hears:?} {number}: {outcome:?}");
                    eprintln!("{what}");
                    let lost = outcome == Outcome::LoopBroken;
                    if let Outcome::Ends(ends) = &outcome {
                        assert_eq!(outcome.count(End::Broken), 1, "{what}");
                        assert_eq!(outcome.count(End::Returned), ends.len() - 1, "{what}");
                        (subject.is_well)();
                    }
                    outcomes[match outcome {
                        Outcome::Ends(_) => 0,
                        Outcome::MainBroken => 1,
                        Outcome::LoopBroken => 2,
                    }] += 1;
                    let again = play(&subject, Hears::Never);
                    let well = again.all(End::Returned);
                    let abandoned = again.all(End::Refused(Why::Abandoned));
                    assert!(well || lost && abandoned, "{what}, then {again:?}");
                }
            }
            eprintln!("{name}: {outcomes:?}");
            assert!(
                outcomes.iter().all(|&number| number > 0),
                "{name}: {outcomes:?}"
            );
        }
    })
    .ends_with(0);
}
