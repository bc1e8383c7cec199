"""What is written about the events for people and for tools, made from the catalogue and the models."""
