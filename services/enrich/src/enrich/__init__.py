"""Adds tags, related links and translation requests to articles."""
