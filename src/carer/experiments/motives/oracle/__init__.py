"""Oracle control: what an oracle buys without a plan, and what it stops buying."""
