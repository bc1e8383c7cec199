"""Measurements of the whole system, always beside a limit or a peer in the same run."""
