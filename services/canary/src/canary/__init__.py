"""The canary: articles of its own that prove the way to the reader, and the look at every consumer group."""
