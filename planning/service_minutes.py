"""How many minutes the work at a stop takes."""

import math

from province.settings import ServiceSettings


def measure_exchange_min(service: ServiceSettings, boxes: int, factor: float = 1.0) -> int:
    """Return minutes for handing over so many boxes, left and taken together.

    Parameters
    ----------
    factor
        `service_factor` of the site.
    """
    return _scale(service.paperwork_min + math.ceil(service.box_handling_min * boxes), factor)


def measure_kit_min(service: ServiceSettings, boxes: int, factor: float = 1.0) -> int:
    """Return minutes for handing over a kit of so many boxes; `factor` as for an exchange."""
    return _scale(service.kit_min + math.ceil(service.box_handling_min * boxes), factor)


def _scale(minutes: int, factor: float) -> int:
    """Return whole minutes, rounded up, at a site where they take so many times as long."""
    return math.ceil(minutes * factor - 1e-9)


def measure_session_min(service: ServiceSettings, session_min: int = 0) -> int:
    """Return the minutes of a session with setting up and packing; 0: as in the settings."""
    return (session_min or service.session_min) + 2 * service.session_setup_min


def measure_training_min(hours: float) -> int:
    """Return the minutes of a training on site that takes so many hours."""
    return math.ceil(60 * hours)
