"""What uneven months cost in the relaxation: a price of a visit by month, above or below nothing.

With v visits by month and s the share of each month in all of them, unevenness is Σ a (v − s)². It
is convex, so that it is at least Σ e v − Σ e² ÷ 4a at any prices e of which one visit more in every
month, each in its share, costs nothing.

References
----------
Boyd and Vandenberghe, *Convex Optimization*, 2004, section 3.3 (conjugates).
"""

import numpy as np

from rotation.problem import Floats
from search.rounding import add_up


def level_prices(uneven: Floats, prices: Floats) -> Floats:
    """Return prices by month of which visits in each month's share cost nothing together.

    Parameters
    ----------
    uneven
        As in `rotation.instance.instance.RotationInstance`. Where a month has no share there is no
        price.
    """
    hours = _list_hours(uneven)
    whole = float(add_up(hours))
    if whole <= 0:
        return np.zeros_like(prices)
    level: Floats = np.where(hours > 0, prices - float(add_up(hours * prices)) / whole, 0.0)
    return level


def count_least(uneven: Floats, level: Floats) -> float:
    """Return Σ e² ÷ 4a, by which e v may be more than unevenness."""
    return float(add_up(level**2 * _list_hours(uneven))) / 4


def count_wanted(uneven: Floats, level: Floats, visits: float) -> Floats:
    """Return the visits by month, so many in all, at which e v is most beside unevenness."""
    hours = _list_hours(uneven)
    whole = max(float(add_up(hours)), 1e-300)
    wanted: Floats = hours * (level / 2 + visits / whole)
    return wanted


def _list_hours(uneven: Floats) -> Floats:
    """Return 1 ÷ a by month, which goes as the vehicle hours; 0 where there are none."""
    by_month = uneven[:-1]
    return np.divide(1.0, by_month, out=np.zeros_like(by_month), where=by_month > 0)
