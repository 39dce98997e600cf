//! What the S3 SDK sees.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;

use crate::stack::Stack;

#[tokio::test]
async fn an_object_is_put_whole_listed_and_had_again() {
    let stack = Stack::start().await;
    stack.handle.with(|ctx| aws_local::s3::create_bucket(ctx, "exports")).await.unwrap();
    let client: Client = stack.s3();
    let body = vec![7; 20 * 1024 * 1024];
    for key in ["period=2026-11/a b+c.csv", "period=2026-12/x"] {
        let put = client.put_object().bucket("exports").key(key);
        put.body(ByteStream::from(body.clone())).send().await.unwrap();
    }
    let list = client.list_objects_v2().bucket("exports").prefix("period=2026-11/").send().await;
    let list = list.unwrap();
    let [object] = list.contents() else { panic!("one object: {list:?}") };
    assert_eq!(object.key(), Some("period=2026-11/a b+c.csv"));
    assert_eq!((object.size(), list.is_truncated()), (Some(20 * 1024 * 1024), Some(false)));
    let got = client.get_object().bucket("exports").key("period=2026-11/a b+c.csv");
    let got = got.send().await.unwrap();
    assert_eq!(got.e_tag(), object.e_tag());
    assert!(got.body.collect().await.unwrap().into_bytes() == body, "the same bytes");

    let missing = client.get_object().bucket("exports").key("nothing").send().await.unwrap_err();
    assert!(missing.into_service_error().is_no_such_key());
    let nowhere = client.list_objects_v2().bucket("nowhere").send().await.unwrap_err();
    assert!(nowhere.into_service_error().is_no_such_bucket());
}

#[tokio::test]
async fn an_object_whose_digest_is_another_is_refused() {
    let stack = Stack::start().await;
    stack.handle.with(|ctx| aws_local::s3::create_bucket(ctx, "exports")).await.unwrap();
    let client: Client = stack.s3();
    let put = client.put_object().bucket("exports").key("k").body(ByteStream::from_static(b"tea"));
    let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let refused = put.checksum_sha256(digest).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("BadDigest"));
    let delete = client.delete_object().bucket("exports").key("k").send().await.unwrap_err();
    assert_eq!(delete.code(), Some("NotImplemented"));
}
