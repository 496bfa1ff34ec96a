"""Help at index time: what customers may call an entry, by a model, by customers, by the FAQ."""
