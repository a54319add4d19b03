from collections.abc import Iterator

import jax
import pytest


@pytest.fixture(autouse=True)
def quick_compiling(request: pytest.FixtureRequest) -> Iterator[None]:
    """Programs here run for milliseconds: compile them in half the time. `@pytest.mark.slow` ones run for long."""
    jax.config.update("jax_disable_most_optimizations", request.node.get_closest_marker("slow") is None)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
