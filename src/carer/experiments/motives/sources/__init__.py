"""Where reward comes from: a rule, a learned reward, a verified outcome."""
