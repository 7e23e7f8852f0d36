"""A base model that is small enough to train on two cores, and has something left to learn."""

from pathlib import Path

BASE = Path(__file__).with_name("base")  # the model's folder
