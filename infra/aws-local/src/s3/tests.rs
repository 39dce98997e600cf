//! What the API reference of S3 says, with time as an argument.

use bytes::Bytes;
use http::HeaderMap;

use super::*;
use crate::testing::World;

/// A world with the bucket `exports`.
fn world() -> World {
    let mut world = World::new();
    world.run(|ctx| create_bucket(ctx, "exports")).unwrap();
    world
}

impl World {
    fn s3(&mut self, method: Method, uri: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        });
        let request = Request {
            method,
            uri: uri.into(),
            headers: HeaderMap::from_iter(headers),
            body: Bytes::from(body.to_owned()),
        };
        self.run(|ctx| Ok(handle(ctx, &request))).unwrap()
    }

    fn s3_put(&mut self, key: &str, body: &str) -> Response {
        self.s3(Method::PUT, &format!("/exports/{key}"), &[], body)
    }

    fn s3_get(&mut self, key: &str) -> Response {
        self.s3(Method::GET, &format!("/exports/{key}"), &[], "")
    }

    fn s3_list(&mut self, query: &str) -> String {
        text(&self.s3(Method::GET, &format!("/exports?list-type=2{query}"), &[], ""))
    }
}

fn text(response: &Response) -> String {
    String::from_utf8(response.body.to_vec()).unwrap()
}

/// The status, and the code of an error.
fn refused(response: &Response) -> (u16, String) {
    let text = text(response);
    let code = text.split_once("<Code>").unwrap().1.split_once("</Code>").unwrap().0.to_owned();
    (response.status.as_u16(), code)
}

#[test]
fn what_was_put_can_be_had_again_until_it_is_replaced() {
    let mut world = world();
    let put = world.s3_put("period%3D2026-11/a%20b%2B.csv", "tea");
    // The MD5 of what was put, in quotation marks.
    assert_eq!(put.headers["etag"], "\"7239ea2b5dc943f61f3c0a0276c20974\"");
    let got = world.s3_get("period=2026-11/a%20b+.csv");
    assert_eq!((text(&got).as_str(), &got.headers["etag"]), ("tea", &put.headers["etag"]));
    assert_eq!(got.headers["content-type"], "binary/octet-stream");
    assert_eq!(got.headers["last-modified"], "Mon, 21 Jun 2027 00:15:00 GMT");
    world.s3_put("period=2026-11/a%20b%2B.csv", "cake");
    assert_eq!(text(&world.s3_get("period=2026-11/a%20b%2B.csv")), "cake");
}

#[test]
fn what_does_not_arrive_as_it_was_sent_is_not_kept() {
    let mut world = world();
    let sha256 = BASE64_STANDARD.encode(Sha256::digest("tea"));
    let bad = world.s3(Method::PUT, "/exports/k", &[("x-amz-checksum-sha256", &sha256)], "te");
    assert_eq!(refused(&bad), (400, "BadDigest".into()));
    let bad = world.s3(Method::PUT, "/exports/k", &[("x-amz-content-sha256", "00")], "tea");
    assert_eq!(refused(&bad), (400, "XAmzContentSHA256Mismatch".into()));
    assert_eq!(refused(&world.s3_get("k")), (404, "NoSuchKey".into()));
    let good = world.s3(Method::PUT, "/exports/k", &[("x-amz-checksum-sha256", &sha256)], "tea");
    assert_eq!(good.headers["x-amz-checksum-sha256"], sha256.as_str());
    let got = world.s3(Method::GET, "/exports/k", &[("x-amz-checksum-mode", "ENABLED")], "");
    assert_eq!(got.headers["x-amz-checksum-sha256"], sha256.as_str());
}

