"""Experiments of *Naive Kindness*: language models in the village, and the models that it needs."""
