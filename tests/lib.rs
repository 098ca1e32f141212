//! Tests of what crosses crates. The tests themselves are in `tests/tests`, one scenario a file.
