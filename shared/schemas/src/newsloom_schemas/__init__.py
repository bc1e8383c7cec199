"""The event contract of newsloom: models, envelope, catalogue, codec; it needs pydantic only."""
