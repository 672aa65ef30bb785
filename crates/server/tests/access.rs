//! Access control.

mod common;

use axum::body::Body;
use axum::http::{Method, header};
use common::socket::ask_with;
use common::{JSON, Place, Running, TestClient, options, request};
use likemind_server::{Service, ServiceError, ServiceOptions, Token};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Routes that need no token.
const OPEN: [&str; 5] = ["/healthz", "/readyz", "/openapi.json", "/", "/assets/main.js"];

fn with_tokens() -> ServiceOptions {
    let token = |text| Some(Token::new(text).unwrap());
    options().with_write_token(token("the-write-token")).with_read_token(token("the-read-token"))
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_only_open_routes_answer_without_a_token() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let place = Place::with_models().await;
    let store = place.store().await;
    let open = options().with_listen(listen);
    assert!(matches!(Service::bind(store, open).await, Err(ServiceError::Open { .. })));
    let running = Running::start_ready(&place, with_tokens().with_listen(listen)).await;
    for path in OPEN {
        assert_eq!(running.get(path).await.0, 200, "{path}");
    }
    let document = running.get("/openapi.json").await.1;
    let read = "authorization: Bearer the-read-token\r\n";
    let (mut walked, mut refused) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().map(|name| name.to_uppercase()) {
            if OPEN.contains(&path.as_str()) || path == "/v1/session" {
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let (status, problem) = running.ask(&method, &path, "").await;
            assert_eq!((status, &problem["status"]), (401, &401.into()), "{method} {path}");
            walked += 1;
            let (status, _) = ask_with(running.local(), &method, &path, read, "").await;
            // A POST that stores nothing.
            if method == "GET" || path == "/v1/recommendations" {
                assert!(![401, 403].contains(&status), "{method} {path}: {status}");
            } else {
                assert_eq!(status, 403, "{method} {path}");
                refused += 1;
            }
        }
    }
    assert!(walked > 25 && refused >= 7, "{walked} {refused}");
    assert_eq!(running.get("/nowhere").await.0, 401, "nor is told what is not there");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_sent_in_a_header_or_exchanged_for_a_cookie() {
    let client = TestClient::at(Place::with_ratings().await, with_tokens()).await;
    let path = "/v1/users/Ada/ratings/film-3";
    let rate = async |headers: &[(&str, &str)]| {
        let headers = [headers, &[JSON]].concat();
        client.with(Method::PUT, path, &headers, r#"{"rating": 4}"#).await
    };
    let challenge = rate(&[]).await;
    challenge.problem(401);
    assert!(challenge.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
    rate(&[("authorization", "Bearer wrong")]).await.problem(401);
    rate(&[("authorization", "Bearer the-read-token")]).await.problem(403);
    assert_eq!(rate(&[("authorization", "Bearer the-write-token")]).await.status, 200);

    assert_eq!(
        client.found("/v1/session").await,
        serde_json::json!({"role": "none", "token_required": true})
    );
    let trade = async |token: &str| {
        let body = format!("{{\"token\": \"{token}\"}}");
        client.with(Method::POST, "/v1/session", &[JSON], &body).await
    };
    trade("wrong").await.problem(401);
    let traded = trade("the-write-token").await;
    assert_eq!(traded.status, 204);
    let cookie = traded.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("the-write-token"));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(rate(&[("cookie", &cookie)]).await.status, 200);
    let session = client.with(Method::GET, "/v1/session", &[("cookie", &cookie)], "").await.json();
    assert_eq!(session["role"], "write");
    // A session does not replace an invalid token.
    let both = [("cookie", cookie.as_str()), ("authorization", "Bearer wrong")];
    rate(&both).await.problem(401);
    let ended = client.with(Method::DELETE, "/v1/session", &[("cookie", &cookie)], "").await;
    assert_eq!(ended.status, 204);
    rate(&[("cookie", &cookie)]).await.problem(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_and_cross_site_requests_are_rejected() {
    let options = options().with_allowed_hosts(vec!["films.example".to_owned()]);
    let client = TestClient::at(Place::with_ratings().await, options).await;
    let get = async |host: &str| client.with(Method::GET, "/v1/data", &[("host", host)], "").await;
    for host in ["localhost", "127.0.0.1:8080", "films.example:443"] {
        assert_eq!(get(host).await.status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "10.0.0.1"] {
        get(host).await.problem(421);
    }
    let mut nameless = request(Method::GET, "/healthz", Body::empty());
    nameless.headers_mut().remove(header::HOST);
    client.send(nameless).await.problem(400);

    let write = async |headers: &[(&str, &str)]| {
        let headers = [headers, &[JSON]].concat();
        client.with(Method::PUT, "/v1/users/a/ratings/b", &headers, r#"{"rating": 4}"#).await
    };
    write(&[("origin", "http://evil.example")]).await.problem(403);
    write(&[("origin", "null")]).await.problem(403);
    write(&[("sec-fetch-site", "cross-site")]).await.problem(403);
    assert_eq!(write(&[("origin", "http://localhost")]).await.status, 200);
    let read = [("origin", "http://evil.example")];
    let read = client.with(Method::GET, "/v1/data", &read, "").await;
    assert!(!read.headers.contains_key("access-control-allow-origin"), "no other site reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_response_has_the_security_headers() {
    let client = TestClient::at(Place::with_ratings().await, options()).await;
    for path in ["/", "/v1/data", "/nowhere", "/assets/none.js"] {
        let answered = client.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answered.header(name), value, "{path}");
        }
        let policy = answered.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{path}");
        assert!(!answered.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_rejected_with_503() {
    let options = options().with_requests(1).with_request_time(Duration::from_secs(600));
    let place = Place::with_ratings().await;
    let running = Running::start_ready(&place, options).await;
    // An incomplete body occupies the only slot as soon as it is awaited.
    let mut slow = TcpStream::connect(running.local()).await.unwrap();
    let head = "PUT /v1/users/a/ratings/b HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n\
                content-type: application/json\r\ncontent-length: 20\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut asked_for = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    slow.read_exact(&mut asked_for).await.unwrap();
    assert_eq!(&asked_for, b"HTTP/1.1 100 Continue\r\n\r\n");
    let (status, problem) = running.get("/v1/data").await;
    assert_eq!(status, 503);
    assert!(problem["detail"].as_str().unwrap().contains("too many"), "{problem}");
    assert_eq!(running.get("/healthz").await.0, 200);
    // Sessions have a limit of their own.
    assert_eq!(running.get("/v1/session").await.0, 200);
    drop(slow);
    running.wait_for("/v1/data").await;
    running.stop().await;
}
