"""The routing problem and a solution of it as flat arrays for the compiled search."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.pvrp.problem import Floats
from search.annealing import Words

NOW, BEST, LOST = range(3)  # what `State.value` holds: this solution, the best, left out
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


class Model(NamedTuple):
    """What the search reads; see `VehicleType` and `ServiceRequest` for the meaning."""

    cost: Floats
    cost_back: Floats
    minutes: Floats
    place: Ints
    span: Floats
    give: Floats
    take: Floats
    request_of: Ints
    unit_first: Ints
    penalty: Floats
    pattern_first: Ints
    pattern_slot: Ints
    slot_first: Ints
    slot_type: Ints
    near: Ints
    sort_key: Floats
    depot_of: Ints
    first_route: Ints
    most_routes: Ints
    capacity: Floats
    longest: Floats
    fixed: Floats
    road_of: Ints
    hours_of: Ints
    duty: Floats
    type_of: Ints


class State(NamedTuple):
    """A solution, what is known of its routes, and the memory of the search."""

    rng: Words
    round: Longs
    search: Longs
    order: Ints
    length: Ints
    at: Ints
    route_of: Ints
    pattern: Ints
    route_cost: Floats
    num_routes: Ints
    ahead: Floats
    behind: Floats
    load: Floats
    peak_ahead: Floats
    peak_behind: Floats
    stamp: Longs
    touched: Ints
    num_touched: Ints
    old_order: Ints
    old_length: Ints
    old_cost: Floats
    old_pattern: Ints
    lifted: Longs
    waiting: Ints
    num_waiting: Ints
    absent: Ints
    num_absent: Ints
    lost: Ints
    chosen: Ints
    key: Floats
    best: Floats
    best_route: Ints
    best_place: Ints
    sought: Longs
    nearby: Longs
    value: Floats
    best_order: Ints
    best_length: Ints
