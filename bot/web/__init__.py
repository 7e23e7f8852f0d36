"""HTTP: Slack's events and a health line."""
