"""Min-cost flows by OR-Tools, in a worker process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor

from services.session_allocation.domain.allocation import Network


class OrToolsFlow:
    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    async def solve(self, networks: Sequence[Network]) -> Sequence[Sequence[int]]:
        """The flow on each arc of each network."""
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(self._pool, solved, network) for network in networks))


def solved(network: Network) -> list[int]:
    """One network's flows. Raises RuntimeError when there is no optimum, which would be a mistake of ours."""
    from ortools.graph.python import min_cost_flow  # only the worker that solves has it in memory

    solver = min_cost_flow.SimpleMinCostFlow()
    for tail, head, capacity, cost in network.arcs:
        solver.add_arc_with_capacity_and_unit_cost(tail, head, capacity, cost)
    for node, supply in network.supplies.items():
        solver.set_node_supply(node, supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"no optimal flow: status {status}")
    return [solver.flow(arc) for arc in range(len(network.arcs))]
