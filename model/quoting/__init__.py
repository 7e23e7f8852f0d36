"""Passages in; the sentences worth quoting, and whether they carry an answer at all, out. No model."""
