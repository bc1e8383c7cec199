"""Noun phrases of an article, and which of them an editor would print as keyphrases."""
