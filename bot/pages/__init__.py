"""The product's own pages: ask, read the passage behind an answer, and see how everything stands."""
