//! A cloakroom with few hooks, and tickets that are good for one coat only.

/// What a cloakroom can do.
trait Cloakroom: Default {
    type Ticket: Copy;

    fn hand_in(&mut self, coat: &'static str) -> Self::Ticket;
    fn take(&mut self, ticket: Self::Ticket) -> Option<&'static str>;
    fn hooks(&self) -> usize;
}

/// What the reader begins with.
mod start {
    // ANCHOR: start
    #[derive(Default)]
    pub(super) struct Cloakroom {
        hooks: Vec<Option<&'static str>>,
    }

    impl super::Cloakroom for Cloakroom {
        type Ticket = usize;

        fn hand_in(&mut self, coat: &'static str) -> usize {
            let free = self.hooks.iter().position(Option::is_none);
            let hook = free.unwrap_or(self.hooks.len());
            self.hooks.resize(self.hooks.len().max(hook + 1), None);
            self.hooks[hook] = Some(coat);
            hook
        }

        fn take(&mut self, ticket: usize) -> Option<&'static str> {
            self.hooks[ticket].take() // Whose coat is it?
        }

        fn hooks(&self) -> usize {
            self.hooks.len()
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    #[derive(Default)]
    pub(super) struct Cloakroom {
        hooks: Vec<Option<(u64, &'static str)>>,
        handed_in: u64,
    }

    impl super::Cloakroom for Cloakroom {
        type Ticket = (usize, u64);

        fn hand_in(&mut self, coat: &'static str) -> (usize, u64) {
            let free = self.hooks.iter().position(Option::is_none);
            let hook = free.unwrap_or(self.hooks.len());
            self.hooks.resize(self.hooks.len().max(hook + 1), None);
            self.handed_in += 1;
            self.hooks[hook] = Some((self.handed_in, coat));
            (hook, self.handed_in)
        }

        fn take(&mut self, (hook, number): (usize, u64)) -> Option<&'static str> {
            let (_, coat) = self.hooks[hook].take_if(|(on_it, _)| *on_it == number)?;
            Some(coat)
        }

        fn hooks(&self) -> usize {
            self.hooks.len()
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check::<start::Cloakroom>();
}

pub(super) fn check_solution() {
    check::<solution::Cloakroom>();
}

fn check<C: Cloakroom>() {
    let mut room = C::default();
    let red = room.hand_in("red");
    let blue = room.hand_in("blue");
    assert_eq!(room.take(red), Some("red"));
    assert_eq!(room.take(red), None, "it has been fetched");
    let green = room.hand_in("green");
    assert_eq!(room.hooks(), 2, "hooks are used again");
    assert_eq!(room.take(red), None, "the hook has a stranger's coat");
    assert_eq!(room.take(green), Some("green"));
    assert_eq!(room.take(blue), Some("blue"));
    let many: Vec<_> = (0..100).map(|_| room.hand_in("grey")).collect();
    assert!(many.iter().all(|&ticket| room.take(ticket).is_some()));
    let old = many.into_iter().chain([red, blue, green]);
    let white: Vec<_> = (0..100).map(|_| room.hand_in("white")).collect();
    assert!(old.into_iter().all(|ticket| room.take(ticket).is_none()));
    assert!(white.iter().all(|&ticket| room.take(ticket).is_some()));
    assert_eq!(room.hooks(), 100);
}
