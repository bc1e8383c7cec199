"""The routes that are not a room's own."""
