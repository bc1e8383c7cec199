"""The chassis of the newsloom services: the only package that speaks Kafka."""
