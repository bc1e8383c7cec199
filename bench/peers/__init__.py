"""Services as a tutorial would write them: what ours are measured against."""
