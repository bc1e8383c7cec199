"""One file for each command; main.py lists them."""
