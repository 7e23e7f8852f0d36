"""What is kept, for how long, where it is kept a second time, and what is never to come back."""
