//! The digest of everything that similarities depend on.

use crate::fault::Fault;
use crate::rows::code_of;
use likemind::{DenseIdx, Ids, ItemIdx, RatingScale, UserIdx};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

/// The sum, modulo 2¹²⁸, of the hashes of all facts: user *i* has this id, item *i* has this id,
/// user *u* rated item *i* this way. The sum does not depend on the order of the facts, and the
/// cost of updating it is proportional to the change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DataDigest(u128);

/// A rating, encoded by [`code_of`], with its user and item.
#[derive(Clone, Copy)]
pub(crate) struct RatingFact {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) code: u64,
}

/// Separates ratings from ids, whose seeds are their indices.
const RATING_SEED: u64 = u64::from_be_bytes(*b"likemind");

impl RatingFact {
    /// Returns the fact of a rating; `None` if the rating is not on the scale.
    pub(crate) fn new(
        scale: &RatingScale,
        user: UserIdx,
        item: ItemIdx,
        rating: f64,
    ) -> Option<Self> {
        code_of(scale, rating).map(|code| Self { user: user.0, item: item.0, code })
    }

    fn hash(self) -> u128 {
        let pair = u64::from(self.user) << 32 | u64::from(self.item);
        let fact = u128::from(pair) << 64 | u128::from(self.code);
        xxh3_128_with_seed(&fact.to_le_bytes(), RATING_SEED)
    }
}

fn hash_of_id<I: DenseIdx>(index: I, id: &str) -> u128 {
    xxh3_128_with_seed(format!("{}:{id}", I::WHAT).as_bytes(), u64::from(index.get()))
}

impl DataDigest {
    /// Adds the ids with index `from` and above.
    pub(crate) fn add_ids<I: DenseIdx>(&mut self, ids: &Ids<I>, from: usize) {
        for (index, id) in ids.iter().skip(from) {
            self.add_id(index, id);
        }
    }

    pub(crate) fn add_id<I: DenseIdx>(&mut self, index: I, id: &str) {
        self.0 = self.0.wrapping_add(hash_of_id(index, id));
    }

    pub(crate) fn remove_id<I: DenseIdx>(&mut self, index: I, id: &str) {
        self.0 = self.0.wrapping_sub(hash_of_id(index, id));
    }

    pub(crate) fn add_rating(&mut self, fact: RatingFact) {
        self.0 = self.0.wrapping_add(fact.hash());
    }

    pub(crate) fn remove_rating(&mut self, fact: RatingFact) {
        self.0 = self.0.wrapping_sub(fact.hash());
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        self.0.to_le_bytes().to_vec()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let sum = bytes.try_into().map(u128::from_le_bytes);
        sum.map(Self)
            .map_err(|_| Fault::Damaged(format!("a digest of {} bytes instead of 16", bytes.len())))
    }

    /// Returns 32 hexadecimal digits for the facts and the scale.
    pub(crate) fn text(self, scale: Option<&RatingScale>) -> String {
        let scale = scale.map(ToString::to_string).unwrap_or_default();
        format!("{:032x}", xxh3_128(format!("{:032x} {scale}", self.0).as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(user: u32, item: u32, code: u64) -> RatingFact {
        RatingFact { user, item, code }
    }

    #[test]
    fn is_independent_of_order_and_changes_can_be_undone() {
        let [a, b, c] = [fact(0, 1, 3), fact(1, 0, 3), fact(0, 1, 4)];
        let digest = |facts: &[RatingFact]| {
            let mut digest = DataDigest::default();
            facts.iter().for_each(|&fact| digest.add_rating(fact));
            digest
        };
        assert_eq!(digest(&[a, b]), digest(&[b, a]));
        assert_ne!(digest(&[a]), digest(&[b]));
        let mut changed = digest(&[a, b]);
        changed.remove_rating(a);
        changed.add_rating(c);
        assert_eq!(changed, digest(&[b, c]));
        assert_eq!(DataDigest::from_bytes(&changed.to_bytes()).unwrap(), changed);
        assert!(DataDigest::from_bytes(&[0; 15]).is_err());
    }

    #[test]
    fn depends_on_ids_their_order_their_kind_and_the_scale() {
        let mut users = Ids::<UserIdx>::new();
        let mut swapped = Ids::<UserIdx>::new();
        let mut items = Ids::<ItemIdx>::new();
        for (one, other) in [("a", "b"), ("b", "a")] {
            users.intern(one).unwrap();
            swapped.intern(other).unwrap();
            items.intern(one).unwrap();
        }
        let mut digests = [DataDigest::default(); 3];
        digests[0].add_ids(&users, 0);
        digests[1].add_ids(&swapped, 0);
        digests[2].add_ids(&items, 0);
        assert!(digests[0] != digests[1] && digests[0] != digests[2]);
        let (five, half) = (RatingScale::FIVE_STARS, RatingScale::HALF_STARS);
        assert_ne!(digests[0].text(Some(&five)), digests[0].text(Some(&half)));
        assert_eq!(digests[0].text(None).len(), 32);
    }
}
