#!/usr/bin/env bash
# MB of input per second, on any file or folder, beside `wc -w` on the same bytes in the same run.
#
#   benches/throughput.sh PATH [ROUNDS]
#
# Prints one line per command and thread count: best of ROUNDS (3), MB/s, MB/s per core, and the ratio to
# `LC_ALL=C.UTF-8 wc -w` on one core. Compare within one run only: machines are noisy.
set -euo pipefail
path=${1:?usage: benches/throughput.sh PATH [ROUNDS]}
rounds=${2:-3}
cd "$(dirname "$0")/.."
cargo build --release --quiet
program=$PWD/target/release/leadager
cd - >/dev/null

bytes=$(find "$path" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%.0f", sum }')

# Best of some rounds, in seconds.
best() {
  local least=""
  for _ in $(seq "$rounds"); do
    local from to
    from=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    to=$(date +%s%N)
    local took=$((to - from))
    if [ -z "$least" ] || [ "$took" -lt "$least" ]; then least=$took; fi
  done
  echo "$least"
}

count_words() { find "$path" -type f -print0 | LC_ALL=C.UTF-8 xargs -0 wc -w; }

report() {
  awk -v name="$1" -v threads="$2" -v ns="$3" -v wc="$4" -v bytes="$bytes" 'BEGIN {
    speed = bytes / 1e6 / (ns / 1e9)
    printf "%-14s %7d %9.1f %9.1f %9.2f\n", name, threads, speed, speed / threads, wc / ns
  }'
}

cat "$path" >/dev/null 2>&1 || find "$path" -type f -exec cat {} + >/dev/null # warm the cache
printf '%-14s %7s %9s %9s %9s\n' command threads MB/s per-core of-wc-w
wc_time=$(best count_words)
report "wc -w" 1 "$wc_time" "$wc_time"
for command in tag score; do
  for threads in 1 2; do
    report "$command" "$threads" "$(best "$program" "$command" "$path" -q -j "$threads")" "$wc_time"
  done
done
