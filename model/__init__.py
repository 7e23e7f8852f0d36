"""Passages to words, and votes to adapters."""
