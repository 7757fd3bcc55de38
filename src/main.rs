//! The command `leadager`: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    leadager::cli::main()
}
