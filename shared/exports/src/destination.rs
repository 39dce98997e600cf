//! Where files for finance are put: a bucket, or a directory of this machine.

use std::fs::{self, File};
use std::future::Future;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use cloud::Cloud;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::job::Job;

/// One try at putting or getting a file. The largest are some 10 MB, which a small function sends within a second.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);

/// All tries together.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(45);

/// A file's contents with their digest.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The contents.
    pub bytes: Bytes,
    /// Their SHA-256.
    pub sha256: [u8; 32],
}

impl Contents {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { sha256: Sha256::digest(&bytes).into(), bytes: bytes.into() }
    }

    /// The digest in hexadecimal, as `sha256sum` prints it.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Which contents of a file somebody has seen: S3's entity tag, or a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub String);

/// A file that is there.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its contents.
    pub bytes: Bytes,
    /// Which those are.
    pub version: Version,
}

/// Where files are put, whole or not at all, and can be had again.
pub trait Destination: Sync {
    /// Puts a file; one of the same name is replaced.
    fn put(&self, name: &str, file: Contents) -> impl Future<Output = Result<(), Error>> + Send;

    /// Puts a file if the one of its name is still this version, or if there is none where `seen` is none; returns
    /// its version. `None` if it is not, and then nothing was put.
    fn replace(
        &self,
        name: &str,
        seen: Option<&Version>,
        file: Contents,
    ) -> impl Future<Output = Result<Option<Version>, Error>> + Send;

    /// A file, if there is one of this name.
    fn get(&self, name: &str) -> impl Future<Output = Result<Option<Found>, Error>> + Send;

    /// Tidies up after an export whose manifest stands.
    fn tidy(&self, job: &Job) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A bucket of S3.
#[derive(Debug)]
pub struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
}

impl Bucket {
    /// The bucket that is configured for exports.
    #[must_use]
    pub fn of(cloud: &Cloud) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let config = aws_sdk_s3::config::Builder::from(cloud.sdk())
            .timeout_config(timeouts)
            // A file comes as a stream, which no other time limit covers.
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().build())
            // Behind an endpoint that is not AWS's own there is no host for each bucket.
            .force_path_style(cloud.config.endpoint.is_some())
            .build();
        let client = aws_sdk_s3::Client::from_conf(config);
        Self { client, name: cloud.config.exports_bucket.clone() }
    }

    /// Whether there is a file of this name. Asked by a list, since to ask for a file that is not there is
    /// forbidden to who may not list, and allowed to be answered with 404 to who may.
    async fn has(&self, name: &str) -> Result<bool, cloud::Error> {
        let listed = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(name)
            .max_keys(1)
            .send()
            .await
            .map_err(cloud::Error::aws("s3:ListObjectsV2"))?;
        Ok(listed.contents().iter().any(|object| object.key() == Some(name)))
    }

    /// A request to put a file. S3 refuses what does not arrive as it was sent.
    fn putting(&self, name: &str, file: Contents) -> PutObjectFluentBuilder {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(name)
            .checksum_sha256(BASE64_STANDARD.encode(file.sha256))
            .body(ByteStream::from(file.bytes))
    }
}

/// What S3 says of a condition that does not hold: another version is there, somebody is writing at this moment, or
/// there is no file any more (Amazon S3 user guide, "How to prevent object overwrites with conditional writes").
const MOVED: [&str; 3] = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];

impl Destination for Bucket {
    async fn put(&self, name: &str, file: Contents) -> Result<(), Error> {
        let put = self.putting(name, file).send().await;
        put.map_err(cloud::Error::aws("s3:PutObject"))?;
        Ok(())
    }

    async fn replace(
        &self,
        name: &str,
        seen: Option<&Version>,
        file: Contents,
    ) -> Result<Option<Version>, Error> {
        let put = self.putting(name, file);
        let put = match seen {
            Some(Version(tag)) => put.if_match(tag),
            None => put.if_none_match("*"),
        };
        match put.send().await {
            Ok(put) => Ok(Some(Version(put.e_tag.unwrap_or_default()))),
            Err(error) if error.code().is_some_and(|code| MOVED.contains(&code)) => Ok(None),
            Err(error) => Err(cloud::Error::aws("s3:PutObject")(error).into()),
        }
    }

    async fn get(&self, name: &str) -> Result<Option<Found>, Error> {
        if !self.has(name).await? {
            return Ok(None);
        }
        let got = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(name)
            .send()
            .await
            .map_err(cloud::Error::aws("s3:GetObject"))?;
        let version = Version(got.e_tag.unwrap_or_default());
        let body = got.body.collect().await.map_err(|source| cloud::Error::Aws {
            operation: "s3:GetObject",
            source: Box::new(source),
        })?;
        Ok(Some(Found { bytes: body.into_bytes(), version }))
    }

    /// Nothing is deleted: checkpoints and preliminary exports go by the bucket's own rules.
    async fn tidy(&self, _job: &Job) -> Result<(), Error> {
        Ok(())
    }
}

/// A directory of this machine.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// This directory; it is made when the first file is put.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // Under another name until it is whole and on the disk.
        let unfinished = path.with_extension("unfinished");
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(unfinished, path)
    }

    /// Removes a file or a folder; that it is not there is what is wanted.
    fn remove(path: &Path) -> Result<(), Error> {
        let removed = match path.is_dir() {
            true => fs::remove_dir_all(path),
            false => fs::remove_file(path),
        };
        match removed {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(Error::File { path: path.to_owned(), verb: "removed", source })
            }
            _ => Ok(()),
        }
    }
}

impl Destination for Directory {
    async fn put(&self, name: &str, file: Contents) -> Result<(), Error> {
        let path = self.0.join(name);
        self.write(&path, &file.bytes).map_err(|source| Error::File {
            path,
            verb: "written",
            source,
        })
    }

    /// Looks, and then writes: between the two somebody else may have written. Nobody else is expected in a directory.
    async fn replace(
        &self,
        name: &str,
        seen: Option<&Version>,
        file: Contents,
    ) -> Result<Option<Version>, Error> {
        let there = self.get(name).await?.map(|found| found.version);
        if there.as_ref() != seen {
            return Ok(None);
        }
        let version = Version(file.sha256_hex());
        self.put(name, file).await?;
        Ok(Some(version))
    }

    async fn get(&self, name: &str) -> Result<Option<Found>, Error> {
        let path = self.0.join(name);
        match fs::read(&path) {
            Ok(bytes) => {
                let file = Contents::of(bytes);
                Ok(Some(Found { version: Version(file.sha256_hex()), bytes: file.bytes }))
            }
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::File { path, verb: "read", source }),
        }
    }

    /// What this export supersedes goes: whoever reads all files below the directory counts no entry twice.
    async fn tidy(&self, job: &Job) -> Result<(), Error> {
        let checkpoints = self.0.join(format!("checkpoints/period={}", job.period));
        Self::remove(&checkpoints)?;
        let preliminaries = self.0.join(job.preliminaries());
        let own = self.0.join(job.folder());
        // Only what such an export has made: what else there may be is not ours.
        for folder in fs::read_dir(&preliminaries).into_iter().flatten().flatten() {
            let is_one = folder.file_name().to_string_lossy().starts_with("as-of=");
            if is_one && folder.path() != own {
                Self::remove(&folder.path())?;
            }
        }
        let parents = [preliminaries, self.0.join("preliminary"), self.0.join("checkpoints")];
        for emptied in parents {
            let _still_used = fs::remove_dir(emptied);
        }
        Ok(())
    }
}
