//! The values of rows, by the kind of scale.

use crate::scale::RatingScale;
use std::ops::Range;

/// The values of [`Rows`](super::Rows), by the kind of scale.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Levels of a scale with at most 255 of them.
    Levels(Vec<u8>),
    /// Levels of a scale with more.
    WideLevels(Vec<u32>),
    /// The ratings themselves, of a scale without levels.
    Reals(Vec<f64>),
}

/// Does the same with whichever kind of values there are.
macro_rules! each_kind {
    ($values:expr, $of_kind:ident => $body:expr) => {
        match $values {
            $crate::matrix::Values::Levels($of_kind) => $body,
            $crate::matrix::Values::WideLevels($of_kind) => $body,
            $crate::matrix::Values::Reals($of_kind) => $body,
        }
    };
}

/// Makes values of the same kind.
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

/// A value of the kind that a scale has.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Level(u32),
    Real(f64),
}

impl Value {
    /// The value of a rating; `None` off the scale.
    pub(super) fn of(scale: &RatingScale, rating: f64) -> Option<Self> {
        match scale.levels() {
            Some(_) => scale.level_of(rating).map(Self::Level),
            None => scale.contains(rating).then_some(Self::Real(rating)),
        }
    }
}

impl Values {
    /// No values of the kind that a scale has, with room for so many.
    pub fn with_capacity(scale: &RatingScale, values: usize) -> Self {
        match scale.levels() {
            Some(levels) if levels <= u32::from(u8::MAX) => {
                Self::Levels(Vec::with_capacity(values))
            }
            Some(_) => Self::WideLevels(Vec::with_capacity(values)),
            None => Self::Reals(Vec::with_capacity(values)),
        }
    }

    /// Adds the value of a rating; false if it is off the scale, which is the one that these values
    /// were made for. Then nothing has changed.
    pub fn push(&mut self, scale: &RatingScale, rating: f64) -> bool {
        let Some(value) = Value::of(scale, rating) else { return false };
        match (self, value) {
            // A scale of at most 255 levels.
            (Self::Levels(values), Value::Level(level)) => values.push(level as u8),
            (Self::WideLevels(values), Value::Level(level)) => values.push(level),
            (Self::Reals(values), Value::Real(rating)) => values.push(rating),
            _ => return false,
        }
        true
    }

    /// So many values of the kind that a scale has, which are yet to be [put](Self::put).
    pub(super) fn zeros(scale: &RatingScale, count: usize) -> Self {
        let mut values = Self::with_capacity(scale, count);
        each_kind!(&mut values, values => values.resize(count, Default::default()));
        values
    }

    pub(super) fn put(&mut self, entry: usize, value: Value) {
        match (self, value) {
            // A scale of at most 255 levels, as the values were made for it.
            (Self::Levels(values), Value::Level(level)) => values[entry] = level as u8,
            (Self::WideLevels(values), Value::Level(level)) => values[entry] = level,
            (Self::Reals(values), Value::Real(rating)) => values[entry] = rating,
            // `Value::of` makes the kind that the scale has.
            _ => {}
        }
    }

    /// Whether all are values of a scale, in the kind that it has.
    pub(super) fn fit(&self, scale: &RatingScale) -> bool {
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

    /// Whether a part of these is the part of others.
    pub(super) fn part_is(&self, part: Range<usize>, others: &Self, theirs: Range<usize>) -> bool {
        match (self, others) {
            (Self::Levels(values), Self::Levels(others)) => values[part] == others[theirs],
            (Self::WideLevels(values), Self::WideLevels(others)) => values[part] == others[theirs],
            (Self::Reals(values), Self::Reals(others)) => values[part] == others[theirs],
            _ => false,
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        each_kind!(self, values => values.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
