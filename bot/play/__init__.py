"""The product without accounts: a stand-in for Slack, one for a model, and the page that shows them."""
