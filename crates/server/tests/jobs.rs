//! Jobs inside a running service.

mod common;

use common::socket::Events;
use common::{Place, Running, options};
use likemind::Side;
use likemind_engine::{FitStop, fit};
use likemind_server::ServiceOptions;
use serde_json::Value;
use std::time::Duration;

/// Options with pauses, so that jobs of a dozen tiles take seconds on any machine.
fn slow() -> ServiceOptions {
    options().with_threads(Some(1)).with_rest(REST)
}

/// Options with pauses so long that jobs never end by themselves.
fn endless() -> ServiceOptions {
    options().with_threads(Some(1)).with_rest(Duration::from_secs(3_600))
}

/// Pause after each tile of a job.
const REST: Duration = Duration::from_millis(500);

const FIT: &str = r#"{"kind": "fit", "side": "users", "k": 20}"#;

/// The path of the events of the first job.
const EVENTS: &str = "/v1/jobs/1/events";

async fn state(running: &Running, job: &Value) -> Value {
    running.get(&format!("/v1/jobs/{job}")).await.1["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_followed_to_its_end_and_its_model_is_served() {
    let place = Place::with_many_ratings().await;
    let running = Running::start_ready(&place, slow()).await;
    let (status, job) = running.ask("POST", "/v1/jobs", FIT).await;
    assert_eq!(status, 202, "{job}");
    assert_eq!(
        (&job["job"], &job["kind"], &job["state"]),
        (&1.into(), &"fit".into(), &"running".into())
    );
    let (status, problem) = running.ask("POST", "/v1/jobs", FIT).await;
    assert_eq!((status, &problem["job"]), (409, &1.into()), "one at a time: {problem}");

    let mut early = running.events(EVENTS).await;
    let (name, first) = early.next().await.unwrap();
    assert_eq!((name.as_str(), &first["job"]), ("job", &1.into()), "the present state comes first");
    // A rating during the job is acknowledged, and the next answer includes it.
    let rated = running.ask("PUT", "/v1/users/new/ratings/film-1", r#"{"rating": 5}"#).await;
    assert_eq!(rated.0, 200);
    let mut late = running.events(EVENTS).await;
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
    let over = ends(running.events(EVENTS).await).await;
    assert_eq!(over, 2, "of a job that is over: its state, and the end");
    let listed = running.get("/v1/users/Ada/neighbours").await.1;
    assert_eq!(listed["model"], 1, "it answers at once");
    let models = running.get("/v1/models").await.1;
    assert_eq!(models["models"][0]["exact"], true);
    assert_eq!(running.ask("DELETE", "/v1/jobs/1", "").await.0, 409);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_listeners_all_receive_the_end() {
    let place = Place::with_many_ratings().await;
    // Streams do not count towards the limit of requests.
    let running = Running::start_ready(&place, slow().with_requests(2)).await;
    assert_eq!(running.ask("POST", "/v1/jobs", FIT).await.0, 202);
    let address = running.local();
    let listen = |_| tokio::spawn(async move { Events::of(address, EVENTS).await.last().await });
    let listening: Vec<_> = (0..300).map(listen).collect();
    for listener in listening {
        assert_eq!(listener.await.unwrap().unwrap().0, "end");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cost_of_a_job_is_estimated_unless_one_is_running() {
    let place = Place::with_many_ratings().await;
    let running = Running::start_ready(&place, endless()).await;
    let (status, estimate) = running.ask("POST", "/v1/jobs/estimate", FIT).await;
    assert_eq!(status, 200, "{estimate}");
    let users = running.get("/v1/data").await.1["users"].as_u64().unwrap();
    assert_eq!(estimate["rows"], users);
    assert_eq!(estimate["pairs"], users * (users - 1) / 2);
    assert!(estimate["seconds"].as_f64().unwrap() > 0.0 && estimate["bytes"].as_u64().unwrap() > 0);
    assert_eq!(running.get("/v1/jobs").await.1["total"], 0, "no job was started");
    let (status, problem) = running
        .ask("POST", "/v1/jobs/estimate", r#"{"kind": "fit", "side": "users", "k": 0}"#)
        .await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(running.ask("POST", "/v1/jobs", FIT).await.0, 202);
    let (status, problem) = running.ask("POST", "/v1/jobs/estimate", FIT).await;
    assert_eq!((status, &problem["job"]), (409, &1.into()), "{problem}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_cancelled() {
    let place = Place::with_many_ratings().await;
    let running = Running::start_ready(&place, endless()).await;
    let (_, job) = running.ask("POST", "/v1/jobs", FIT).await;
    let mut events = running.events(EVENTS).await;
    assert_eq!(running.ask("DELETE", "/v1/jobs/1", "").await.0, 200);
    while let Some((name, now)) = events.next().await {
        assert!(name == "job" || now["state"] == "cancelled", "{now}");
    }
    assert_eq!(state(&running, &job["job"]).await, "cancelled");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_service_ends_streams_and_resumes_its_job_later() {
    let place = Place::with_many_ratings().await;
    let first = Running::start_ready(&place, endless()).await;
    assert_eq!(first.ask("POST", "/v1/jobs", FIT).await.0, 202);
    let mut events = first.events(EVENTS).await;
    assert!(events.next().await.is_some());
    first.stop().await;
    while events.next().await.is_some() {}
    let store = place.store().await;
    assert_eq!(store.jobs().await.unwrap()[0].state.name(), "queued");
    store.close().await;

    let second = Running::start_ready(&place, options()).await;
    let (_, last) = second.events(EVENTS).await.last().await.unwrap();
    assert_eq!((&last["state"], &last["model"]), (&"done".into(), &1.into()), "{last}");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_models_of_other_processes_are_visible() {
    let place = Place::with_many_ratings().await;
    let running = Running::start_ready(&place, options()).await;
    let store = place.store().await;
    let options = common::fit_options(Side::Users).with_rest(REST);
    let stop = FitStop::default();
    let fitting = tokio::spawn(async move { fit(&store, options, &stop, &mut |_| ()).await });
    running.wait_for("/v1/jobs/1").await;
    let (status, problem) = running.ask("POST", "/v1/jobs", FIT).await;
    assert_eq!((status, &problem["job"]), (409, &1.into()), "{problem}");
    let (_, last) = running.events(EVENTS).await.last().await.unwrap();
    assert_eq!(last["state"], "done");
    fitting.await.unwrap().unwrap();
    let recommended = running.get("/v1/users/Ada/recommendations").await;
    assert_eq!(recommended.0, 200, "who is told the end can ask at once");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_by_another_process_makes_it_ready() {
    let place = Place::new();
    let running = Running::start(&place, options()).await;
    let told = async || {
        let (status, problem) = running.get("/readyz").await;
        assert_eq!(status, 503);
        problem["detail"].as_str().unwrap().to_owned()
    };
    while !told().await.contains("no ratings") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let store = place.store().await;
    common::import(&store).await;
    running.ready().await;
    assert_eq!(running.get("/v1/users/Ada").await.0, 200);
    // Ratings by other processes are picked up.
    let change = likemind_store::Change::Set { rating: 5.0, timestamp: None };
    store.rate("another", "film-3", change).await.unwrap();
    running.wait_for("/v1/users/another").await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_folder_is_reloaded_when_a_file_changes() {
    let place = Place::with_ratings().await;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("page");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "<head></head>one").unwrap();
    std::fs::write(outer.path().join("secret.txt"), "beside it").unwrap();
    let running = Running::start(&place, options().with_assets(Some(folder.clone()))).await;
    let mut events = running.events("/assets-events").await;
    std::fs::write(folder.join("app.js"), "two").unwrap();
    let changed = tokio::time::timeout(Duration::from_secs(60), events.changed()).await;
    assert!(changed.unwrap());
    assert_eq!(running.get("/assets/app.js").await.0, 200);
    for out in ["/assets/../secret.txt", "/assets/..%2Fsecret.txt", "/assets/%2e%2e/secret.txt"] {
        assert_eq!(running.get(out).await.0, 404, "{out}");
    }
    assert_eq!(running.get("/assets/none.js").await.1["status"], 404);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn models_of_all_items_are_fitted_and_listed() {
    let place = Place::with_many_ratings().await;
    let running = Running::start_ready(&place, options()).await;
    for (number, model) in [(1, "item-kriging"), (2, "ridge")] {
        let new = format!(r#"{{"kind": "fit", "model": "{model}"}}"#);
        let (status, problem) = running.ask("POST", "/v1/jobs/estimate", &new).await;
        assert_eq!(status, 422, "{problem}");
        let (status, job) = running.ask("POST", "/v1/jobs", &new).await;
        assert_eq!(status, 202, "{job}");
        assert_eq!((&job["model_kind"], &job["side"]), (&model.into(), &"items".into()));
        let events = running.events(&format!("/v1/jobs/{number}/events")).await;
        let (name, job) = events.last().await.unwrap();
        assert_eq!((name.as_str(), &job["state"]), ("end", &"done".into()), "{job}");
        let models = running.get("/v1/models").await.1;
        let listed = &models["models"][number - 1];
        assert_eq!((&listed["kind"], &listed["active"]), (&model.into(), &true.into()));
        assert_eq!((&listed["side"], &listed["exact"]), (&"items".into(), &true.into()));
    }
    // They have no neighbours.
    let (status, problem) = running.get("/v1/users/Ada/neighbours").await;
    assert_eq!(
        (status, &problem["detail"]),
        (404, &"expected a model of users, found none; POST /v1/jobs fits one".into())
    );
    running.stop().await;
}
