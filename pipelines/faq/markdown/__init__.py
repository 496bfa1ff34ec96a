"""One Markdown file becomes entries: document -> blocks -> sections -> bodies -> entries."""
