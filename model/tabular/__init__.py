"""Tables in, rows looked up and figures reckoned from all of them out, or the reason why not."""
