//! The lock around the state in memory.

use super::state::State;
use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A [`State`] with one writer and many readers.
pub(super) struct Guarded(RwLock<Held>);

struct Held {
    state: State,
    /// Whether the last change was completed; if not, it panicked.
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
        held.is_whole = false;
        let result = change(&mut held.state);
        held.is_whole = true;
        RwLockWriteGuard::unlock_fair(held);
        result
    }

    /// Whether no change has panicked since the state was loaded. Otherwise it must be replaced before it
    /// is changed further.
    pub(super) fn is_whole(&self) -> bool {
        self.0.read().is_whole
    }
}
