//! S3, in the path style.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;

use super::{Probe, outcome};

pub(super) const PROBES: &[&Probe] = &[
    &Probe {
        question: "an object that is not there",
        ask: |sdk| Box::pin(no_object(sdk)),
        documented: ("refused: NoSuchKey", "API Reference, GetObject, Errors"),
        emulator: None,
    },
    &Probe {
        question: "a body that has not the digest with which it is sent",
        ask: |sdk| Box::pin(damaged(sdk)),
        documented: ("refused: BadDigest", "User Guide, Checking object integrity"),
        emulator: None,
    },
    &Probe {
        question: "a list of what begins so, two at a time",
        ask: |sdk| Box::pin(list(sdk)),
        documented: (
            "b/1, b/10 and more; b/2, b/é",
            "API Reference, ListObjectsV2: in the order of their UTF-8 bytes",
        ),
        emulator: None,
    },
    &Probe {
        question: "a bucket that is not there",
        ask: |sdk| Box::pin(no_bucket(sdk)),
        documented: ("refused: NoSuchBucket", "API Reference, ListObjectsV2, Errors"),
        emulator: None,
    },
];

fn client(sdk: &SdkConfig) -> Client {
    let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true);
    Client::from_conf(config.build())
}

async fn bucket(s3: &Client, name: &'static str) -> &'static str {
    s3.create_bucket().bucket(name).send().await.unwrap();
    name
}

async fn no_object(sdk: &SdkConfig) -> String {
    let s3 = client(sdk);
    let bucket = bucket(&s3, "probe-no-object").await;
    outcome(&s3.get_object().bucket(bucket).key("nothing").send().await)
}

async fn damaged(sdk: &SdkConfig) -> String {
    let s3 = client(sdk);
    let bucket = bucket(&s3, "probe-damaged").await;
    let put = s3.put_object().bucket(bucket).key("k").body(ByteStream::from_static(b"tea"));
    let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    outcome(&put.checksum_sha256(digest).send().await)
}

async fn list(sdk: &SdkConfig) -> String {
    let s3 = client(sdk);
    let bucket = bucket(&s3, "probe-list").await;
    for key in ["b/2", "a", "b/1", "b/10", "B", "b/é"] {
        let put = s3.put_object().bucket(bucket).key(key).body(ByteStream::from_static(b"x"));
        put.send().await.unwrap();
    }
    let mut pages = Vec::new();
    let mut from = None;
    loop {
        let page = s3.list_objects_v2().bucket(bucket).prefix("b/").max_keys(2);
        let page = page.set_continuation_token(from).send().await.unwrap();
        let keys: Vec<&str> = page.contents().iter().filter_map(|object| object.key()).collect();
        let more = if page.is_truncated() == Some(true) { " and more" } else { "" };
        pages.push(keys.join(", ") + more);
        from = page.next_continuation_token;
        if from.is_none() {
            return pages.join("; ");
        }
    }
}

async fn no_bucket(sdk: &SdkConfig) -> String {
    outcome(&client(sdk).list_objects_v2().bucket("probe-nowhere").send().await)
}
