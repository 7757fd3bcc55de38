//! The time of a child.
//!
//! **In:** when the parent begins and ends to wait for it. **Out:** a child that is killed when
//! one wait lasts too long. **Unit:** ticks, a twentieth of the limit. The decision that lives
//! here: time is counted in ticks of a watching thread, so what a suspended run or a machine
//! asleep passes over does not count.

use std::process::{Child, ExitStatus};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a child that has closed its output may take to die by itself.
const DYING: (u32, Duration) = (100, Duration::from_millis(10));

/// Ends a child that is late.
#[derive(Debug)]
pub(super) struct Watch {
    child: Mutex<Child>,
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// True while the parent waits for the child.
    waiting: bool,
    /// Ticks of this wait.
    ticks: u32,
    /// True where the child was killed because its time was up.
    late: bool,
    /// True where there is nothing more to watch.
    ended: bool,
}

/// Ticks in the limit of time.
const TICKS: u32 = 20;

impl Watch {
    pub(super) fn new(child: Child) -> Self {
        Self {
            child: Mutex::new(child),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time begins to run, if it does not run already. The watcher is not woken: it looks once
    /// a tick, and to wake it for each document would cost more than most documents do.
    pub(super) fn wait(&self) {
        let mut state = self.state();
        if !state.waiting {
            (state.waiting, state.ticks) = (true, 0);
        }
    }

    /// Stops the time. False where it was up before.
    pub(super) fn rest(&self) -> bool {
        let mut state = self.state();
        state.waiting = false;
        !state.late
    }

    /// True where the child was killed because its time was up.
    pub(super) fn is_late(&self) -> bool {
        self.state().late
    }

    /// Kills the child when a wait has lasted `limit`.
    pub(super) fn run(&self, limit: Duration) {
        let tick = limit / TICKS;
        let mut state = self.state();
        while !state.ended {
            let waited = self.changed.wait_timeout(state, tick);
            let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = guard;
            if !state.waiting || !timeout.timed_out() {
                continue;
            }
            state.ticks += 1;
            // The first tick was under way when the wait began.
            if state.ticks > TICKS {
                state.late = true;
                // One that has died already need not be killed.
                let _ = self.child().kill();
                return;
            }
        }
    }

    /// How the child ended; it is given a moment to do so, then killed.
    pub(super) fn buried(&self) -> Option<ExitStatus> {
        let mut child = self.child();
        for _ in 0..DYING.0 {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(DYING.1),
                Err(_) => return None,
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        None
    }

    /// Ends the child and the watch.
    pub(super) fn end(&self) {
        self.state().ended = true;
        self.changed.notify_all();
        let mut child = self.child();
        let _ = child.kill();
        let _ = child.wait();
    }
}
