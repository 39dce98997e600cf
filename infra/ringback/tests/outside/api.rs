//! The HTTP interface: what it takes, and how it refuses the rest.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Phones, request};

const SMS: &str = "/api/phones/+12065550123/sms";

fn sentence(answer: &Value) -> &str {
    answer["error"].as_str().expect("an error has a sentence")
}

#[tokio::test]
async fn a_text_is_taken_and_seen_in_the_thread() {
    let phones = Phones::new().await;
    for path in [SMS, "/api/phones/%2B12065550123/sms"] {
        let (status, answer) =
            phones.post(path, r#"{"text":"Remind in 2 minutes about tea"}"#).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        assert!(answer["message_id"].is_string(), "{answer}");
    }
    let (status, seen) = phones.get("/api/phones/%2B12065550123").await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    let messages = seen["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 2);
    for message in messages {
        assert_eq!(message["from"], "+12065550123");
        assert_eq!(message["to"], "+12065550100");
        assert_eq!(message["text"], "Remind in 2 minutes about tea");
        let at = message["at"].as_str().expect("a time");
        chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339");
    }
    assert_eq!((&seen["calls"], &seen["charges"]), (&json!([]), &json!([])));
    let (_, known) = phones.get("/api/phones").await;
    assert_eq!(known, json!([{"number": "+12065550123", "ringing": false}]));
}

#[tokio::test]
async fn a_text_is_in_the_queue_as_the_carrier_publishes_it() {
    let phones = Phones::new().await;
    phones.post(SMS, r#"{"text":"é 🙂 \u0000 <b>"}"#).await;
    let taken = phones.handle.with(|ctx| aws_local::sqs::receive(ctx, "inbound-sms", 1, None));
    let taken = taken.await.expect("the queue is there");
    let envelope: Value = serde_json::from_str(&taken[0].body).expect("an SNS envelope");
    assert_eq!(envelope["Type"], "Notification");
    let sms: Value = serde_json::from_str(envelope["Message"].as_str().expect("a string"))
        .expect("the documented payload");
    assert_eq!(sms["messageBody"], "é 🙂 \u{0} <b>");
    assert_eq!(sms["originationNumber"], "+12065550123");
}

#[tokio::test]
async fn a_bad_body_is_refused_in_a_sentence_and_nothing_is_sent() {
    let phones = Phones::new().await;
    let longest = "x".repeat(1600);
    let bad: [(Vec<u8>, StatusCode); 13] = [
        (b"".into(), StatusCode::BAD_REQUEST),
        (b"hello".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":\"x\"".into(), StatusCode::BAD_REQUEST),
        (b"{}".into(), StatusCode::BAD_REQUEST),
        (b"[]".into(), StatusCode::BAD_REQUEST),
        (b"\"text\"".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":5}".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":null}".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":[\"x\"]}".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":\"\\ud800\"}".into(), StatusCode::BAD_REQUEST),
        (b"{\"text\":\"\xff\"}".into(), StatusCode::BAD_REQUEST),
        (format!(r#"{{"text":"{longest}x"}}"#).into(), StatusCode::PAYLOAD_TOO_LARGE),
        (vec![b' '; 100_000], StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (body, expected) in bad {
        let shown = String::from_utf8_lossy(&body).chars().take(40).collect::<String>();
        let (status, answer) = phones.post(SMS, body).await;
        assert_eq!(status, expected, "{shown}");
        assert!(sentence(&answer).len() > 10, "{shown}: {answer}");
    }
    assert_eq!(phones.get("/api/phones").await.1, json!([]));
    let (status, _) = phones.post(SMS, format!(r#"{{"text":"{longest}"}}"#)).await;
    assert_eq!(status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_is_no_phone_is_refused_wherever_it_stands() {
    let phones = Phones::new().await;
    let strange =
        ["12065550123", "+", "+12", "+1206555012345678", "+1206x", "%20", "+1%2F2", "++123"];
    for number in strange {
        for path in [format!("/api/phones/{number}"), format!("/api/phones/{number}/story")] {
            let (status, answer) = phones.get(&path).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
            assert!(sentence(&answer).contains("+12065550123"), "{path}");
        }
        let (status, _) =
            phones.post(&format!("/api/phones/{number}/sms"), r#"{"text":"x"}"#).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{number}");
    }
}

#[tokio::test]
async fn a_number_that_is_not_served_may_text_and_has_no_story() {
    let phones = Phones::new().await;
    let (status, _) = phones.post("/api/phones/+999/sms", r#"{"text":"hello"}"#).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(phones.get("/api/phones/+999/story").await, (StatusCode::OK, json!([])));
    let (_, seen) = phones.get("/api/phones/+999").await;
    assert_eq!(seen["messages"][0]["text"], "hello");
    assert_eq!((&seen["country"], &seen["zone"]), (&json!(null), &json!(null)));
    assert_eq!(phones.get("/api/phones/+999/road").await, (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn a_phone_that_never_texted_is_empty() {
    let phones = Phones::new().await;
    let (status, seen) = phones.get("/api/phones/+919876543210").await;
    assert_eq!(status, StatusCode::OK);
    let (country, zone) = ("IN", "Asia/Kolkata");
    let empty =
        json!({"messages": [], "calls": [], "charges": [], "country": country, "zone": zone});
    assert_eq!(seen, empty);
    assert_eq!(phones.get("/api/phones/+919876543210/story").await.1, json!([]));
}

#[tokio::test]
async fn the_stack_says_where_everything_is() {
    let phones = Phones::new().await;
    let (_, stack) = phones.get("/api/stack").await;
    assert_eq!(stack["region"], "us-east-1");
    chrono::DateTime::parse_from_rfc3339(stack["now"].as_str().expect("a time")).expect("RFC 3339");
    assert_eq!(stack["number"], "+12065550100");
    assert_eq!(stack["tables"], json!({"reminders": "reminders", "billing": "billing"}));
    let topic = "arn:aws:sns:us-east-1:000000000000:";
    assert_eq!(stack["topics"]["inbound_sms"], format!("{topic}inbound-sms"));
    assert_eq!(stack["topics"]["call_events"], format!("{topic}call-events"));
    let endpoint = stack["aws_endpoint"].as_str().expect("a URL");
    let queues = stack["queues"].as_object().expect("queues by name");
    assert_eq!(queues.len(), 20);
    assert_eq!(queues["charges"], format!("{endpoint}/000000000000/charges"));
}

#[tokio::test]
async fn a_phone_that_rings_can_be_answered_once() {
    for (what, state) in
        [("answer", "answered"), ("decline", "declined"), ("voicemail", "voicemail")]
    {
        let phones = Phones::new().await;
        let call = phones.ring("+12065550123").await;
        assert_eq!(call["state"], "ringing");
        assert_eq!((&call["text"], &call["language"]), (&json!("Tea & biscuits"), &json!("en-US")));
        assert!(call["rang_at"].is_string() && call["answered_at"].is_null());
        let known = json!([{"number": "+12065550123", "ringing": true}]);
        assert_eq!(phones.get("/api/phones").await.1, known);
        let path = format!("/api/calls/{}/{what}", call["id"].as_str().expect("an id"));
        let (status, answer) = phones.post(&path, Body::empty()).await;
        assert_eq!((status, &answer["state"]), (StatusCode::OK, &json!(state)));
        let (_, seen) = phones.get("/api/phones/+12065550123").await;
        assert_eq!(seen["calls"][0]["state"], state);
        assert_eq!(seen["calls"][0]["answered_at"].is_string(), what != "decline");
        let (status, answer) = phones.post(&path, Body::empty()).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(sentence(&answer).contains(state), "{answer}");
        assert_eq!(phones.get("/api/phones").await.1[0]["ringing"], false);
    }
}

#[tokio::test]
async fn a_call_that_nobody_made_cannot_be_answered() {
    let phones = Phones::new().await;
    for what in ["answer", "decline", "voicemail"] {
        let (status, answer) = phones.post(&format!("/api/calls/none/{what}"), Body::empty()).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(sentence(&answer), "there is no such call");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_json() {
    let phones = Phones::new().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/calls/x/hum", "/nothing.html", "/../etc"] {
        let (status, answer) = phones.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(sentence(&answer), "there is nothing at this path");
    }
    let (status, answer) = phones.get("/api/calls/x/answer").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(sentence(&answer), "this path does not take this method");
    let (status, _) = phones.post("/api/functions/bake-bread/kill", Body::empty()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_this_machines_own_names_are_served() {
    let phones = Phones::new().await;
    let status = async |host: Option<&str>| {
        let request = Request::builder().uri("/api/stack");
        let request = host.into_iter().fold(request, |request, host| request.header("host", host));
        phones.ask(request.body(Body::empty()).expect("a request")).await.0
    };
    for own in ["127.0.0.1:3000", "localhost:9", "LOCALHOST:3000", "[::1]:3000", "localhost"] {
        assert_eq!(status(Some(own)).await, StatusCode::OK, "{own}");
    }
    let others = [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:3000",
        "127.0.0.2:3000",
        "localhost:",
        "localhost:x",
        "10.0.0.1:3000",
        "[::1",
        "",
        "user@localhost:3000",
    ];
    for other in others {
        assert_eq!(status(Some(other)).await, StatusCode::FORBIDDEN, "{other}");
    }
    assert_eq!(status(None).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_page_may_not_change_anything() {
    let phones = Phones::new().await;
    let status = async |method: &str, path: &str, origin: &str| {
        let mut request = request(method, path, r#"{"text":"x"}"#);
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        phones.ask(request).await.0
    };
    for own in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"] {
        assert_eq!(status("POST", SMS, own).await, StatusCode::ACCEPTED, "{own}");
    }
    let others = [
        "http://evil.example",
        "null",
        "https://127.0.0.1:3000",
        "http://127.0.0.1:8080",
        "http://localhost",
        "file://",
        "",
    ];
    for other in others {
        assert_eq!(status("POST", SMS, other).await, StatusCode::FORBIDDEN, "{other}");
    }
    // To look is no change; without permission headers in the answer its page cannot read it either.
    assert_eq!(status("GET", "/api/stack", "http://evil.example").await, StatusCode::OK);
    assert_eq!(
        phones.get("/api/phones/+12065550123").await.1["messages"].as_array().map(Vec::len),
        Some(3)
    );
}

#[tokio::test]
async fn the_page_brings_its_own_rules() {
    let phones = Phones::new().await;
    for (path, media_type) in
        [("/", "text/html"), ("/app.js", "text/javascript"), ("/style.css", "text/css")]
    {
        let response = phones
            .router
            .clone()
            .oneshot(request("GET", path, Body::empty()))
            .await
            .expect("infallible");
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-type").starts_with(media_type));
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_page_is_told_what_changed() {
    use http_body_util::BodyExt as _;
    let phones = Phones::new().await;
    let path = "/api/events?phone=%2B12065550123,%2B447700900123";
    let response = phones
        .router
        .clone()
        .oneshot(request("GET", path, Body::empty()))
        .await
        .expect("infallible");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut heard = String::new();
    let mut until = async |wanted: &str| {
        while !heard.contains(wanted) {
            let frame = tokio::time::timeout(std::time::Duration::from_secs(10), body.frame());
            let frame = frame.await.expect("in time").expect("no end").expect("no error");
            heard.push_str(&String::from_utf8_lossy(frame.data_ref().expect("data")));
        }
    };
    until("event: phones\ndata: []").await;
    phones.post(SMS, r#"{"text":"x"}"#).await;
    until(r#"data: [{"number":"+12065550123","ringing":false}]"#).await;
    until("event: phone\ndata: {\"number\":\"+12065550123\"}").await;
    phones.post("/api/phones/+447700900123/sms", r#"{"text":"x"}"#).await;
    until("event: phone\ndata: {\"number\":\"+447700900123\"}").await;
    phones.post("/api/faults/events-lost", "{}").await;
    until("event: machine").await;
    let (status, _) = phones.get("/api/events?phone=me").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
