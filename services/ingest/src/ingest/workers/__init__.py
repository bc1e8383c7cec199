"""Processes in which long texts are read and cleaned."""
