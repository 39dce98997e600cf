//! The AWS endpoint alone, without functions, for an SDK or the CLI to speak to:
//! `cargo run -p aws-local --example endpoint -- PORT DIRECTORY`. Port 0 is any free one.
//!
//! It prints its address when it can be used, and ends when it is killed; it may be killed at any
//! time.

use std::error::Error;
use std::path::PathBuf;

use aws_local::server::{Handle, serve};
use aws_local::{Aws, Data, Settings};
use axum::Router;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("which port?")?.parse()?;
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);

    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let settings = Settings { endpoint: endpoint.clone(), ..Settings::default() };
    let handle = Handle::new(Aws::open(&Data::Directory(directory), settings, None)?);
    tokio::spawn(handle.clone().run_clock());
    #[expect(clippy::print_stdout, reason = "it is what the caller waits for")]
    {
        println!("{endpoint}");
    }
    serve(listener, handle, Router::new()).await?;
    Ok(())
}
