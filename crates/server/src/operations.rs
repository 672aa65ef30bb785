//! Routes for operating the service.

mod health;
mod scrape;

use crate::routes::Routes;
use utoipa_axum::routes;

/// Health and metrics.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(scrape::metrics))
}
