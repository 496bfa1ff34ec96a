"""What front ends speak: Ollama's protocol, OpenAI's, MCP."""
