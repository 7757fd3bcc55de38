//! The program as a user meets it: arguments, files, tables, exit codes.

#[cfg(feature = "archives")]
mod archives;
mod inputs;
mod laws;
mod lexicons;
mod outputs;
mod program;
mod samples;
