"""Takes articles in and puts them on Kafka, clean and validated."""
