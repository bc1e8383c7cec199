"""Who may come in, how fast and how much at once, and the audit of every decision."""
