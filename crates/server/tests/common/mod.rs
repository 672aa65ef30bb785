//! What the tests of the service share.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod socket;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use likemind::{Catalogue, ItemInfo, ModelOptions, RatingScale, RatingTable, Side};
use likemind_server::{Service, ServiceOptions};
use likemind_store::{FitOptions, FitStop, ImportBatch, ImportMode, Keep, ScaleChoice, Store};
use serde_json::Value;
use socket::ask;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// A folder with a database.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
}

impl Place {
    /// An empty database.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        Self { folder, file }
    }

    /// The sample, with a model of each side.
    pub(crate) async fn with_models() -> Self {
        let place = Self::with_ratings().await;
        let store = place.store().await;
        fit(&store, Side::Users).await;
        fit(&store, Side::Items).await;
        store.close().await;
        place
    }

    /// The sample without models.
    pub(crate) async fn with_ratings() -> Self {
        let place = Self::new();
        let store = place.store().await;
        import(&store).await;
        store.close().await;
        place
    }

    /// So many that a model takes some time.
    pub(crate) async fn with_many_ratings() -> Self {
        let place = Self::new();
        let store = place.store().await;
        import_sample(&store, 2_000, 500).await;
        store.close().await;
        place
    }

    pub(crate) async fn store(&self) -> Store {
        Store::create_or_open(&self.file).await.unwrap()
    }
}

/// Invented people, Ada and Bruno among them, who like one genre or the other.
fn sample(users: usize, films: usize) -> (RatingTable, Catalogue) {
    let (mut table, mut catalogue) = (RatingTable::new(), Catalogue::new());
    let mut random = Random(1);
    for user in 0..users {
        let name = match user {
            0 => "Ada".to_owned(),
            1 => "Bruno".to_owned(),
            user => format!("user {user}"),
        };
        let mut time = 1_600_000_000 + random.below(1_000_000) as i64;
        for film in 0..films {
            // The first films are seen by most.
            if random.below(films) < film / 2 + films / 8 {
                continue;
            }
            let likes = user % 2 == film % 2;
            let level = 2 + random.below(4) + if likes { 4 } else { 0 };
            time += 60;
            table.push(&name, &format!("film-{film}"), level as f64 / 2.0, Some(time)).unwrap();
        }
    }
    for film in 0..films {
        let genre = if film % 2 == 0 { "Comedy" } else { "Horror" };
        let item = table.add_item(&format!("film-{film}")).unwrap();
        let title = Some(format!("The Film of <b>No. {film}</b>"));
        let year = Some(1950 + film as i32 / 3);
        catalogue.set(item, ItemInfo { title, year, genres: vec![genre.to_owned()] });
    }
    (table, catalogue)
}

/// Numbers from a seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number from 0, below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

pub(crate) async fn import(store: &Store) {
    import_sample(store, 600, 200).await;
}

async fn import_sample(store: &Store, users: usize, films: usize) {
    let (table, catalogue) = sample(users, films);
    let batch = ImportBatch {
        name: Some("sample"),
        table: &table,
        catalogue: &catalogue,
        scale: RatingScale::HALF_STARS,
        scale_choice: ScaleChoice::Given,
        keep: Keep::Newest,
        mode: ImportMode::Add,
    };
    store.import(batch, &mut |_| ()).await.unwrap();
}

pub(crate) async fn fit(store: &Store, side: Side) {
    let options = FitOptions {
        parameters: ModelOptions::new(side).check().unwrap(),
        threads: Some(1),
        kernel: None,
        holder: "a test".to_owned(),
        checkpoint_every: Duration::from_secs(8),
        rest: Duration::ZERO,
        keep_models: FitOptions::KEEP_MODELS,
    };
    store.fit(options, &FitStop::default(), &mut |_| ()).await.unwrap();
}

/// Options of a service on any free port.
pub(crate) fn options() -> ServiceOptions {
    ServiceOptions::default().with_listen(SocketAddr::from(([127, 0, 0, 1], 0)))
}

/// A service that is asked without a socket.
pub(crate) struct Asked {
    pub(crate) place: Place,
    pub(crate) router: Router,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The detail of a problem document, which this must be.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{text}");
        assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json", "{text}");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{text}");
        assert!(problem["type"].is_string() && problem["title"].is_string(), "{text}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}

impl Asked {
    /// A service with the sample and both models.
    pub(crate) async fn new() -> Self {
        Self::at(Place::with_models().await, options()).await
    }

    pub(crate) async fn at(place: Place, options: ServiceOptions) -> Self {
        let service = Service::bind(place.store().await, options).await.unwrap();
        service.ready().await;
        Self { router: service.router(), place }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answered { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(request(Method::GET, path, Body::empty())).await
    }

    /// The JSON of an answer that must be one.
    pub(crate) async fn found(&self, path: &str) -> Value {
        let answered = self.get(path).await;
        assert_eq!(answered.status, 200, "{path}: {}", String::from_utf8_lossy(&answered.body));
        answered.json()
    }

    pub(crate) async fn json(&self, method: Method, path: &str, body: &str) -> Answered {
        let mut request = request(method, path, Body::from(body.to_owned()));
        request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        self.send(request).await
    }
}

pub(crate) fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.body(body).unwrap()
}

/// A service on a socket.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(place: &Place, options: ServiceOptions) -> Self {
        let service = Service::bind(place.store().await, options).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = service.address();
        let task = tokio::spawn(service.run(async { drop(stopped.await) }));
        Self { address, stop: Some(stop), task }
    }

    /// Waits until it can answer questions.
    pub(crate) async fn ready(&self) {
        let port = self.address.port();
        while ask(([127, 0, 0, 1], port).into(), "GET", "/readyz", "").await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.task.await.unwrap();
    }
}
