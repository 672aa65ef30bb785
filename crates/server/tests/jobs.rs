//! Jobs inside a running service.

mod common;

use common::socket::{Events, ask, ask_with};
use common::{Place, Running, options};
use likemind::{ModelOptions, Side};
use likemind_server::ServiceOptions;
use likemind_store::{FitOptions, FitStop};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// One whose jobs of a dozen tiles take seconds on any machine, which they spend at rest.
fn slow() -> ServiceOptions {
    options().with_threads(Some(1)).with_rest(REST)
}

/// One whose jobs are never over by themselves.
fn endless() -> ServiceOptions {
    options().with_threads(Some(1)).with_rest(Duration::from_secs(3_600))
}

/// After each of a job's tiles.
const REST: Duration = Duration::from_millis(500);

const FIT: &str = r#"{"kind": "fit", "side": "users", "k": 20}"#;

async fn state(running: &Running, job: &Value) -> Value {
    ask(running.address, "GET", &format!("/v1/jobs/{job}"), "").await.1["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_followed_to_its_end_and_its_model_answers() {
    let place = Place::with_many_ratings().await;
    let running = Running::start(&place, slow()).await;
    running.ready().await;
    let (status, job) = ask(running.address, "POST", "/v1/jobs", FIT).await;
    assert_eq!(status, 202, "{job}");
    assert_eq!(
        (&job["job"], &job["kind"], &job["state"]),
        (&1.into(), &"fit".into(), &"running".into())
    );
    let (status, problem) = ask(running.address, "POST", "/v1/jobs", FIT).await;
    assert_eq!((status, &problem["job"]), (409, &1.into()), "one at a time: {problem}");

    let mut early = Events::of(running.address, "/v1/jobs/1/events").await;
    let (name, first) = early.next().await.unwrap();
    assert_eq!((name.as_str(), &first["job"]), ("job", &1.into()), "the present state comes first");
    // A rating while the job runs is acknowledged, and in the next answer.
    let rated =
        ask(running.address, "PUT", "/v1/users/new/ratings/film-1", r#"{"rating": 5}"#).await;
    assert_eq!(rated.0, 200);
    let mut late = Events::of(running.address, "/v1/jobs/1/events").await;
    let ends = async |mut events: Events| {
        let (mut work_done, mut count) = (0.0, 0);
        loop {
            let (name, job) = events.next().await.expect("an end event");
            assert!(job["work_done"].as_f64().unwrap() >= work_done);
            work_done = job["work_done"].as_f64().unwrap();
            count += 1;
            if name == "end" {
                assert_eq!(job["state"], "done");
                assert!(events.next().await.is_none(), "the stream ends");
                return count;
            }
        }
    };
    assert!(ends(early).await > 1);
    assert_eq!(late.next().await.unwrap().1["job"], 1);
    ends(late).await;
    let over = ends(Events::of(running.address, "/v1/jobs/1/events").await).await;
    assert_eq!(over, 2, "of a job that is over: its state, and the end");
    let listed = ask(running.address, "GET", "/v1/users/Ada/neighbours", "").await.1;
    assert_eq!(listed["model"], 1, "it answers at once");
    let models = ask(running.address, "GET", "/v1/models", "").await.1;
    assert_eq!(models["models"][0]["exact"], true);
    assert_eq!(ask(running.address, "DELETE", "/v1/jobs/1", "").await.0, 409);
    running.stop().await;
}

/// Listens to the first job until its stream ends.
async fn last_event(address: SocketAddr) -> String {
    let mut events = Events::of(address, "/v1/jobs/1/events").await;
    let mut last = String::new();
    while let Some((name, _)) = events.next().await {
        last = name;
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn many_listen_at_once_and_all_hear_the_end() {
    let place = Place::with_many_ratings().await;
    // Streams are no requests: how many of those there may be is nothing to them.
    let running = Running::start(&place, slow().with_requests(2)).await;
    running.ready().await;
    assert_eq!(ask(running.address, "POST", "/v1/jobs", FIT).await.0, 202);
    let address = running.address;
    let listening: Vec<_> = (0..300).map(|_| tokio::spawn(last_event(address))).collect();
    for listener in listening {
        assert_eq!(listener.await.unwrap(), "end");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_cancelled() {
    let place = Place::with_many_ratings().await;
    let running = Running::start(&place, endless()).await;
    running.ready().await;
    let (_, job) = ask(running.address, "POST", "/v1/jobs", FIT).await;
    let mut events = Events::of(running.address, "/v1/jobs/1/events").await;
    assert_eq!(ask(running.address, "DELETE", "/v1/jobs/1", "").await.0, 200);
    while let Some((name, now)) = events.next().await {
        assert!(name == "job" || now["state"] == "cancelled", "{now}");
    }
    assert_eq!(state(&running, &job["job"]).await, "cancelled");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_stopped_ends_streams_and_goes_on_with_its_job_later() {
    let place = Place::with_many_ratings().await;
    let first = Running::start(&place, endless()).await;
    first.ready().await;
    assert_eq!(ask(first.address, "POST", "/v1/jobs", FIT).await.0, 202);
    let mut events = Events::of(first.address, "/v1/jobs/1/events").await;
    assert!(events.next().await.is_some());
    first.stop().await;
    while events.next().await.is_some() {}
    let store = place.store().await;
    assert_eq!(store.jobs().await.unwrap()[0].state.name(), "queued");
    store.close().await;

    let second = Running::start(&place, options()).await;
    second.ready().await;
    let mut events = Events::of(second.address, "/v1/jobs/1/events").await;
    let mut last = Value::Null;
    while let Some((_, job)) = events.next().await {
        last = job;
    }
    assert_eq!((&last["state"], &last["model"]), (&"done".into(), &1.into()), "{last}");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_models_of_other_processes_are_seen() {
    let place = Place::with_many_ratings().await;
    let running = Running::start(&place, options()).await;
    running.ready().await;
    let store = place.store().await;
    let options = FitOptions {
        parameters: ModelOptions::new(Side::Users).check().unwrap(),
        threads: Some(1),
        kernel: None,
        holder: "another".to_owned(),
        checkpoint_every: Duration::from_secs(8),
        rest: REST,
        keep_models: FitOptions::KEEP_MODELS,
    };
    let stop = FitStop::default();
    let fitting = tokio::spawn(async move { store.fit(options, &stop, &mut |_| ()).await });
    while ask(running.address, "GET", "/v1/jobs/1", "").await.0 != 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (status, problem) = ask(running.address, "POST", "/v1/jobs", FIT).await;
    assert_eq!((status, &problem["job"]), (409, &1.into()), "{problem}");
    let mut events = Events::of(running.address, "/v1/jobs/1/events").await;
    let mut last = Value::Null;
    while let Some((_, job)) = events.next().await {
        last = job;
    }
    assert_eq!(last["state"], "done");
    fitting.await.unwrap().unwrap();
    let recommended = ask(running.address, "GET", "/v1/users/Ada/recommendations", "").await;
    assert_eq!(recommended.0, 200, "who is told the end can ask at once");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_by_another_process_makes_it_ready() {
    let place = Place::new();
    let running = Running::start(&place, options()).await;
    let told = async || {
        let (status, problem) = ask(running.address, "GET", "/readyz", "").await;
        assert_eq!(status, 503);
        problem["detail"].as_str().unwrap().to_owned()
    };
    while !told().await.contains("no ratings") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let store = place.store().await;
    common::import(&store).await;
    running.ready().await;
    assert_eq!(ask(running.address, "GET", "/v1/users/Ada", "").await.0, 200);
    // What another process rates is seen soon.
    let change = likemind_store::Change::Set { rating: 5.0, timestamp: None };
    store.rate("another", "film-3", change).await.unwrap();
    while ask(running.address, "GET", "/v1/users/another", "").await.0 != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_folder_is_loaded_anew_when_a_file_changes() {
    let place = Place::with_ratings().await;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("page");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "<head></head>one").unwrap();
    std::fs::write(outer.path().join("secret.txt"), "beside it").unwrap();
    let running = Running::start(&place, options().with_assets(Some(folder.clone()))).await;
    let mut events = Events::of(running.address, "/assets-events").await;
    std::fs::write(folder.join("app.js"), "two").unwrap();
    let changed = tokio::time::timeout(Duration::from_secs(60), events.changed()).await;
    assert!(changed.unwrap());
    assert_eq!(ask(running.address, "GET", "/assets/app.js", "").await.0, 200);
    for out in ["/assets/../secret.txt", "/assets/..%2Fsecret.txt", "/assets/%2e%2e/secret.txt"] {
        assert_eq!(ask(running.address, "GET", out, "").await.0, 404, "{out}");
    }
    assert_eq!(ask_with(running.address, "GET", "/assets/none.js", "", "").await.1["status"], 404);
    running.stop().await;
}
