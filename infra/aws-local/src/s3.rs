//! S3: buckets and objects, in the path style.
//!
//! Faithful to the API reference in what it has: `CreateBucket` without settings, `PutObject`, `GetObject` and `ListObjectsV2`, strongly consistent,
//! with the digests that a request brings checked before anything is kept, and `If-Match` and `If-None-Match: *` of a
//! `PutObject` as the user guide has them ("How to prevent object overwrites with conditional writes"). It has no versions, ranges, parts, tags or
//! chunked bodies; what asks for one is refused as not implemented, so that nobody takes it for done.

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, SecondsFormat};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::wire::{AwsError, Request, Response, Xml};
use crate::{Ctx, Now};

/// Buckets and what is in them.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS s3_bucket (name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS s3_object (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  modified_ms INTEGER NOT NULL,
  etag TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (bucket, key)
);
";

/// Most bytes of a key.
const KEY_BYTES_MAX: usize = 1_024;

/// Most objects that one answer lists.
const LISTED_MAX: i64 = 1_000;

/// The media type of an object that was put without one.
const MEDIA_TYPE: &str = "binary/octet-stream";

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// What a request may bring that would change what it means here.
const NOT_HERE: [&str; 6] = [
    "range",
    "x-amz-copy-source",
    "x-amz-object-lock-mode",
    "x-amz-tagging",
    "x-amz-trailer",
    "x-amz-write-offset-bytes",
];

/// Whether a request is for S3: its signature says which service it was made for, and its path is a bucket's.
#[must_use]
pub fn is_for(request: &Request) -> bool {
    let signature = request.headers.get(header::AUTHORIZATION);
    let signature = signature.and_then(|value| value.to_str().ok()).unwrap_or_default();
    signature.contains("/s3/aws4_request")
}

/// Answers one request.
#[must_use]
pub fn handle(ctx: &Ctx, request: &Request) -> Response {
    answer(ctx, request).unwrap_or_else(|error| failure(&error))
}

/// An error as S3 writes it.
pub(crate) fn failure(error: &AwsError) -> Response {
    let body = Xml::default()
        .element("Error", |xml| xml.text("Code", &error.code).text("Message", &error.message));
    xml(body, error.status)
}

/// Creates a bucket; one that is there already stays.
///
/// # Errors
/// `InvalidBucketName`: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends.
pub fn create_bucket(ctx: &Ctx, name: &str) -> Result<(), AwsError> {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let sound = (3..=63).contains(&name.len())
        && name.chars().all(|c| alphanumeric(c) || c == '.' || c == '-')
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric);
    if !sound {
        return Err(AwsError::bad_request(
            "InvalidBucketName",
            "The specified bucket is not valid.",
        ));
    }
    ctx.db.execute("INSERT OR IGNORE INTO s3_bucket (name) VALUES (?1)", [name])?;
    Ok(())
}

fn answer(ctx: &Ctx, request: &Request) -> Result<Response, AwsError> {
    let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
    let path = path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let key = decoded(key)?;
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if let Some(header) = NOT_HERE.iter().find(|name| request.headers.contains_key(**name)) {
        return Err(not_implemented(&format!("the header {header}")));
    }
    if request.method == Method::PUT && key.is_empty() && query.is_empty() {
        create_bucket(ctx, bucket)?;
        let mut response = Response::new(StatusCode::OK, crate::wire::XML, "");
        set(&mut response, header::LOCATION, &format!("/{bucket}"));
        return Ok(response);
    }
    let known: Option<i64> = ctx
        .db
        .query_row("SELECT 1 FROM s3_bucket WHERE name = ?1", [bucket], |row| row.get(0))
        .optional()?;
    if known.is_none() {
        return Err(missing("NoSuchBucket", "The specified bucket does not exist"));
    }
    let asks = |name: &str| query.iter().any(|(asked, _)| asked == name);
    match (&request.method, key.is_empty()) {
        (&Method::PUT, false) => put_object(ctx, bucket, &key, &query, request),
        (&Method::GET, false) => get_object(ctx, bucket, &key, &query, request),
        (&Method::GET, true) if asks("list-type") => list_objects(ctx, bucket, &query),
        (method, _) => Err(not_implemented(&format!("{method} {}", request.uri))),
    }
}

