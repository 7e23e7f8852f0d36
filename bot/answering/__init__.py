"""The steps of the chain: each takes a question on its way and returns it with more filled in."""
