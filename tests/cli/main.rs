//! The program as a user meets it: arguments, files, tables, exit codes.

mod inputs;
mod laws;
mod lexicons;
mod outputs;
#[cfg(feature = "pdf")]
mod pdf;
mod program;
mod samples;
#[cfg(feature = "mail")]
mod web;
mod tables;
