"""From votes and corrections to an adapter that is promoted only where it is better."""
