"""The templates of other products become Markdown under review."""
