"""The MongoDB store of newsloom: connection, indexes, document codec."""
