//! Two producers and one consumer, with a channel of two places between them.
//!
//! Look at: the producers are faster, so they soon wait in `send` until the
//! consumer has taken something. The loop of the consumer ends when both
//! producers have ended and the channel is empty.

use std::time::Duration;

use runtime::sync::mpsc::{SyncSender, sync_channel};
use runtime::thread::{self, Builder};
use runtime::time::Instant;

fn produce(channel: SyncSender<String>, begin: Instant) {
    for number in 1..=3 {
        let item = format!("{number} of {}", thread::current());
        channel.send(item).unwrap();
        let at = begin.elapsed().as_millis();
        println!("{at:>3} ms  {} : {number} is on its way", thread::current());
    }
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let begin = Instant::now();
        let (sender, receiver) = sync_channel(2);
        for name in ["A", "B"] {
            let args = (sender.clone(), begin);
            let builder = Builder::new().name(name.into());
            let producer = builder.create_with(produce, args).unwrap();
            producer.start().unwrap();
        }
        drop(sender);
        for item in receiver {
            thread::sleep(Duration::from_millis(10));
            println!("{:>3} ms  consumer : {item}", begin.elapsed().as_millis());
        }
        println!("nobody is left to send");
    });
}
