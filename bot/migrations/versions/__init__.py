"""One file a step, numbered; bot.state.HEAD names the newest."""
