"""Rebuilds the store from the log, and proves that the live one is what the log says."""
