"""A fingerprint of the facts, so that a plan can notice that they changed."""

import dataclasses
import hashlib

from pydantic import TypeAdapter

from province.facts import Province


def digest_facts(province: Province) -> str:
    """Return the SHA-256 over all facts; the same for equal facts wherever the folder lies."""
    hasher = hashlib.sha256()
    for field in dataclasses.fields(province):
        if field.name in ("folder", "warnings"):
            continue
        value = getattr(province, field.name)
        hasher.update(field.name.encode("utf-8"))
        hasher.update(TypeAdapter(type(value)).dump_json(value))
    return hasher.hexdigest()
