"""What protects a request against itself and others: Idempotency-Key and previous_revision."""
