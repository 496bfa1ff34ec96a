"""The Dagster layer: assets, checks and automation over the functions of `pipelines`."""