/// A key as its path says it.
fn decoded(key: &str) -> Result<String, AwsError> {
    // A plus is a plus in a path; the form's decoder would make a space of it.
    let form = format!("k={}", key.replace('+', "%2B"));
    let (_, key) = form_urlencoded::parse(form.as_bytes()).next().unwrap_or_default();
    if key.len() > KEY_BYTES_MAX {
        return Err(AwsError::bad_request("KeyTooLongError", "Your key is too long"));
    }
    Ok(key.into_owned())
}

fn put_object(
    ctx: &Ctx,
    bucket: &str,
    key: &str,
    query: &[(String, String)],
    request: &Request,
) -> Result<Response, AwsError> {
    only(query, &["x-id"])?;
    let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let digest = Sha256::digest(&request.body);
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    match text("x-amz-content-sha256") {
        Some("UNSIGNED-PAYLOAD") | None => {}
        Some(streaming) if streaming.starts_with("STREAMING-") => {
            return Err(not_implemented("a body in signed chunks"));
        }
        Some(signed) if signed == hexadecimal => {}
        Some(_) => {
            return Err(AwsError::bad_request(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            ));
        }
    }
    condition_holds(ctx, bucket, key, request)?;
    let sha256 = BASE64_STANDARD.encode(digest);
    if text("x-amz-checksum-sha256").is_some_and(|sent| sent != sha256) {
        return Err(AwsError::bad_request(
            "BadDigest",
            "The SHA256 you specified did not match the calculated checksum.",
        ));
    }
    let etag = format!("\"{:x}\"", md5::compute(&request.body));
    let media_type = text("content-type").unwrap_or(MEDIA_TYPE);
    ctx.db.execute(
        "INSERT OR REPLACE INTO s3_object (bucket, key, modified_ms, etag, sha256, media_type, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            bucket,
            key,
            ctx.now.timestamp_millis(),
            etag,
            sha256,
            media_type,
            request.body.as_ref()
        ],
    )?;
    let mut response = Response::new(StatusCode::OK, crate::wire::XML, "");
    response.headers.clear();
    set(&mut response, header::ETAG, &etag);
    if text("x-amz-checksum-sha256").is_some() {
        set(&mut response, HeaderName::from_static("x-amz-checksum-sha256"), &sha256);
        set(&mut response, HeaderName::from_static("x-amz-checksum-type"), "FULL_OBJECT");
    }
    Ok(response)
}

/// Refuses to put where another object is than the request says, or where there is one and it says that there is none.
fn condition_holds(ctx: &Ctx, bucket: &str, key: &str, request: &Request) -> Result<(), AwsError> {
    let text = |name| request.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let (is, is_not) = (text(header::IF_MATCH), text(header::IF_NONE_MATCH));
    if is.is_none() && is_not.is_none() {
        return Ok(());
    }
    if is_not.is_some_and(|tag| tag != "*") {
        return Err(not_implemented("an If-None-Match that names an object"));
    }
    let there: Option<String> = ctx
        .db
        .query_row(
            "SELECT etag FROM s3_object WHERE bucket = ?1 AND key = ?2",
            [bucket, key],
            |row| row.get(0),
        )
        .optional()?;
    match (is, there) {
        (Some(_), None) => Err(missing("NoSuchKey", "The specified key does not exist.")),
        (Some(is), Some(etag)) if is.trim_matches('"') == etag.trim_matches('"') => Ok(()),
        (None, None) => Ok(()),
        _ => Err(AwsError::with_status(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        )),
    }
}

fn get_object(
    ctx: &Ctx,
    bucket: &str,
    key: &str,
    query: &[(String, String)],
    request: &Request,
) -> Result<Response, AwsError> {
    only(query, &["x-id"])?;
    if request.headers.contains_key(header::IF_MATCH)
        || request.headers.contains_key(header::IF_NONE_MATCH)
    {
        return Err(not_implemented("a condition of a GetObject"));
    }
    let object = ctx
        .db
        .query_row(
            "SELECT body, etag, sha256, media_type, modified_ms FROM s3_object
             WHERE bucket = ?1 AND key = ?2",
            [bucket, key],
            |row| {
                let texts: [String; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
                Ok((row.get::<_, Vec<u8>>(0)?, texts, row.get::<_, i64>(4)?))
            },
        )
        .optional()?;
    let Some((body, [etag, sha256, media_type], modified)) = object else {
        return Err(missing("NoSuchKey", "The specified key does not exist."));
    };
    let media_type =
        HeaderValue::from_str(&media_type).unwrap_or_else(|_| HeaderValue::from_static(MEDIA_TYPE));
    let mut response = Response::new(StatusCode::OK, media_type, body);
    set(&mut response, header::ETAG, &etag);
    let modified = instant(modified).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    set(&mut response, header::LAST_MODIFIED, &modified);
    let mode = request.headers.get("x-amz-checksum-mode");
    if mode.is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"enabled")) {
        set(&mut response, HeaderName::from_static("x-amz-checksum-sha256"), &sha256);
        set(&mut response, HeaderName::from_static("x-amz-checksum-type"), "FULL_OBJECT");
    }
    Ok(response)
}