#[test]
fn a_condition_that_does_not_hold_leaves_what_is_there() {
    let mut world = world();
    let moved = (412, "PreconditionFailed".to_owned());
    let mut put = |header: &str, tag: &str, body: &str| {
        let put = world.s3(Method::PUT, "/exports/k", &[(header, tag)], body);
        match put.status.is_success() {
            true => Ok(put.headers["etag"].to_str().unwrap().to_owned()),
            false => Err(refused(&put)),
        }
    };
    assert_eq!(put("if-match", "\"0\"", "tea"), Err((404, "NoSuchKey".into())));
    let tea = put("if-none-match", "*", "tea").unwrap();
    assert_eq!(put("if-none-match", "*", "cake"), Err(moved.clone()));
    let cake = put("if-match", &tea, "cake").unwrap();
    assert_eq!(put("if-match", &tea, "tea"), Err(moved));
    assert_eq!(put("if-match", &cake, "bread"), Ok("\"dba7b12a19fe9d49fbb53d65c49bbce6\"".into()));
    assert_eq!(text(&world.s3_get("k")), "bread");
}

#[test]
fn a_list_is_in_the_order_of_keys_and_goes_on_where_it_ended() {
    let mut world = world();
    for key in ["b/2", "a", "b/1", "b/10", "c"] {
        world.s3_put(key, key);
    }
    let keys = |list: &str| -> Vec<String> {
        let parts = list.split("<Key>").skip(1);
        parts.map(|part| part.split_once("</Key>").unwrap().0.to_owned()).collect()
    };
    assert_eq!(keys(&world.s3_list("")), ["a", "b/1", "b/10", "b/2", "c"]);
    let first = world.s3_list("&prefix=b%2F&max-keys=2");
    assert_eq!(keys(&first), ["b/1", "b/10"]);
    assert!(first.contains("<IsTruncated>true</IsTruncated>"), "{first}");
    let token = first.split_once("<NextContinuationToken>").unwrap().1;
    let token = token.split_once('<').unwrap().0.replace('/', "%2F");
    let second = world.s3_list(&format!("&prefix=b%2F&max-keys=2&continuation-token={token}"));
    assert_eq!(keys(&second), ["b/2"]);
    assert!(second.contains("<KeyCount>1</KeyCount>") && second.contains("<Size>3</Size>"));
    assert!(keys(&world.s3_list("&prefix=nothing")).is_empty());
}

#[test]
fn what_is_not_here_is_refused_and_nothing_is_taken_for_done() {
    let mut world = world();
    let nowhere = world.s3(Method::PUT, "/nowhere/k", &[], "tea");
    assert_eq!(refused(&nowhere), (404, "NoSuchBucket".into()));
    let long = "k".repeat(1_025);
    assert_eq!(refused(&world.s3_put(&long, "")), (400, "KeyTooLongError".into()));
    let not_implemented = (501, "NotImplemented".to_owned());
    for (method, uri, headers) in [
        (Method::DELETE, "/exports/k", &[][..]),
        (Method::PUT, "/exports?versioning", &[]),
        (Method::GET, "/exports", &[]),
        (Method::GET, "/exports?list-type=2&delimiter=%2F", &[]),
        (Method::PUT, "/exports/k?partNumber=1&uploadId=u", &[]),
        (Method::PUT, "/exports/k", &[("if-none-match", "\"a\"")]),
        (Method::GET, "/exports/k", &[("if-match", "\"a\"")]),
        (
            Method::PUT,
            "/exports/k",
            &[("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")],
        ),
        (Method::GET, "/exports/k", &[("range", "bytes=0-1")]),
    ] {
        let answer = world.s3(method.clone(), uri, headers, "tea");
        assert_eq!(refused(&answer), not_implemented, "{method} {uri}");
    }
    assert!(!world.s3_list("").contains("<Key>"));
}

#[test]
fn a_bucket_has_a_name_that_s3_takes() {
    let mut world = World::new();
    for name in ["ab", "A-bucket", "a_b", "-abc", "abc.", &"a".repeat(64)] {
        let refused = world.run(|ctx| create_bucket(ctx, name)).unwrap_err();
        assert_eq!(refused.code, "InvalidBucketName", "{name}");
    }
    world.run(|ctx| create_bucket(ctx, "a-1.b")).unwrap();
    world.run(|ctx| create_bucket(ctx, "a-1.b")).unwrap();
}
