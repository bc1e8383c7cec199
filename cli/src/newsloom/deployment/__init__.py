"""What `newsloom doctor --deployment` looks at: Kafka, MongoDB and the services of a newsroom that runs."""
