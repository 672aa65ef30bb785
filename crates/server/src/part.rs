//! Parts of long lists: where they begin, and how long they are.

use crate::extract::{Query, within};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, Required};

/// The part of a list that is asked for by `offset` and `limit`: of `USUAL` entries where `limit` is not
/// given, of `MOST` at most.
pub(crate) struct Part<const USUAL: u32, const MOST: u32>(pub(crate) Slice);

/// As it stands in the query.
#[derive(Deserialize)]
struct Asked {
    offset: Option<u32>,
    limit: Option<u32>,
}

impl<S: Send + Sync, const USUAL: u32, const MOST: u32> FromRequestParts<S> for Part<USUAL, MOST> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(Asked { offset, limit }) = Query::from_request_parts(parts, state).await?;
        let limit = within("limit", limit.unwrap_or(USUAL), 1, MOST)? as usize;
        Ok(Self(Slice { offset: offset.unwrap_or(0) as usize, limit }))
    }
}

impl<const USUAL: u32, const MOST: u32> IntoParams for Part<USUAL, MOST> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = |name: &str, description: &str, usual: u32, least: u32, most: u32| {
            let schema = ObjectBuilder::new().schema_type(Type::Integer);
            let schema = schema.minimum(Some(least)).maximum(Some(most));
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(schema.default(Some(usual.into()))))
                .build()
        };
        vec![
            number("offset", "How many are left out at the beginning.", 0, 0, u32::MAX),
            number("limit", "How many at most.", USUAL, 1, MOST),
        ]
    }
}

/// A part of a list that may be asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl Slice {
    /// The part of a list.
    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        let from = self.offset.min(list.len());
        &list[from..list.len().min(from + self.limit)]
    }

    /// The part of a list, each entry with its place in the whole, from 1.
    pub(crate) fn ranked<T>(self, list: &[T]) -> impl Iterator<Item = (usize, &T)> {
        (self.offset + 1..).zip(self.of(list))
    }
}
