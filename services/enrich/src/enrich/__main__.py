"""`python -m enrich` starts the service."""

from enrich.app import main

main()