fn list_objects(ctx: &Ctx, bucket: &str, query: &[(String, String)]) -> Result<Response, AwsError> {
    only(query, &["list-type", "prefix", "max-keys", "start-after", "continuation-token", "x-id"])?;
    let asked = |name: &str| {
        query.iter().find(|(asked, _)| asked == name).map_or("", |(_, value)| value.as_str())
    };
    if asked("list-type") != "2" {
        return Err(not_implemented("the first version of ListObjects"));
    }
    let most = match asked("max-keys") {
        "" => LISTED_MAX,
        text => {
            text.parse::<i32>().ok().filter(|most| *most >= 0).map(i64::from).ok_or_else(|| {
                AwsError::bad_request(
                    "InvalidArgument",
                    "Provided max-keys not an integer or within integer range",
                )
            })?
        }
    };
    let most = most.min(LISTED_MAX);
    let prefix = asked("prefix");
    // A token of S3 says nothing to who gets it; here it is the last key that was listed.
    let after = asked("start-after").max(asked("continuation-token"));
    let mut statement = ctx.db.prepare_cached(
        "SELECT key, modified_ms, etag, length(body) FROM s3_object
         WHERE bucket = ?1 AND key > ?2 AND substr(key, 1, length(?3)) = ?3
         ORDER BY key LIMIT ?4",
    )?;
    let rows = statement.query_map(params![bucket, after, prefix, most + 1], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, i64>(3)?,
        ))
    })?;
    let mut objects = rows.collect::<Result<Vec<_>, _>>()?;
    let listed = usize::try_from(most).unwrap_or_default();
    let truncated = objects.len() > listed && most > 0;
    objects.truncate(listed);
    let body = Xml::default().root("ListBucketResult", NAMESPACE, |xml| {
        let xml = xml
            .text("Name", bucket)
            .text("Prefix", prefix)
            .text("KeyCount", &objects.len().to_string())
            .text("MaxKeys", &most.to_string())
            .text("IsTruncated", if truncated { "true" } else { "false" });
        let xml = match objects.last() {
            Some((key, ..)) if truncated => xml.text("NextContinuationToken", key),
            _ => xml,
        };
        objects.iter().fold(xml, |xml, (key, modified, etag, size)| {
            xml.element("Contents", |xml| {
                let modified = instant(*modified).to_rfc3339_opts(SecondsFormat::Millis, true);
                xml.text("Key", key)
                    .text("LastModified", &modified)
                    .text("ETag", etag)
                    .text("Size", &size.to_string())
                    .text("StorageClass", "STANDARD")
            })
        })
    });
    Ok(xml(body, StatusCode::OK))
}

/// Refuses what a query asks for besides what is here.
fn only(query: &[(String, String)], known: &[&str]) -> Result<(), AwsError> {
    match query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => Err(not_implemented(&format!("the parameter {name}"))),
        None => Ok(()),
    }
}

fn missing(code: &str, message: &str) -> AwsError {
    AwsError::with_status(StatusCode::NOT_FOUND, code, message)
}

fn not_implemented(what: &str) -> AwsError {
    let message = format!("aws-local does not implement {what} in S3");
    AwsError::with_status(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
}

fn instant(ms: i64) -> Now {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

fn xml(body: Xml, status: StatusCode) -> Response {
    let mut response = body.into_response(status);
    let media_type = HeaderValue::from_static("application/xml");
    response.headers.insert(header::CONTENT_TYPE, media_type);
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers.insert(name, value);
    }
}
