"""carer: train, test and dissect intrinsic kindness in language models and agents."""

from importlib.metadata import version

__version__ = version("carer")

__all__ = ["__version__"]
