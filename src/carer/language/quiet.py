"""Libraries that print in passing are told not to: a run speaks through its own log and its own progress bar."""

import warnings

import datasets
import transformers
from transformers import PrinterCallback, ProgressCallback, Trainer


def quiet() -> None:
    """Silence the progress bars and the chatter of Transformers and Datasets; their errors still show."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    # TRL 1.16 still calls Transformers' checkpointing options by their old name; its users cannot mend that.
    warnings.filterwarnings("ignore", r"`(is_)?gradient_checkpointing", FutureWarning)


def without_printing(trainer: Trainer) -> None:
    """Take out the callbacks that print what is logged; `carer.language.telemetry.RunLog` keeps it."""
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
