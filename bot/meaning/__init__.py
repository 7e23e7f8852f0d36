"""What somebody wrote in, what they mean by it out: rules over words, measured, no model."""
