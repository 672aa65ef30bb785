//! The lock around the state in memory.

use super::state::State;
use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A [`State`] with one writer and many readers.
pub(super) struct Guarded(RwLock<Held>);

struct Held {
    state: State,
    /// Whether all changes were completed; a change that was not has panicked.
    is_whole: bool,
}

/// Read access.
pub(super) type Reading<'a> = MappedRwLockReadGuard<'a, State>;

impl Guarded {
    pub(super) fn new(state: State) -> Self {
        Self(RwLock::new(Held { state, is_whole: true }))
    }

    /// Blocks while the state is being changed.
    pub(super) fn read(&self) -> Reading<'_> {
        RwLockReadGuard::map(self.0.read(), |held| &held.state)
    }

    /// Returns `None` instead of blocking.
    pub(super) fn try_read(&self) -> Option<Reading<'_>> {
        Some(RwLockReadGuard::map(self.0.try_read()?, |held| &held.state))
    }

    /// Changes the state. Readers that have waited go before the next change.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut held = self.0.write();
        let was_whole = std::mem::replace(&mut held.is_whole, false);
        let result = change(&mut held.state);
        held.is_whole = was_whole;
        RwLockWriteGuard::unlock_fair(held);
        result
    }

    /// Replaces the state by a new one if its sequence number is still `from`. Returns the one that is not
    /// needed, because dropping it takes long.
    pub(super) fn replace(&self, from: u64, now: State) -> State {
        let mut held = self.0.write();
        if held.state.sequence != from {
            return now;
        }
        held.is_whole = true;
        std::mem::replace(&mut held.state, now)
    }

    /// Whether no change has panicked since the state was loaded. Otherwise it must be replaced before
    /// ratings are applied to it.
    pub(super) fn is_whole(&self) -> bool {
        self.0.read().is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{RatingMatrix, RatingScale, RatingTable};
    use std::sync::Barrier;
    use std::thread::{scope, sleep};
    use std::time::Duration;

    fn empty() -> Guarded {
        let matrix = RatingMatrix::from_table(&RatingTable::new(), RatingScale::FIVE_STARS);
        Guarded::new(State::new(matrix.unwrap(), 0))
    }

    #[test]
    fn reader_does_not_wait_for_all_changes_in_a_row() {
        const CHANGES: u64 = 500;
        let (guarded, started) = (empty(), Barrier::new(2));
        let change = |state: &mut State| {
            if state.sequence == 0 {
                started.wait();
            }
            sleep(Duration::from_millis(1));
            state.sequence += 1;
        };
        scope(|threads| {
            threads.spawn(|| (0..CHANGES).for_each(|_| guarded.change(change)));
            started.wait();
            assert!(guarded.read().sequence < CHANGES);
        });
        assert_eq!(guarded.read().sequence, CHANGES);
    }

    #[test]
    fn state_is_not_whole_between_a_panic_and_its_replacement() {
        let guarded = empty();
        let panicking = || guarded.change(|state| panic!("at {}", state.sequence));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
        assert!(!guarded.is_whole());
        guarded.change(|state| state.sequence = 7);
        assert!(!guarded.is_whole());
        let fresh = || empty().0.into_inner().state;
        drop(guarded.replace(6, fresh()));
        assert!(!guarded.is_whole());
        drop(guarded.replace(7, fresh()));
        assert!(guarded.is_whole());
        assert_eq!(guarded.try_read().map(|state| state.sequence), Some(0));
    }
}
