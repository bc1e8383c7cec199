"""The way of one article through newsloom: what the logs tell of it, put into hops with their times."""
