"""Everything that Slack is told: one door to its methods, one message for each thing said."""
