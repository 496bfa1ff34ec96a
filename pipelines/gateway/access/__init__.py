"""Who may call, from where, how often: checked in front of every route."""
