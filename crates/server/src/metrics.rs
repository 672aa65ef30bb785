//! Metrics for Prometheus.

use crate::engine::Engine;
use crate::jobs::JobView;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use likemind::Side;
use likemind_engine::Moment;
use likemind_store::{ModelInfo, ModelKind};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Bucket bounds of request latencies, in seconds.
const LATENCIES: [f64; 12] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

type Real = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SideLabel {
    side: &'static str,
}

/// The metrics of a service.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    ready: Gauge,
    ratings: Gauge,
    sequence: Gauge,
    streams: Gauge,
    models: Family<SideLabel, Gauge>,
    ages: Family<SideLabel, Real>,
    behind: Family<SideLabel, Gauge>,
    running: Gauge,
    work_done: Real,
    pairs_per_second: Real,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(LATENCIES);
        let mut metrics = Self {
            registry: Registry::with_prefix("likemind"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            ready: Gauge::default(),
            ratings: Gauge::default(),
            sequence: Gauge::default(),
            streams: Gauge::default(),
            models: Family::default(),
            ages: Family::default(),
            behind: Family::default(),
            running: Gauge::default(),
            work_done: Real::default(),
            pairs_per_second: Real::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Answered requests", self.requests.clone());
        let seconds = self.seconds.clone();
        registry.register("request_seconds", "Time until the response started", seconds);
        registry.register("ready", "Whether the service is ready", self.ready.clone());
        registry.register("ratings", "Number of ratings", self.ratings.clone());
        registry.register(
            "sequence",
            "Sequence number of the last change of ratings",
            self.sequence.clone(),
        );
        registry.register("event_streams", "Open event streams", self.streams.clone());
        registry.register("model", "The active model of a side", self.models.clone());
        let ages = self.ages.clone();
        registry.register("model_age_seconds", "Time since the active model was stored", ages);
        registry.register(
            "model_behind",
            "Changes of ratings since the stored lists of the active model were exact",
            self.behind.clone(),
        );
        registry.register("job_running", "Whether a job is running", self.running.clone());
        let work_done = self.work_done.clone();
        registry.register(
            "job_work_done",
            "Finished share of the running or latest job, 0 to 1",
            work_done,
        );
        let pace = self.pairs_per_second.clone();
        registry.register(
            "job_pairs_per_second",
            "Pairs compared per second by the running or latest job",
            pace,
        );
    }

    /// Sets the number of open event streams.
    pub(crate) fn set_streams(&self, open: usize) {
        self.streams.set(open as i64);
    }

    /// Sets readiness: whether there is an engine.
    pub(crate) fn set_engine(&self, engine: Option<&Engine>) {
        self.ready.set(i64::from(engine.is_some()));
    }

    /// Sets the metrics of ratings and models.
    pub(crate) fn set_data(&self, moment: &Moment<'_>) {
        self.ratings.set(moment.matrix().ratings() as i64);
        self.sequence.set(moment.sequence() as i64);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        // Deleted models must not leave stale numbers.
        self.models.clear();
        self.ages.clear();
        for side in [Side::Users, Side::Items] {
            let Some(model) = moment.served(side) else { continue };
            let label = SideLabel { side: side.name() };
            self.models.get_or_create(&label).set(model.info.id.0);
            self.ages.get_or_create(&label).set(now - model.info.created_at as f64);
        }
    }

    /// Sets how far the stored lists of active models of neighbours are behind the ratings.
    pub(crate) fn set_behind(&self, models: &[ModelInfo], sequence: u64) {
        self.behind.clear();
        let of_neighbours =
            |model: &&ModelInfo| model.active && model.kind == ModelKind::Neighbours;
        for model in models.iter().filter(of_neighbours) {
            let label = SideLabel { side: model.side.name() };
            self.behind.get_or_create(&label).set(model.changes_behind(sequence) as i64);
        }
    }

    /// Sets the metrics of the running or latest job.
    pub(crate) fn set_job(&self, job: Option<&JobView>) {
        self.running.set(i64::from(job.is_some_and(|job| job.is_running())));
        self.work_done.set(job.map_or(0.0, |job| job.work_done));
        self.pairs_per_second.set(job.and_then(|job| job.pairs_per_second).unwrap_or(0.0));
    }

    /// All metrics in the OpenMetrics text format.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Counts a request and measures the time until its response starts.
pub(crate) async fn observe(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |route| route.as_str().to_owned());
    let method = method_of(&request);
    let start = Instant::now();
    let response = next.run(request).await;
    let Metrics { requests, seconds, .. } = &*metrics;
    let elapsed = start.elapsed().as_secs_f64();
    seconds.get_or_create(&RouteLabel { route: route.clone() }).observe(elapsed);
    let status = response.status().as_u16();
    requests.get_or_create(&RequestLabels { method, route, status }).inc();
    response
}

/// The method as one of a few names, since clients must not create arbitrary labels.
fn method_of(request: &Request) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
