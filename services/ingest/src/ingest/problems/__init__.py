"""Every refusal: its answer and its page."""
