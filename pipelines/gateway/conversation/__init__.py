"""A request -> the question in it -> the reply, given once and recorded."""
