//! A waiting room: two doctors, and patients who come with a number that says
//! how urgent it is.
//!
//! Look at: whoever is free takes the patient with the lowest number, also if others
//! came before. `join` waits until all have been seen, and after the shutdown the
//! doctors go home.

use std::rc::Rc;
use std::time::Duration;

use runtime::queue::PriorityQueue;
use runtime::thread::{self, Builder};
use runtime::time::Instant;

/// How urgent, and who.
type Patient = (u32, &'static str);

// ANCHOR: doctor
fn doctor(patients: Rc<PriorityQueue<Patient>>, begin: Instant) {
    while let Ok((urgency, name)) = patients.get() {
        let at = begin.elapsed().as_millis();
        println!("{at:>3} ms  {} sees {urgency}: {name}", thread::current());
        thread::sleep(Duration::from_millis(20));
        patients.task_done().unwrap();
    }
    println!("{} goes home", thread::current());
}
// ANCHOR_END: doctor

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let begin = Instant::now();
        let patients = Rc::new(PriorityQueue::named("patients"));
        for name in ["Dr. Han", "Dr. Yun"] {
            let args = (Rc::clone(&patients), begin);
            let builder = Builder::new().name(name.into());
            builder.create_with(doctor, args).unwrap().start().unwrap();
        }
        for patient in [
            (3, "Ara, a cough"),
            (2, "Bom, an arm"),
            (3, "Chan, a cold"),
            (1, "Dana, a heart"),
            (2, "Eun, a leg"),
        ] {
            patients.put(patient).unwrap();
            thread::sleep(Duration::from_millis(5));
        }
        patients.join();
        println!("all have been seen");
        patients.shutdown();
    });
}
