"""The archive asked to be enriched again."""
