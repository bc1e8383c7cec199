"""The newsloom command: the local stack, the demo, and tools for operators."""
