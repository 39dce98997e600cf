//! The crate from its outside: the command line as a process, the HTTP interface as a router.

mod api;
mod command_line;
mod deployment;
mod doctor;
mod faults;
mod replay;
mod support;
