"""A profile for the random schedules: `--hypothesis-profile=thorough` searches for an hour."""

from hypothesis import settings

settings.register_profile("thorough", max_examples=100_000)
