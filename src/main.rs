//! The command `leadager`: arguments in, exit code out.

fn main() {}
