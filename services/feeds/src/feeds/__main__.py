"""`python -m feeds` starts the service."""

from feeds.app import main

main()
