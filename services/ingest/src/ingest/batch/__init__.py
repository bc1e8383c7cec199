"""Many articles in one request: lines in, verdicts out, both as streams."""
