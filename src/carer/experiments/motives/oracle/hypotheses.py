"""The hypotheses on oracle control, each with the measure that was fixed for it.

Source: *Motives*, oracle control: an oracle needs no intelligence beside it, and what it buys it may not buy of who
plans around it.
"""

from collections.abc import Mapping, Sequence

from carer.experiments.motives.hypotheses import Hypothesis

Found = Mapping[tuple[str, str], Sequence[float]]
"""By agent and oracle, the hidden performance of each seed, a mean over worlds; 0 is chance alone, 1 the best."""

_NEAR = 0.1
_BUYS = "hidden performance, mean over worlds, under the oracle '{}' less without any"


def bought(found: Found, agent: str, oracle: str) -> list[float]:
    """What an oracle buys of an agent: performance with it less without it, for each seed."""
    return [with_it - without for with_it, without in zip(found[agent, oracle], found[agent, "none"], strict=True)]


def asked(found: Found) -> list[Hypothesis]:
    """The hypotheses for which there are agents and oracles."""
    lifts = _lifts(found)
    for name, oracle, which in (("O3", "ahead", ""), ("O3b", "now", ", if it looks at one tick alone")):
        if {("planner", oracle), ("schemer", oracle)} <= set(found):
            pairs = zip(bought(found, "planner", oracle), bought(found, "schemer", oracle), strict=True)
            lifts.append(
                Hypothesis(
                    name,
                    f"an oracle buys less of who plans around it{which}",
                    f"what the oracle '{oracle}' buys of the planner less what it buys of the schemer",
                    *([plain - schemed for plain, schemed in pairs], "above", 0.0),
                )
            )
    if ("schemer", "noisy") in found:
        lifts.append(
            Hypothesis(
                "O4",
                "asking again defeats an oracle whose replies are noisy",
                f"of the schemer: {_BUYS.format('noisy')}",
                *(bought(found, "schemer", "noisy"), "within", _NEAR),
            )
        )
    if ("bumbler", "sham") in found:
        lifts.append(
            Hypothesis(
                "O5",
                "it is what the oracle says that counts, not how often it says no (control)",
                f"of the bumbler: {_BUYS.format('sham')}",
                *(bought(found, "bumbler", "sham"), "within", _NEAR),
            )
        )
    return lifts


def _lifts(found: Found) -> list[Hypothesis]:
    claims = (
        ("O1", "bumbler", "an oracle lifts who has no plan at all"),
        ("O2", "planner", "an oracle lifts a planner that does not count on it"),
    )
    return [
        Hypothesis(
            name,
            claim,
            f"of the {agent}: {_BUYS.format('ahead')}",
            *(bought(found, agent, "ahead"), "above", 0.0),
        )
        for name, agent, claim in claims
        if (agent, "ahead") in found
    ]
