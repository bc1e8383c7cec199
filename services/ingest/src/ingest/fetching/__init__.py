"""What ingest reads by itself, through a guard."""
