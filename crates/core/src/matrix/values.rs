//! Storage for the values of rows, depending on the kind of scale.

use crate::scale::RatingScale;
use std::ops::Range;

/// The values of [`Rows`](super::Rows); the variant depends on the scale.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Levels of a scale with at most 255 levels.
    Levels(Vec<u8>),
    /// Levels of a scale with more than 255 levels.
    WideLevels(Vec<u32>),
    /// The ratings themselves, on a real scale.
    Reals(Vec<f64>),
}

/// Evaluates an expression on the vector of any variant of [`Values`].
macro_rules! each_kind {
    ($values:expr, $of_kind:ident => $body:expr) => {
        match $values {
            $crate::matrix::Values::Levels($of_kind) => $body,
            $crate::matrix::Values::WideLevels($of_kind) => $body,
            $crate::matrix::Values::Reals($of_kind) => $body,
        }
    };
}

/// Maps the vector of any variant of [`Values`], keeping the variant.
macro_rules! map_kind {
    ($values:expr, $of_kind:ident => $body:expr) => {
        match $values {
            $crate::matrix::Values::Levels($of_kind) => $crate::matrix::Values::Levels($body),
            $crate::matrix::Values::WideLevels($of_kind) => {
                $crate::matrix::Values::WideLevels($body)
            }
            $crate::matrix::Values::Reals($of_kind) => $crate::matrix::Values::Reals($body),
        }
    };
}

pub(super) use {each_kind, map_kind};

/// A single value: a level or a real rating, depending on the scale.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Level(u32),
    Real(f64),
}

impl Value {
    /// Converts a rating to a value; `None` if it is off the scale.
    pub(super) fn from_rating(scale: &RatingScale, rating: f64) -> Option<Self> {
        match scale.levels() {
            Some(_) => scale.level_of(rating).map(Self::Level),
            None => scale.contains(rating).then_some(Self::Real(rating)),
        }
    }
}

impl Values {
    /// Creates an empty vector of the kind that `scale` requires, with capacity for `values`
    /// values.
    pub fn with_capacity(scale: &RatingScale, values: usize) -> Self {
        match scale.levels() {
            Some(levels) if levels <= u32::from(u8::MAX) => {
                Self::Levels(Vec::with_capacity(values))
            }
            Some(_) => Self::WideLevels(Vec::with_capacity(values)),
            None => Self::Reals(Vec::with_capacity(values)),
        }
    }

    /// Appends the value of a rating. Returns false, and appends nothing, if the rating is off the
    /// scale. `scale` must be the scale for which these values were created.
    pub fn push(&mut self, scale: &RatingScale, rating: f64) -> bool {
        let Some(value) = Value::from_rating(scale, rating) else { return false };
        match (self, value) {
            // The scale has at most 255 levels, so the cast is lossless.
            (Self::Levels(values), Value::Level(level)) => values.push(level as u8),
            (Self::WideLevels(values), Value::Level(level)) => values.push(level),
            (Self::Reals(values), Value::Real(rating)) => values.push(rating),
            _ => return false,
        }
        true
    }

    /// Creates `count` zeros of the kind that `scale` requires, to be overwritten with
    /// [`set`](Self::set).
    pub(super) fn zeros(scale: &RatingScale, count: usize) -> Self {
        let mut values = Self::with_capacity(scale, count);
        each_kind!(&mut values, values => values.resize(count, Default::default()));
        values
    }

    pub(super) fn set(&mut self, entry: usize, value: Value) {
        match (self, value) {
            // The scale has at most 255 levels, so the cast is lossless.
            (Self::Levels(values), Value::Level(level)) => values[entry] = level as u8,
            (Self::WideLevels(values), Value::Level(level)) => values[entry] = level,
            (Self::Reals(values), Value::Real(rating)) => values[entry] = rating,
            // Unreachable: `Value::from_rating` returns the kind that the scale requires.
            _ => {}
        }
    }

    /// Whether all values are on the scale and of the kind that it requires.
    pub(super) fn are_on(&self, scale: &RatingScale) -> bool {
        let levels = scale.levels();
        match self {
            Self::Levels(values) => levels.is_some_and(|last| {
                last <= u32::from(u8::MAX)
                    && values.iter().all(|&v| (1..=last).contains(&u32::from(v)))
            }),
            Self::WideLevels(values) => levels.is_some_and(|last| {
                last > u32::from(u8::MAX) && values.iter().all(|&v| (1..=last).contains(&v))
            }),
            Self::Reals(values) => levels.is_none() && values.iter().all(|&v| scale.contains(v)),
        }
    }

    /// Whether a range of these values equals a range of others, in kind and contents.
    pub(super) fn ranges_equal(
        &self,
        range: Range<usize>,
        other: &Self,
        other_range: Range<usize>,
    ) -> bool {
        match (self, other) {
            (Self::Levels(a), Self::Levels(b)) => a[range] == b[other_range],
            (Self::WideLevels(a), Self::WideLevels(b)) => a[range] == b[other_range],
            (Self::Reals(a), Self::Reals(b)) => a[range] == b[other_range],
            _ => false,
        }
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        each_kind!(self, values => values.len())
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
