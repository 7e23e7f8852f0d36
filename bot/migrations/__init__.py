"""The history of the state's schema, one file a step, in versions/."""
