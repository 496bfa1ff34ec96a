"""Health, metrics, logs, the breaker in front of the model, reload."""
