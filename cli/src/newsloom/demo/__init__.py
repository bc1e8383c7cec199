"""The demo: the samples through the whole system, watched in the log and checked as readers see them."""
