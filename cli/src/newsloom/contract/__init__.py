"""The event contract as a product: what is released, what changed since, and what may not change."""
