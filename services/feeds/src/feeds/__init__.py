"""Serves articles, feeds and live updates to readers."""
