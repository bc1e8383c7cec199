"""The chassis of the newsloom services over FastStream and aiokafka."""
