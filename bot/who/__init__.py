"""Who asks, who will read along, and what they may read: asked of Slack, never guessed."""
