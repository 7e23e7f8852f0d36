"""A base model that is small enough to train on two cores, and has something left to learn."""
