"""A question and passages in, a whole draft out: what a model is sent, how long it has, what comes back."""
