//! Pagination of long lists.

use crate::extract::{Query, within};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, Required};

/// The part of a list that is selected by `offset` and `limit` in the query. The limit is `DEFAULT` if it
/// is not given, and at most `MAX`.
pub(crate) struct Part<const DEFAULT: u32, const MAX: u32>(pub(crate) Slice);

/// The parameters in the query.
#[derive(Deserialize)]
struct PartQuery {
    offset: Option<u32>,
    limit: Option<u32>,
}

impl<S: Send + Sync, const DEFAULT: u32, const MAX: u32> FromRequestParts<S>
    for Part<DEFAULT, MAX>
{
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(PartQuery { offset, limit }) = Query::from_request_parts(parts, state).await?;
        let limit = within("limit", limit.unwrap_or(DEFAULT), 1, MAX)? as usize;
        Ok(Self(Slice { offset: offset.unwrap_or(0) as usize, limit }))
    }
}

impl<const DEFAULT: u32, const MAX: u32> IntoParams for Part<DEFAULT, MAX> {
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
            number("offset", "Number of entries to skip.", 0, 0, u32::MAX),
            number("limit", "Maximum number of entries.", DEFAULT, 1, MAX),
        ]
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl Slice {
    /// The entries of this part.
    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        let from = self.offset.min(list.len());
        &list[from..list.len().min(from + self.limit)]
    }

    /// The entries of this part, each with its rank in the whole list, from 1.
    pub(crate) fn ranked<T>(self, list: &[T]) -> impl Iterator<Item = (usize, &T)> {
        (self.offset + 1..).zip(self.of(list))
    }
}
