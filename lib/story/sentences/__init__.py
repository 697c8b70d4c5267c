"""What the story says of its numbers, in plain English: one module a topic."""
