"""Passages to words, and what people thought of them."""
