"""Deliveries as real tools send them, all of our own writing: a module and a folder for each dialect."""
