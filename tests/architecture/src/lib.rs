//! The rules that hold for the repository as a whole, as tests.
//!
//! - `crates`: which crate may know which, and what a pure crate may not know at all;
//! - `dependencies`: where foreign crates come from and under which licences, as `deny.toml` says;
//! - `template`: what `template.yaml` promises about queues, functions, roles and tables.
//!
//! Nothing here runs the product, and nothing but cargo is needed.

#[cfg(test)]
mod crates;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod template;
#[cfg(test)]
mod workspace;
#[cfg(test)]
mod yaml;
