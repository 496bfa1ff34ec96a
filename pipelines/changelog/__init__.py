"""Tier 3: what each release of a product changed, from its changelog's history."""
