//! Valid requests to every route.

mod common;

use axum::http::{Method, header};
use common::{Place, TestClient, numbers};
use likemind::{RatingScale, RatingTable};
use likemind_store::{ImportBatch, ScaleChoice};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_is_described() {
    let client = TestClient::new().await;
    let data = client.found("/v1/data").await;
    assert_eq!(data["name"], "sample");
    assert_eq!(data["scale"]["step"], 0.5);
    let counted: f64 = numbers(&data["histogram"], "count").iter().sum();
    assert_eq!(data["ratings"].as_f64(), Some(counted));
    assert_eq!(data["histogram"].as_array().unwrap().len(), 10);
    assert_eq!(data["scale"]["counts"], false);
    for (side, rows) in [("ratings_per_user", "users"), ("ratings_per_item", "rated_items")] {
        let counted: f64 = numbers(&data[side], "count").iter().sum();
        assert_eq!(data[rows].as_f64(), Some(counted), "{side}");
        let (from, to) = (numbers(&data[side], "from"), numbers(&data[side], "to"));
        assert!(to.iter().zip(&from[1..]).all(|(to, next)| to + 1.0 == *next), "{side}");
    }
    // Three films a year.
    let last = 1950 + (data["items"].as_i64().unwrap() - 1) / 3;
    assert_eq!(data["years"], serde_json::json!({"first": 1950, "last": last}));
    let genres = client.found("/v1/genres").await;
    assert!(genres["genres"].as_array().unwrap().iter().any(|genre| genre["genre"] == "Horror"));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_and_described() {
    let client = TestClient::new().await;
    let users = client.found("/v1/users?query=Ad&limit=3").await;
    assert_eq!(users["users"][0]["user"], "Ada");
    assert!(users["total"].as_u64().unwrap() >= 1);
    let ada = client.found("/v1/users/Ada").await;
    let ratings = client.found("/v1/users/Ada/ratings?limit=5").await;
    assert_eq!(ratings["total"], ada["ratings"]);
    let times = numbers(&ratings["ratings"], "timestamp");
    assert_eq!(times.len(), 5);
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
    let rest = client.found("/v1/users/Ada/ratings?offset=4&limit=1").await;
    assert_eq!(rest["ratings"][0], ratings["ratings"][4]);
    let facts = client.found("/v1/users/Ada/facts").await;
    assert_eq!(facts["mean"], ada["mean"]);
    let neighbours = client.found("/v1/users/Ada/neighbours?limit=2").await;
    assert_eq!(facts["closest"]["neighbour"], neighbours["neighbours"][0]["neighbour"]);
    assert!(facts["genres"].as_array().unwrap().len() == 2 && facts["usualness"].is_f64());
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_responses_are_not_sent_again() {
    let client = TestClient::new().await;
    let document = client.found("/openapi.json").await;
    let ratings = client.found("/v1/users/Ada/ratings?limit=1").await;
    let rated = ratings["ratings"][0]["item"].as_str().unwrap();
    let (mut conditional, mut others) = (Vec::new(), 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(get) = methods.get("get").filter(|_| !path.ends_with("/events")) else { continue };
        let path = path.replace("{user}", "Ada").replace("{other}", "Bruno");
        let path = path.replace("{item}", rated).replace("{id}", "1");
        let answered = client.get(&path).await;
        assert_eq!(answered.status, 200, "{path}: {}", answered.json());
        let tag = answered.header(header::ETAG).to_owned();
        if get["responses"]["304"].is_null() {
            assert_eq!(tag, "", "{path}");
            others += 1;
        } else {
            conditional.push((path, tag));
        }
    }
    assert!(conditional.len() >= 12 && others >= 6, "{} {others}", conditional.len());
    let again = async |path: &str, tag: &str| {
        client.with(Method::GET, path, &[("if-none-match", tag)], "").await.status.as_u16()
    };
    for (path, tag) in &conditional {
        assert_eq!(again(path, tag).await, 304, "{path}");
        assert_eq!(again(path, "W/\"0123456789abcdef\"").await, 200, "{path}");
    }
    client.json(Method::PUT, "/v1/users/Ada/ratings/film-199", r#"{"rating": 1.5}"#).await;
    for (path, tag) in &conditional {
        assert_eq!(again(path, tag).await, 200, "{path}");
    }
    assert_eq!(again("/v1/users/nobody", "*").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_affects_the_next_answer_and_changes_the_tag() {
    let client = TestClient::new().await;
    let path = "/v1/users/Ada/recommendations";
    let first = client.get(path).await;
    let tag = first.header(header::ETAG).to_owned();
    let again =
        async |tag: &str| client.with(Method::GET, path, &[("if-none-match", tag)], "").await;
    let known = again(&tag).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let kept = first.header(header::CACHE_CONTROL);
    assert_eq!((kept, known.header(header::CACHE_CONTROL)), ("private, no-cache", kept));
    // Another run of the program may have other ratings.
    let later = TestClient::new().await;
    assert_ne!(later.get(path).await.header(header::ETAG), tag);
    assert_eq!(again("\"other\", *").await.status, 304);
    assert_ne!(client.get("/v1/users/Ada/recommendations?n=3").await.header(header::ETAG), tag);

    let item = first.json()["recommendations"][0]["item"].as_str().unwrap().to_owned();
    let rating = format!("/v1/users/Ada/ratings/{item}");
    let rated = client.json(Method::PUT, &rating, r#"{"rating": 4.5}"#).await.json();
    assert_eq!((&rated["rating"], &rated["before"]), (&4.5.into(), &Value::Null));
    assert_eq!(client.found(&rating).await["rating"], 4.5);
    let changed = again(&tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.json()["recommendations"][0]["item"], item.as_str());
    assert_eq!(
        client.found("/v1/users/Ada/ratings?limit=1").await["ratings"][0]["item"],
        item.as_str()
    );

    let removed = client.json(Method::DELETE, &rating, "").await.json();
    assert_eq!((&removed["rating"], &removed["before"]), (&Value::Null, &4.5.into()));
    client.get(&rating).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detected_scale_widens() {
    let place = Place::new();
    let (store, mut table) = (place.store().await, RatingTable::new());
    for (user, item, rating) in [("Ada", "x", 1.0), ("Ada", "y", 4.0), ("Bruno", "x", 5.0)] {
        table.push(user, item, rating, None).unwrap();
    }
    let batch =
        ImportBatch::new(&table, RatingScale::FIVE_STARS).with_scale_choice(ScaleChoice::Found);
    store.import(batch, &mut |_| ()).await.unwrap();
    store.close().await;
    let client = TestClient::at(place, common::options()).await;
    let scale = async || client.found("/v1/data").await["scale"].clone();
    let five = serde_json::json!({"min": 1.0, "max": 5.0, "step": 1.0, "counts": false});
    assert_eq!(scale().await, five);
    for (rating, wider) in [("7", [1.0, 7.0, 1.0]), ("0.5", [0.5, 7.0, 0.5])] {
        let body = format!("{{\"rating\": {rating}}}");
        let rated = client.json(Method::PUT, "/v1/users/Bruno/ratings/y", &body).await;
        assert_eq!(rated.status, 200, "{}", rated.json());
        let [min, max, step] = wider;
        let wider = serde_json::json!({"min": min, "max": max, "step": step, "counts": false});
        assert_eq!(scale().await, wider);
    }
    let rate = async |rating: &str| {
        let body = format!("{{\"rating\": {rating}}}");
        client.json(Method::PUT, "/v1/users/Bruno/ratings/y", &body).await
    };
    rate("-2e100").await.problem(422);
    assert_eq!(rate("-1e100").await.status, 200);
    assert_eq!(numbers(&client.found("/v1/data").await["histogram"], "rating")[0], -1e100);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_users_and_items_may_have_any_id_and_can_be_forgotten() {
    let client = TestClient::new().await;
    let user = "/v1/users/Zo%C3%AB%2F%3Cb%3E%20%26%3F";
    let rating = format!("{user}/ratings/a%2Fb%25");
    let rated = client.json(Method::PUT, &rating, r#"{"rating": 5}"#).await.json();
    assert_eq!((&rated["user"], &rated["item"]), (&"Zoë/<b> &?".into(), &"a/b%".into()));
    assert_eq!(client.found(user).await["ratings"], 1);
    assert_eq!(client.found("/v1/items/a%2Fb%25").await["ratings"], 1);
    assert_eq!(client.found("/v1/users?query=Zo%C3%AB").await["total"], 1);
    let forgotten = client.json(Method::DELETE, user, "").await.json();
    assert_eq!(forgotten["ratings"], 1);
    client.get(user).await.problem(404);
    assert_eq!(client.found("/v1/users?query=forgotten").await["total"], 0);
    // The id can be used again.
    client.json(Method::PUT, &rating, r#"{"rating": 1}"#).await;
    assert_eq!(client.found(user).await["mean"], 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_found_described_and_compared() {
    let client = TestClient::new().await;
    let items = client.found("/v1/items?limit=30").await;
    let counts = numbers(&items["items"], "ratings");
    assert!(counts.is_sorted_by(|a, b| a >= b), "most rated first");
    let first = items["items"][0].clone();
    let id = first["item"].as_str().unwrap();
    let found = client.found(&format!("/v1/items?query={id}")).await;
    assert_eq!(found["items"][0], first);
    let item = client.found(&format!("/v1/items/{id}")).await;
    assert_eq!(item["mean"], first["mean"]);
    assert_eq!(numbers(&item["histogram"], "count").iter().sum::<f64>(), counts[0]);
    let similar = client.found(&format!("/v1/items/{id}/similar?offset=1&limit=3")).await;
    assert_eq!(numbers(&similar["similar"], "rank"), [2.0, 3.0, 4.0]);
    let comedies = client.found("/v1/items?genre=comedy&query=the").await;
    assert!(!comedies["items"].as_array().unwrap().is_empty());
    for item in comedies["items"].as_array().unwrap() {
        assert!(item["title"].as_str().unwrap().to_lowercase().contains("the"));
    }
    let predicted = client.found(&format!("/v1/users/Bruno/predictions/{id}")).await;
    assert!((0.5..=5.0).contains(&predicted["prediction"].as_f64().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_divides_the_fans_of_its_genre_from_others() {
    let client = TestClient::new().await;
    let division = client.found("/v1/items/film-2/division").await;
    assert!(division["deviation"].as_f64().unwrap() > 0.5, "{division}");
    assert!((0.0..=1.0).contains(&division["wider_than"].as_f64().unwrap()));
    // Every other person prefers comedies to horror films.
    let genres = division["genres"].as_array().unwrap();
    assert_eq!((&genres[0]["genre"], &genres[1]["genre"]), (&"Comedy".into(), &"Horror".into()));
    let differences = numbers(&division["genres"], "difference");
    assert!(differences[0] > 1.0 && differences[1] < -1.0, "{division}");
    assert_eq!(genres[0]["fans"], genres[1]["others"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_are_compared() {
    let client = TestClient::new().await;
    let list = client.found("/v1/users/Ada/neighbours").await;
    assert_eq!(numbers(&list["neighbours"], "rank")[..2], [1.0, 2.0]);
    let like = &list["neighbours"][0];
    let other = like["neighbour"].as_str().unwrap().replace(' ', "%20");
    let pair = client.found(&format!("/v1/users/Ada/neighbours/{other}")).await;
    assert_eq!(pair["similarity"], like["similarity"]);
    assert_eq!(
        pair["overlap"].as_u64().unwrap() as usize,
        pair["common"].as_array().unwrap().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_activated_and_deleted() {
    let client = TestClient::new().await;
    common::fit(&client.place.store().await, likemind::Side::Users).await;
    let models = client.found("/v1/models").await;
    assert_eq!(models["models"].as_array().unwrap().len(), 3);
    let active = async || {
        let models = client.found("/v1/models").await;
        let all = models["models"].as_array().unwrap().clone();
        all.into_iter()
            .filter(|m| m["active"] == true)
            .map(|m| m["model"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(active().await, [2, 3]);
    let back = client.json(Method::POST, "/v1/models/1/activate", "").await;
    assert_eq!((back.status.as_u16(), &back.json()["exact"]), (200, &true.into()));
    assert_eq!(active().await, [1, 2]);
    assert_eq!(client.found("/v1/users/Ada/neighbours").await["model"], 1);
    client.json(Method::DELETE, "/v1/models/1", "").await.problem(409);
    assert_eq!(client.json(Method::DELETE, "/v1/models/3", "").await.status, 204);
    client.json(Method::DELETE, "/v1/models/3", "").await.problem(404);
    assert_eq!(client.found("/v1/models").await["models"][0]["behind"], 0);
    client.json(Method::PUT, "/v1/users/Ada/ratings/Heat", r#"{"rating":2}"#).await;
    let models = client.found("/v1/models").await;
    assert_eq!(
        (&models["models"][0]["behind"], &models["models"][0]["exact"]),
        (&1.into(), &true.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_page_and_description() {
    let client = TestClient::new().await;
    assert_eq!(client.found("/healthz").await["status"], "ok");
    assert_eq!(client.found("/readyz").await["status"], "ok");
    let metrics = client.get("/metrics").await;
    let text = String::from_utf8(metrics.body).unwrap();
    for line in [
        "likemind_ready 1",
        "likemind_model{side=\"users\"} 1",
        "likemind_model_behind{side=\"items\"} 0",
        "likemind_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let page = client.get("/").await;
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    let known = [("if-none-match", page.header(header::ETAG))];
    assert_eq!(client.with(Method::GET, "/", &known, "").await.status, 304);
    assert_eq!(
        client.get("/assets/main.js").await.header(header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    client.get("/assets/none.js").await.problem(404);
    let document = client.found("/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let problem = "/v1/users/{user}/ratings/{item}";
    assert!(document["paths"][problem]["put"]["responses"]["422"].is_object());
    // Two types with the same name would be merged in the document.
    let line = |name: &str| document["components"]["schemas"][name]["properties"].clone();
    assert!(line("UserLine")["user"].is_object() && line("ItemLine")["title"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn large_responses_are_compressed_on_request() {
    let client = TestClient::new().await;
    let path = "/v1/items?limit=100";
    let answered = client.with(Method::GET, path, &[("accept-encoding", "gzip")], "").await;
    assert_eq!(answered.header(header::CONTENT_ENCODING), "gzip");
    assert!(answered.body.len() < client.get(path).await.body.len() / 2);
}
