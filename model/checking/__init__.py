"""A draft and the passages it cites in; which sentences stand, and what is wrong with the others, out."""
