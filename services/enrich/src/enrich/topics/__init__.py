"""IPTC Media Topics and the lexicon that finds them in a text."""
