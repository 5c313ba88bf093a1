//! A bank whose clerks move money between accounts, each account behind a lock
//! of its own. The locks are taken in the order of the accounts, so no two
//! clerks wait for each other.

use super::sync::{Arc, Mutex, RwLock};
use super::thread;

struct Bank {
    accounts: Vec<Mutex<i64>>,
    moved: RwLock<Vec<(usize, usize, i64)>>,
}

impl Bank {
    fn transfer(&self, from: usize, to: usize, amount: i64) -> Result<(), String> {
        if from == to {
            return Err(format!("{from} is both"));
        }
        let mut low = self.accounts[from.min(to)].lock().unwrap();
        let mut high = self.accounts[from.max(to)].lock().unwrap();
        let (giver, taker) = match from < to {
            true => (&mut *low, &mut *high),
            false => (&mut *high, &mut *low),
        };
        if *giver < amount {
            return Err(format!("{from} has only {giver}"));
        }
        *giver -= amount;
        *taker += amount;
        self.moved.write().unwrap().push((from, to, amount));
        Ok(())
    }

    fn total(&self) -> i64 {
        self.accounts.iter().map(|account| *account.lock().unwrap()).sum()
    }
}

pub(crate) fn run() -> (i64, bool) {
    let accounts = (0..5).map(|_| Mutex::new(1000)).collect();
    let moved = RwLock::default();
    let bank = Arc::new(Bank { accounts, moved });
    let clerks: Vec<_> = (0..8usize)
        .map(|clerk| {
            let bank = Arc::clone(&bank);
            let builder = thread::Builder::new().name(format!("clerk {clerk}"));
            builder
                .spawn(move || {
                    for step in 0..200usize {
                        let (from, to) = ((clerk + step) % 5, (clerk * 3 + step * 7) % 5);
                        let _ = bank.transfer(from, to, (step % 90) as i64);
                        if step % 50 == 0 {
                            thread::yield_now();
                        }
                    }
                })
                .unwrap()
        })
        .collect();
    for clerk in clerks {
        clerk.join().unwrap();
    }
    let mut balances = [1000; 5];
    for &(from, to, amount) in &*bank.moved.read().unwrap() {
        balances[from] -= amount;
        balances[to] += amount;
    }
    let agrees = (0..5).all(|account| balances[account] == *bank.accounts[account].lock().unwrap());
    (bank.total(), agrees)
}
