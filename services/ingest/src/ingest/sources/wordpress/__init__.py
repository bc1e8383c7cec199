"""The dialect of WordPress: a hook says that a post changed, and the site itself is asked what it is now.

Of the hook only the post's number is believed. So a hook that somebody forged or sent again can make
newsloom do nothing but look again.
"""

from ingest.sources.wordpress.dialect import WORDPRESS

__all__ = ["WORDPRESS"]
