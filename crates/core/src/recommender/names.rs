//! A map between ids of any type and dense indices.

use super::answers::Similar;
use crate::ids::DenseIdx;
use crate::neighbours::Neighbour;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// The ids of users or items, numbered by first appearance.
#[derive(Clone, Debug)]
pub(super) struct IdMap<T> {
    by_index: Vec<T>,
    indices: HashMap<T, u32>,
}

impl<T> Default for IdMap<T> {
    fn default() -> Self {
        Self { by_index: Vec::new(), indices: HashMap::new() }
    }
}

impl<T> IdMap<T> {
    pub(super) fn len(&self) -> usize {
        self.by_index.len()
    }

    pub(super) fn ids(&self) -> &[T] {
        &self.by_index
    }

    pub(super) fn id(&self, index: u32) -> Option<&T> {
        self.by_index.get(index as usize)
    }

    /// Converts neighbours to results with ids.
    pub(super) fn similar(&self, found: &[Neighbour]) -> Vec<Similar<'_, T>> {
        let named = |&Neighbour { index, overlap, similarity }: &Neighbour| {
            Some(Similar { id: self.id(index.get())?, similarity, overlap })
        };
        found.iter().filter_map(named).collect()
    }
}

impl<T: Eq + Hash + Clone> IdMap<T> {
    /// Returns the index of an id, which is added if new; `None` if no index is left.
    pub(super) fn intern(&mut self, id: T) -> Option<u32> {
        if let Some(&index) = self.indices.get(&id) {
            return Some(index);
        }
        // `u32::MAX` is not an index, so that the number of rows fits 32 bits.
        let index = u32::try_from(self.by_index.len()).ok().filter(|&index| index < u32::MAX)?;
        self.by_index.push(id.clone());
        self.indices.insert(id, index);
        Some(index)
    }

    pub(super) fn get<Q>(&self, id: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.indices.get(id).copied()
    }
}
