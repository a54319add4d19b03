"""The reward button: is the task a value, or a means to have a button pressed."""
