//! Invalid requests get the right status and a problem document, and never a 500.

mod common;

use axum::body::Body;
use axum::http::{Method, header};
use common::{JSON, Place, TestClient, options, request};
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_things_are_not_found() {
    let client = TestClient::new().await;
    for path in [
        "/v1/users/nobody",
        "/v1/users/nobody/ratings",
        "/v1/users/nobody/facts",
        "/v1/users/nobody/neighbours",
        "/v1/users/nobody/recommendations",
        "/v1/users/Ada/neighbours/nobody",
        "/v1/users/Ada/predictions/nothing",
        "/v1/users/Ada/ratings/nothing",
        "/v1/items/nothing",
        "/v1/items/nothing/similar",
        "/v1/jobs/99",
        "/v1/jobs/99/events",
    ] {
        let detail = client.get(path).await.problem(404);
        assert!(detail.starts_with("expected") && detail.contains("found"), "{path}: {detail}");
    }
    client.get("/v1/nowhere").await.problem(404);
    client.get("/v1/users//ratings").await.problem(400);
    for (method, path) in [
        (Method::DELETE, "/v1/users/nobody"),
        (Method::DELETE, "/v1/users/nobody/ratings/film-7"),
        (Method::DELETE, "/v1/users/Ada/ratings/nothing"),
        (Method::POST, "/v1/models/99/activate"),
        (Method::DELETE, "/v1/models/99"),
        (Method::DELETE, "/v1/jobs/99"),
    ] {
        client.json(method, path, "").await.problem(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_out_of_range_are_rejected() {
    let client = TestClient::new().await;
    for path in [
        "/v1/users/Ada/recommendations?n=0",
        "/v1/users/Ada/recommendations?n=1000000000",
        "/v1/users/Ada/recommendations?n=-1",
        "/v1/users/Ada/recommendations?n=99999999999999999999",
        "/v1/users/Ada/recommendations?n=ten",
        "/v1/users/Ada/recommendations?explain=perhaps",
        "/v1/users/Ada/recommendations?side=films",
        "/v1/users/Ada/recommendations?years=nineties",
        "/v1/users/Ada/recommendations?min_prediction=NaN",
        "/v1/users/Ada/neighbours?limit=0",
        "/v1/users/Ada/ratings?limit=1001",
        "/v1/items?offset=-1",
        "/v1/jobs/one",
        "/v1/models/1.5/activate",
    ] {
        let method = if path.ends_with("activate") { Method::POST } else { Method::GET };
        let detail = client.json(method, path, "").await.problem(400);
        assert!(!detail.is_empty(), "{path}");
    }
    let past_the_end = client.found("/v1/items?offset=4000000000").await;
    assert!(past_the_end["items"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_ids_are_rejected() {
    let client = TestClient::new().await;
    client.get("/v1/users/a%00b").await.problem(400);
    client.get("/v1/users/%FF").await.problem(400);
    client.json(Method::PUT, "/v1/users/a/ratings/b%00", r#"{"rating": 4}"#).await.problem(400);
    // Slashes, dots and percent signs are allowed.
    client.get("/v1/users/..%2F..%2Fetc%2Fpasswd").await.problem(404);
    client.get("/v1/users/%2500").await.problem(404);
    client.get("/assets/..%2FCargo.toml").await.problem(404);
    client.get("/assets/%00").await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_bodies_are_rejected() {
    let client = TestClient::new().await;
    let rating = "/v1/users/Ada/ratings/film-7";
    let put = async |body: &str| client.json(Method::PUT, rating, body).await;
    for off_scale in ["4.2", "0", "5.5", "-1", "1e300"] {
        let detail = put(&format!("{{\"rating\": {off_scale}}}")).await.problem(422);
        assert!(detail.contains("0.5:5:0.5"), "{detail}");
    }
    for wrong in
        [r#"{"rating": "4"}"#, r#"{"rating": null}"#, "{}", "[]", r#"{"rating": 4, "x": 1}"#]
    {
        put(wrong).await.problem(422);
    }
    for malformed in ["", "{", "rating=4", r#"{"rating": NaN}"#, r#"{"rating": 1e999}"#] {
        put(malformed).await.problem(400);
    }
    put(&"[".repeat(100_000)).await.problem(422);
    put(&format!("{{\"rating\": {}", "[".repeat(100_000))).await.problem(400);
    put("[4]").await.problem(422);
    put(&format!("{{\"rating\": {}4}}", " ".repeat(2 << 20))).await.problem(413);

    let post = async |body: &str| client.json(Method::POST, "/v1/recommendations", body).await;
    post(r#"{"ratings": [{"item": "none such", "rating": 4}]}"#).await.problem(422);
    post(r#"{"ratings": [{"item": "", "rating": 4}]}"#).await.problem(422);
    post(r#"{"ratings": [["film-1", 4]]}"#).await.problem(422);
    let twice =
        r#"{"ratings": [{"item": "film-1", "rating": 4}, {"item": "film-1", "rating": 3}]}"#;
    assert!(post(twice).await.problem(422).contains("film-1"));
    post(r#"{"ratings": [], "n": 0}"#).await.problem(422);
    post(r#"{"ratings": {"deep": [[[]]]}}"#).await.problem(422);
    post(r#"{"liked": ["none such"]}"#).await.problem(422);
    post(r#"{"disliked": [""]}"#).await.problem(422);
    let both = r#"{"liked": ["film-1"], "disliked": ["film-1"]}"#;
    assert!(post(both).await.problem(422).contains("film-1"));
    assert!(post(r#"{"years": "nineties"}"#).await.problem(422).contains("1990-1999"));
    post(r#"{"min_prediction": "high"}"#).await.problem(422);
    post(r#"{"genre": "Horror"}"#).await.problem(422);

    let begin = async |body: &str| client.json(Method::POST, "/v1/jobs", body).await;
    for wrong in [
        r#"{"kind": "fit"}"#,
        r#"{"kind": "cook", "side": "users"}"#,
        r#"{"kind": "fit", "model": "ridge", "side": "items"}"#,
        r#"{"kind": "fit", "model": "item-kriging", "k": 5}"#,
        r#"{"kind": "fit", "model": "magic"}"#,
        r#"{"kind": "fit", "side": "users", "k": 0}"#,
        r#"{"kind": "fit", "side": "users", "k": 1000000000}"#,
        r#"{"kind": "fit", "side": "users", "measure": "luck"}"#,
        r#"{"kind": "fit", "side": "users", "weighting": "shrink:-5"}"#,
        r#"{"kind": "fit", "side": "users", "min_overlap": 0}"#,
        r#"{"kind": "fit", "side": "users", "min_overlap": 8388608}"#,
    ] {
        begin(wrong).await.problem(422);
    }
    assert_eq!(client.found("/v1/jobs").await["total"], 2, "only those that made the models");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_types_and_encodings_are_rejected() {
    let client = TestClient::new().await;
    let wrong = client.json(Method::POST, "/v1/users/Ada", "{}").await;
    wrong.problem(405);
    assert!(wrong.header(header::ALLOW).contains("DELETE"), "{:?}", wrong.headers);
    client.json(Method::PATCH, "/healthz", "").await.problem(405);

    let rating = "/v1/users/Ada/ratings/film-7";
    let wrong: [&[(&str, &str)]; 3] =
        [&[("content-type", "text/plain")], &[], &[JSON, ("content-encoding", "gzip")]];
    for headers in wrong {
        client.with(Method::PUT, rating, headers, r#"{"rating": 4}"#).await.problem(415);
    }

    let long = format!("/v1/items?query={}", "x".repeat(10_000));
    client.get(&long).await.problem(414);
    let large = "x".repeat(40_000);
    client.with(Method::GET, "/healthz", &[("x-large", &large)], "").await.problem(431);
}

/// Clients that read the response only after they have sent the whole body get it, too.
#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_are_read_before_they_are_refused() {
    let client = TestClient::new().await;
    let head =
        "PUT /v1/users/Ada/ratings/film-7 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let (size, json) = (8 << 20, "content-type: application/json\r\n");
    let blanks = " ".repeat(size);
    for (headers, body, status) in [
        (format!("{json}content-length: {size}\r\n"), blanks.clone(), "413"),
        (
            format!("{json}transfer-encoding: chunked\r\n"),
            format!("{size:x}\r\n{blanks}\r\n0\r\n\r\n"),
            "413",
        ),
        (format!("origin: https://else.where\r\ncontent-length: {size}\r\n"), blanks, "403"),
        // A client that waits to be asked for its body is refused at once.
        (format!("{json}expect: 100-continue\r\ncontent-length: {size}\r\n"), String::new(), "413"),
    ] {
        let mut stream = TcpStream::connect(client.running.local()).await.unwrap();
        stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{headers} {response}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_times_out() {
    let options = options().with_request_time(Duration::from_millis(200));
    let client = TestClient::at(Place::with_ratings().await, options).await;
    let slow = stream::unfold(0, |part| async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        (part < 100).then_some((Ok::<_, Infallible>(" "), part + 1))
    });
    let mut request = request(Method::PUT, "/v1/users/a/ratings/b", Body::from_stream(slow));
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    client.send(request).await.problem(408);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_and_one_without_models_are_reported() {
    let empty = TestClient::at(Place::new(), options()).await;
    assert!(empty.get("/readyz").await.problem(503).contains("likemind import"));
    let data = empty.get("/v1/data").await;
    data.problem(503);
    assert_eq!(data.header(header::RETRY_AFTER), "1");
    assert_eq!(empty.get("/healthz").await.status, 200);
    let begin = r#"{"kind": "fit", "side": "users"}"#;
    empty.json(Method::POST, "/v1/jobs", begin).await.problem(503);

    let bare = TestClient::at(Place::with_ratings().await, options()).await;
    for path in ["/v1/users/Ada/recommendations", "/v1/users/Ada/neighbours"] {
        assert!(bare.get(path).await.problem(404).contains("expected a model"));
    }
    let body = r#"{"ratings": []}"#;
    bare.json(Method::POST, "/v1/recommendations", body).await.problem(404);
    assert!(bare.found("/v1/users/Ada/facts").await["closest"].is_null());
}
