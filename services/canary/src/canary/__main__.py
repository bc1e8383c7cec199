"""`python -m canary` starts the service."""

from canary.app import main

main()
