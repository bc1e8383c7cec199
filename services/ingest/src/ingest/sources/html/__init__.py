"""Saved HTML pages: from the bytes of a file to what the article on the page says.

Only worker processes import this package: its libraries take half a second and 60 MB.
"""
