"""What became of a submission: an index over the log, and an answer derived when asked (ADR 0014)."""
