"""The application: Slack, the command line, and the chain between them."""
