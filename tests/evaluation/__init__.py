"""Judges what enrichment says against articles that people labelled: `make eval`."""
