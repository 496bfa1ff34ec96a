"""Answers defused, whatever a model or a document made of them."""
