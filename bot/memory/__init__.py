"""What became of a question: the answer again, why it says that, the votes on it, who changed what."""
