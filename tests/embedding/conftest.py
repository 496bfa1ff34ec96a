"""The tests of this folder run the real built-in model, loaded once (see `tests/conftest.py`)."""
