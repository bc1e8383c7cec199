"""Decides what becomes public, stores it and tells every feed."""
