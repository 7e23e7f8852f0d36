"""Syncs on any number of machines: which is due, what waits, who carries it out."""
