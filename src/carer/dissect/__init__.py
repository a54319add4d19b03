"""Dissecting agents: record what passes a network, probe it, locate what care rests on, edit, retarget, graft."""

from carer.dissect.edit import EDITABLE, clamped, decayed, noisy, owned, steered
from carer.dissect.graft import circuit, graft
from carer.dissect.locate import Effects, ablations, random_like, sweep, top
from carer.dissect.probe import Probe, probe
from carer.dissect.record import Recording, read_again, record, truth
from carer.dissect.retarget import direction, unrelated

__all__ = [
    "EDITABLE",
    "Effects",
    "Probe",
    "Recording",
    "ablations",
    "circuit",
    "clamped",
    "decayed",
    "direction",
    "graft",
    "noisy",
    "owned",
    "probe",
    "random_like",
    "read_again",
    "record",
    "steered",
    "sweep",
    "top",
    "truth",
    "unrelated",
]
