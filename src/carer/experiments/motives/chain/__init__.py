"""Money for work: who skips the task when the token can be stolen."""
