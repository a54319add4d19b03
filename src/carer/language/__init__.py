"""Language models: conversation, perspective, simulated targets, rewards and the trainer (torch)."""
