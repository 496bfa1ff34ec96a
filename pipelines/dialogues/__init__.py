"""Tier L2: conversation logs become redacted exchanges of a customer and a human agent, by day."""
