"""What a release made wrong: FAQ entries and older changes that newer changes contradict."""
