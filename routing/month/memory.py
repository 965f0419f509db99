"""Keeps what was computed for an instance, so that nothing is computed twice."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from routing.month.instance import MonthInstance

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


def remember(instance: MonthInstance, key: object, make: Callable[[], Answer]) -> Answer:
    """Return what an instance keeps under a key, made at the first call."""
    if key not in instance.cache:
        instance.cache[key] = make()
    return cast(Answer, instance.cache[key])


def remembered(
    function: Callable[Concatenate[MonthInstance, Args], Answer],
) -> Callable[Concatenate[MonthInstance, Args], Answer]:
    """Return the function, whose answers the instance keeps by its other arguments."""

    @wraps(function)
    def ask(instance: MonthInstance, /, *args: Args.args, **options: Args.kwargs) -> Answer:
        key = (function.__name__, args, *sorted(options.items()))
        return remember(instance, key, lambda: function(instance, *args, **options))

    return ask
