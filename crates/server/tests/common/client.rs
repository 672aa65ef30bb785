//! A client of a service, with a connection per request.

use super::{Place, Running, options};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use likemind_server::ServiceOptions;
use serde_json::Value;
use tokio::net::TcpStream;

/// A client of a running service.
pub(crate) struct TestClient {
    pub(crate) place: Place,
    pub(crate) running: Running,
}

/// A response.
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

    /// The detail of the problem document that the response must be.
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

impl TestClient {
    /// A client of a service with the sample and models of both sides.
    pub(crate) async fn new() -> Self {
        Self::at(Place::with_models().await, options()).await
    }

    pub(crate) async fn at(place: Place, options: ServiceOptions) -> Self {
        let running = Running::start(&place, options).await;
        running.loaded().await;
        Self { place, running }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let stream = TcpStream::connect(self.running.local()).await.unwrap();
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answered { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(request(Method::GET, path, Body::empty())).await
    }

    /// The JSON body of a response that must have one.
    pub(crate) async fn found(&self, path: &str) -> Value {
        let answered = self.get(path).await;
        assert_eq!(answered.status, 200, "{path}: {}", String::from_utf8_lossy(&answered.body));
        answered.json()
    }

    pub(crate) async fn json(&self, method: Method, path: &str, body: &str) -> Answered {
        self.with(method, path, &[JSON], body).await
    }

    /// Sends a request with these headers.
    pub(crate) async fn with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answered {
        let mut request = request(method, path, Body::from(body.to_owned()));
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        self.send(request).await
    }
}

/// The content type of a JSON body.
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

pub(crate) fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.body(body).unwrap()
}
