//! Ids of any kind, and the dense indices that they get by first appearance.

use super::answers::Similar;
use crate::ids::DenseIdx;
use crate::neighbours::Neighbour;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// The ids of users, or of items.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    by_index: Vec<T>,
    indices: HashMap<T, u32>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { by_index: Vec::new(), indices: HashMap::new() }
    }
}

impl<T> Names<T> {
    pub(super) fn len(&self) -> usize {
        self.by_index.len()
    }

    pub(super) fn all(&self) -> &[T] {
        &self.by_index
    }

    pub(super) fn name(&self, index: u32) -> Option<&T> {
        self.by_index.get(index as usize)
    }

    /// Neighbours of the model under their ids.
    pub(super) fn similar(&self, found: &[Neighbour]) -> Vec<Similar<'_, T>> {
        let named = |&Neighbour { index, overlap, similarity }: &Neighbour| {
            Some(Similar { id: self.name(index.get())?, similarity, overlap })
        };
        found.iter().filter_map(named).collect()
    }
}

impl<T: Eq + Hash + Clone> Names<T> {
    /// The index of an id, which is added if new; `None` where there are too many for one.
    pub(super) fn index_of(&mut self, id: T) -> Option<u32> {
        if let Some(&index) = self.indices.get(&id) {
            return Some(index);
        }
        // The largest number is none: rows are counted in 32 bits.
        let index = u32::try_from(self.by_index.len()).ok().filter(|&index| index < u32::MAX)?;
        self.by_index.push(id.clone());
        self.indices.insert(id, index);
        Some(index)
    }

    pub(super) fn find<Q>(&self, id: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.indices.get(id).copied()
    }
}
