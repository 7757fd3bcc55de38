//! The program as a user meets it: arguments, files, tables, exit codes.

#[cfg(feature = "archives")]
mod archives;
mod inputs;
mod isolation;
mod laws;
mod lexicons;
#[cfg(feature = "office")]
mod office;
mod outputs;
#[cfg(feature = "pdf")]
mod pdf;
mod program;
mod samples;
mod tables;
#[cfg(feature = "mail")]
mod web;
