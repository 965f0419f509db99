"""Writes `changed/notices/<commune_code>.html`: to communes for which something changed, alone."""

from collections.abc import Iterator

from exports.papers.commune_notice import make_notice, tell_zones
from exports.text.changed_visits import tell_people
from exports.text.plain import name_files
from planning.notices import list_occasions
from planning.plan import Plan
from planning.replan.told import list_told_communes
from province.facts import Province
from province.language import Language


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice of change for each commune with one: what was, what is, and all that comes."""
    told, occasions = list_told_communes(plan, province), list_occasions(plan, province)
    files, locked = name_files(told), tell_zones(plan, province, language)
    for code, changes in told.items():
        page = make_notice(
            code, plan, province, language,
            occasions=[one for one in occasions.get(code, ()) if not one.is_over], withdrawn=[],
            locked=locked.get(code, ()),
            changes=tuple(tell_people(change, province, language) for change in changes),
        )  # fmt: skip
        yield f"changed/notices/{files[code]}.html", page
