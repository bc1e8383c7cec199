"""The archive's lane: articles that were published before, enriched again while live ones leave time."""
