"""The FAQ tier: Markdown files become questions with their standard answers."""
