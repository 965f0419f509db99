"""What some batches are worth at a province's libraries in a month: the best places in turn."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from region.sharing.province_stock import ProvinceStock, Topic
from rotation.problem import Floats, Library
from search.rounding import add_up, reach_share, round_off

Offer = tuple[tuple[str, ...], tuple[tuple[Topic, int], ...], int]
"""What tells batches apart here: networks, books by topic, boxes."""

LEAST = 1e-6
"""Uses a month below which no place is worth taking."""


@dataclass(frozen=True)
class Shelves:
    """Libraries of a province in one month.

    Parameters
    ----------
    demand
        Uses by library and topic.
    boxes
        The most that gets there; 0: nothing stands there.
    price_uses, hours
        Of an exchange, by library.
    hours_limit
        Vehicle hours of the month.
    """

    stock: ProvinceStock
    demand: Floats
    boxes: Floats
    price_uses: Floats
    hours: Floats
    hours_limit: float

    @property
    def key(self) -> bytes:
        """The same for months in which everything is the same."""
        parts = (self.demand, self.boxes, self.price_uses)
        return b"".join(part.tobytes() for part in parts) + repr(self.hours_limit).encode()


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of filling shelves.

    Parameters
    ----------
    uses
        Uses in the month, by topic.
    worth
        All uses less what exchanges count.
    left
        Batches of each offer that found no place worth its exchanges.
    """

    uses: Floats
    worth: float
    left: tuple[int, ...]


def open_shelves(stock: ProvinceStock, month: int) -> Shelves:
    """Return the libraries of a province in a month."""
    return Shelves(
        stock, stock.demand[:, month], stock.is_open[:, month], stock.price_uses[:, month],
        stock.hours, stock.hours_per_month[month],
    )  # fmt: skip


def fill_shelves(
    shelves: Shelves, offers: tuple[Offer, ...], counts: tuple[int, ...], topics: tuple[Topic, ...]
) -> Filled:
    """Return what some batches are worth if the best places are taken in turn.

    A batch at a library serves, of what is left of its demand, the share that its books reach; a
    stay is as long as it is worth most per month, its use fades as in the rotation, and each stay
    costs an exchange. So it goes on until no place is worth an exchange, or vehicle hours end.

    Parameters
    ----------
    counts
        Batches of each offer.
    topics
        The columns of the demand.
    """
    filler = _Filler(shelves, offers, topics)
    left = list(counts)
    for k, count in enumerate(left):
        if not count:
            filler.drop_offer(k)
    hours = worth = 0.0
    while filler.gains.size:
        best = int(np.argmax(filler.gains))
        k, p = divmod(best, len(shelves.stock.libraries))
        gain = float(filler.gains[k, p])
        if gain <= LEAST:
            break
        spent = float(shelves.hours[p]) / int(filler.stays[k, p])
        if hours + spent > shelves.hours_limit:
            filler.drop_library(p)
            continue
        hours += spent
        worth += gain
        left[k] -= 1
        filler.place(k, p)
        if not left[k]:
            filler.drop_offer(k)
    return Filled(filler.uses, worth, tuple(left))


def reach_offers(
    stock: ProvinceStock, offers: tuple[Offer, ...], topics: tuple[Topic, ...]
) -> Floats:
    """Return the share of each topic's demand that each offer reaches; shape (offers, topics)."""
    column = {topic: k for k, topic in enumerate(topics)}
    books = np.zeros((len(offers), len(topics)))
    for k, (_, own, _) in enumerate(offers):
        for topic, count in own:
            books[k, column[topic]] = count
    return reach_share(books, stock.half_books)


def find_homes(stock: ProvinceStock, offers: tuple[Offer, ...]) -> npt.NDArray[np.bool_]:
    """Return at which libraries an offer may stand; shape (offers, libraries)."""
    return np.array(
        [
            [
                (not networks or one.network in networks)
                and 2 * sum(n for topic, n in own if _is_wanted(topic, one))
                >= sum(n for _, n in own)
                for one in stock.libraries
            ]
            for networks, own, _ in offers
        ],
        dtype=bool,
    ).reshape(len(offers), len(stock.libraries))


def _is_wanted(topic: Topic, library: Library) -> bool:
    _, audience, language = topic
    return (not library.languages or language in library.languages) and (
        not library.audiences or audience in library.audiences
    )


class _Filler:
    """Libraries that are being filled; what cannot be placed gains nothing."""

    def __init__(
        self, shelves: Shelves, offers: tuple[Offer, ...], topics: tuple[Topic, ...]
    ) -> None:
        stock = shelves.stock
        self.price = shelves.price_uses
        self.share = reach_offers(stock, offers, topics)
        self.books = np.array([sum(n for _, n in own) for _, own, _ in offers], dtype=np.float64)
        boxes = np.array([one for _, _, one in offers], dtype=np.float64)
        self.room = np.array([one.capacity_books for one in stock.libraries], dtype=np.float64)
        self.places = np.full(len(stock.libraries), stock.most_batches)
        self.fits = find_homes(stock, offers) & (boxes[:, None] <= shelves.boxes[None, :])
        self.fits &= self.books[:, None] <= self.room[None, :]
        self.left = shelves.demand.copy()
        self.uses = np.zeros(len(topics))
        fades = [
            stock.fades[min(k, len(stock.fades) - 1)] if stock.fades else 1.0
            for k in range(stock.longest_stay)
        ]
        self.lengths = np.arange(stock.shortest_stay, stock.longest_stay + 1)
        self.fade = np.cumsum(fades)[self.lengths - 1] / self.lengths
        self.gains = np.zeros(self.fits.shape)
        self.stays = np.ones(self.fits.shape, dtype=np.int64)
        for p in range(len(stock.libraries)):
            self._look(p)

    def _look(self, p: int) -> None:
        """Count anew what each offer gains at a library, and for how long it best stays."""
        value = add_up(self.left[p][None, :] * self.share)
        by_length = round_off(
            value[:, None] * self.fade[None, :] - self.price[p] / self.lengths[None, :], 6
        )
        best = np.argmax(by_length, axis=1)
        self.gains[:, p] = np.where(self.fits[:, p], by_length[np.arange(len(best)), best], 0.0)
        self.stays[:, p] = self.lengths[best]

    def drop_offer(self, k: int) -> None:
        """Let no more batches of an offer be placed."""
        self.fits[k] = False
        self.gains[k] = 0.0

    def drop_library(self, p: int) -> None:
        """Let nothing more be placed at a library."""
        self.fits[:, p] = False
        self.gains[:, p] = 0.0

    def place(self, k: int, p: int) -> None:
        """Put a batch of an offer into a library."""
        served = self.share[k] * self.fade[self.stays[k, p] - self.lengths[0]]
        self.uses += self.left[p] * served
        self.left[p] *= 1 - served
        self.places[p] -= 1
        self.room[p] -= self.books[k]
        self.fits[:, p] &= (self.books <= self.room[p]) & bool(self.places[p] > 0)
        self._look(p)
