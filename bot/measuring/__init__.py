"""How well it finds, answers and refuses, on questions with known answers."""
