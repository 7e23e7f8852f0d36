"""What learns from people: what needs index, settings or Slack of it."""
