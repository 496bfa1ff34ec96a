"""The gateway: chat front ends talk to Sanku as they would to Ollama or OpenAI."""
