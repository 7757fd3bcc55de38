//! The program as a user meets it: arguments, files, tables, exit codes.

mod inputs;
mod laws;
mod lexicons;
mod outputs;
mod program;
mod samples;
mod tables;
