"""Koha's rules of copies as far as they are documented, written anew: what it does with our files.

Sources: Koha manual, chapters Tools (batch item modification, stock rotation) and Circulation
(check-in: `AutomaticItemReturn`, return policy "item returns home"); `Koha::StockRotationItem`
(an item that is not in transit and whose home or holding library is not its stage's is sent there;
one that arrived longer ago than its stage lasts, to the second, is sent to the next), of version
18.05 and later.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_LETTERS = 20


@dataclass
class Item:
    """A copy: where it belongs, where it is, where it is being sent."""

    home: str
    holding: str
    sent_to: str = ""


@dataclass
class OnRota:
    """A copy on a rota: its stages (branch, duration in days), the one it is on, since when."""

    stages: list[tuple[str, int]]
    stage: int = 0
    is_fresh: bool = True
    arrived: datetime = datetime(1900, 1, 1)  # noqa: DTZ001 - a plain time, like all of these

    @property
    def has_next(self) -> bool:
        return self.stage + 1 < len(self.stages)


@dataclass
class Koha:
    """A catalogue of copies."""

    items: dict[str, Item]
    rotas: dict[str, OnRota] = field(default_factory=dict)
    sent: list[tuple[datetime, str, str]] = field(default_factory=list)
    repatriated: list[tuple[datetime, str]] = field(default_factory=list)

    def read_barcodes(self, data: bytes) -> tuple[list[str], list[str]]:
        """Return the barcodes of an uploaded file that are found, and those that are not."""
        lines = [line.rstrip("\r\n") for line in data.decode("utf-8").split("\n")]
        codes = [line for line in lines if line]
        found = [c for c in codes if c in self.items and len(c) <= MOST_LETTERS]
        return found, [code for code in codes if code not in found]

    def modify_batch(self, data: bytes, home: str, holding: str) -> list[str]:
        """Set home and current library of the copies of a file; return what was not found."""
        found, strange = self.read_barcodes(data)
        for code in found:
            self.items[code].home, self.items[code].holding = home, holding
        return strange

    def check_in(self, code: str, branch: str, now: datetime) -> str:
        """Check a copy in at a library; return where Koha then wants it sent, "" for nowhere."""
        item = self.items[code]
        item.holding = branch
        if item.sent_to == branch:
            item.sent_to = ""
            if code in self.rotas:
                self.rotas[code].arrived = now
        if item.home != branch:
            item.sent_to = item.home
        return item.sent_to

    def rotate(self, now: datetime) -> None:
        """Run the job of stock rotation."""
        for code, rota in self.rotas.items():
            item = self.items[code]
            if item.sent_to:
                continue
            branch, days = rota.stages[rota.stage]
            if rota.is_fresh:
                rota.is_fresh = False
                rota.arrived = now
                item.home = branch
                if item.holding != branch:
                    self._send(code, branch, now)
            elif {item.home, item.holding} != {branch}:
                self.repatriated.append((now, code))
                item.home = item.sent_to = branch
            elif rota.arrived + timedelta(days=days) <= now and rota.has_next:
                rota.stage += 1
                item.home = rota.stages[rota.stage][0]
                self._send(code, item.home, now)

    def _send(self, code: str, branch: str, now: datetime) -> None:
        self.sent.append((now, code, branch))
        self.items[code].sent_to = branch
