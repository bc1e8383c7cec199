"""Ends with an error while the server does not answer."""

from urllib.request import urlopen

urlopen("http://127.0.0.1:5000/languages", timeout=3).read()
