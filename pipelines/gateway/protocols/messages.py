"""The chat message that the Ollama and the OpenAI protocol share."""

from typing import Any

from pydantic import BaseModel, field_validator


class Part(BaseModel):
    """One part of a message; only text is read, pictures and sound are left out."""

    type: str = "text"
    text: str | None = None


class Message(BaseModel):
    """One message of a conversation; fields that Sanku has no use for are accepted and dropped."""

    role: str
    content: str | list[Part] | None = None
    images: list[Any] | None = None

    @field_validator("role")
    @classmethod
    def _as_ollama_says(cls, role: str) -> str:
        # What OpenAI's newer models call the system prompt.
        return "system" if role == "developer" else role

    @property
    def shows_something(self) -> bool:
        """Whether pictures, sound or files came along, which nobody here can read."""
        parts = self.content if isinstance(self.content, list) else ()
        return bool(self.images) or any(part.type != "text" for part in parts)

    @property
    def text(self) -> str:
        """All text of the message, one line per part."""
        if isinstance(self.content, list):
            parts = (part.text for part in self.content if part.type == "text")
            return "\n".join(text for text in parts if text)
        return self.content or ""
