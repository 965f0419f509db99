"""Compiles what only compiled code calls: linked into its callers, and optimised there, once.

numba takes every function through LLVM's optimiser together with all it calls, and makes machine
code of it, so that what stands ten calls deep is optimised ten times over before the function that
Python calls has its turn. And it compiles a function anew for every width of the whole numbers and
every constant it is given. The parts of a search are never called by Python: they wait as they
came from numba, and take every whole number as 64 bits.
"""

import gc
from typing import Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.registry import CPUDispatcher


class NoEngine:
    """Stands where machine code would be run: a part has none."""

    def set_env(self, name: str, environment: Any) -> None:
        """Set nothing."""


class LinkedCode(JITCodeLibrary):
    """The code of a part and of all its own parts, as it came from numba."""

    @property
    def codegen(self) -> NoEngine:
        """What would run the part."""
        return NoEngine()

    def finalize(self) -> None:
        """Link the parts that this one calls, and leave it at that."""
        for part in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(part._reload_init)
            self._final_module.link_in(part._get_module_for_linking(), preserve=True)
        self._final_module.verify()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: there is no machine code."""
        return 0


class PartCompiler(Compiler):
    """Compiles a function as a part of those that call it."""

    def define_pipelines(self) -> list[Any]:
        """Return numba's steps, with a place for the code that leaves it as it is."""
        state = self.state
        name = state.func_id.func_qualname
        state.library = LinkedCode(state.targetctx.codegen(), name)  # type: ignore[no-untyped-call]
        steps: list[Any] = super().define_pipelines()  # type: ignore[no-untyped-call]
        return steps


class LinkedFunction(CPUDispatcher):
    """A function that only compiled code calls."""

    def __init__(self, function: Any, options: dict[str, Any]) -> None:
        kept = {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True} | options
        super().__init__(function, targetoptions=kept, pipeline_class=PartCompiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return how a call with arguments of some types is compiled."""
        widened = {name: widen(kind) for name, kind in kws.items()}
        return super().get_call_template(tuple(map(widen, args)), widened)


class EntryFunction(CPUDispatcher):
    """A function that Python calls.

    While it is compiled Python does not look for garbage: numba makes millions of small objects,
    and looking through all that lives again and again is a sixth of the time.
    """

    def __init__(self, function: Any, options: dict[str, Any]) -> None:
        super().__init__(function, targetoptions={"nopython": True} | options)

    def compile(self, signature: Any) -> Any:
        """Return the machine code for arguments of some types, from disk where it is kept."""
        if not gc.isenabled():
            return super().compile(signature)
        gc.disable()
        try:
            return super().compile(signature)
        finally:
            gc.enable()


def widen(kind: Any) -> Any:
    """Return the type as which a part takes what it is given: no constants, one width."""
    kind = types.unliteral(kind)
    return types.int64 if kind in types.signed_domain else kind
