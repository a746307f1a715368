"""What a notebook's variables were when a check was reached, to be put back for its questions.

A kernel asks where the check stands. Here all questions come at the end: a cell that ran after a
question could show the hidden inputs in its output. So the state at each check is written down,
and put back before its questions.

Other ways to the same end, and why they were not taken. A process forked at each check would be
exact, but a submission may not fork (else it may leave something behind), and nobody else can
fork it. Running the cells above each check once more, in a process of its own, costs the cells
several times over, and cells that draw random numbers would be judged in another state than the
one shown. Swapping the dict of globals is not enough: a function looks its names up in the very
dict that it was made in, and ``settings["axis"] = 0`` changes no binding. So what can be changed
in place is followed from the variables, nearest first, and written back into the same objects.
What is large, or hidden in an iterator or a file, is not: it stays as the last cell left it.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import os
import random
import sys
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

MOST_THINGS = 2_000
"""Objects that are followed for one state."""
MOST_ITEMS, MOST_ITEMS_IN_ALL = 10_000, 100_000
"""Entries of a list, dict or set that is written down, and of all of them for one state."""
MOST_BYTES, MOST_BYTES_IN_ALL = 1 << 20, 16 << 20
"""Bytes of an array that is written down, and of all of them for one state."""

PutBack = Callable[[], object]
Kept = tuple[PutBack | None, Iterable[Any]]
"""How to put one object back, and what to follow from it."""

_ATOMS = frozenset(
    {
        int,
        float,
        complex,
        bool,
        str,
        bytes,
        type(None),
        type(...),
        range,
        slice,
        np.float64,
        np.int64,
        np.ufunc,
    }
    | {types.BuiltinFunctionType, types.CodeType}
)
PATCHABLE = ["builtins", "math", "random", "numpy", "rnncourse"]
"""Modules whose attributes are put back, besides those that the notebook has a name for.

Nobody changes what is deeper inside a package by accident; and to copy all of it, or even to look at each module that
there is, would make this process copy many pages of memory that it shares with those of other submissions.
"""
_SETTINGS: tuple[tuple[Callable[[], Any], Callable[[Any], object]], ...] = (
    (np.random.get_state, np.random.set_state),
    (random.getstate, random.setstate),
    (np.get_printoptions, lambda options: np.set_printoptions(**options)),
    (np.geterr, lambda how: np.seterr(**how)),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (os.getcwd, os.chdir),
)
_BUILTINS, _MODULES = vars(builtins), sys.modules


class State:
    """The variables of a notebook at one moment.

    Parameters
    ----------
    namespace : dict
        The globals of its cells.
    folder : str
        Where modules that the notebook wrote itself are; they are followed as its own cells are.

    Attributes
    ----------
    names : dict
        What each name was bound to.
    """

    def __init__(self, namespace: dict[str, Any], folder: str) -> None:
        self._namespace, self.names = namespace, dict(namespace)
        self._folder, self._room, self._items = folder, MOST_BYTES_IN_ALL, MOST_ITEMS_IN_ALL
        self._builtins = dict(_BUILTINS)
        self._puts: list[PutBack] = list(self._followed())
        modules = self._modules()
        self._puts += [functools.partial(dict.update, vars(m), dict(vars(m))) for m in modules.values()]
        self._puts.append(functools.partial(_MODULES.update, modules))
        for get, put in _SETTINGS:
            with contextlib.suppress(OSError):  # the folder may be gone
                self._puts.append(functools.partial(put, get()))

    def put_back(self, last: State) -> None:
        """Make the notebook what it was; a name that only `last` has is lent.

        A helper that stands below the check that needs it costs no marks. But what hid a builtin
        further down hid none at the check.
        """
        for put in self._puts:
            with contextlib.suppress(Exception):  # one object that cannot be put back costs only itself
                put()
        for name in [name for name in _BUILTINS if name not in self._builtins]:
            del _BUILTINS[name]
        lent = {name: value for name, value in last.names.items() if name not in self._builtins}
        wanted = lent | self.names
        for name in [name for name in self._namespace if name not in wanted]:
            del self._namespace[name]
        self._namespace.update(wanted)

    def _followed(self) -> Iterator[PutBack]:
        """Yield how to put back each object that can be reached from the variables."""
        waiting: deque[Any] = deque(self.names.values())
        seen: dict[int, Any] = {id(self._namespace): self._namespace}
        while waiting and len(seen) < MOST_THINGS:
            thing = waiting.popleft()
            if type(thing) in _ATOMS or id(thing) in seen:
                continue
            seen[id(thing)] = thing
            with contextlib.suppress(Exception):  # such as a __dict__ that is none
                put, parts = self._kept(thing)
                waiting.extend(part for part in parts if type(part) not in _ATOMS)
                if put:
                    yield put

    def _kept(self, thing: Any) -> Kept:
        """Return how to put one object back and what it holds; nothing of the student's is run for it."""
        kind = type(thing)
        if kind is types.FunctionType:  # most are
            return _function(thing) if self._is_own(thing.__globals__.get("__name__")) else (None, ())
        for base, keep in () if kind in _OTHERS or kind is np.ndarray else _CONTAINERS.items():
            if issubclass(kind, base):
                size: int = base.__len__(thing)  # type: ignore[attr-defined]
                if size > min(self._items, MOST_ITEMS):
                    return None, ()
                self._items -= size
                put, parts = keep(thing)
                return put, parts if kind is base else (*parts, *_own_dict(thing))
        if issubclass(kind, np.ndarray):
            return self._array(thing)
        if kind in _OTHERS:
            return _OTHERS[kind](thing)
        if issubclass(kind, type):
            return _class(thing) if self._is_own(_home(thing)) else (None, ())
        if kind is types.ModuleType:
            return _attributes(thing) if self._is_own(vars(thing).get("__name__")) else (None, ())
        is_own = kind is types.SimpleNamespace or self._is_own(_home(kind))
        return _instance(thing) if is_own else (None, ())

    def _is_own(self, module: object) -> bool:
        """Return whether what is defined in a module is the notebook's own."""
        if type(module) is not str or module == "__main__" or module not in _MODULES:
            return True
        return str(vars(_MODULES[module]).get("__file__", "")).startswith(self._folder)

    def _modules(self) -> dict[str, types.ModuleType]:
        """Return the modules whose attributes the notebook may have changed, by name, with the public parts of each."""
        named = [*map(_MODULES.get, PATCHABLE), *self.names.values()]
        modules = {id(module): module for module in named if type(module) is types.ModuleType}
        found: dict[str, types.ModuleType] = {}
        for module in modules.values():
            found |= {_name(module): module} | _parts(module)
        return found

    def _array(self, thing: np.ndarray[Any, Any]) -> Kept:
        plain = np.ndarray.view(thing, np.ndarray)
        if plain.nbytes > min(self._room, MOST_BYTES) or not plain.flags.writeable:
            return None, ()
        self._room -= plain.nbytes
        saved = plain.copy()
        return lambda: _write(plain, saved), list(saved.flat) if saved.dtype.hasobject else ()


_inside: dict[int, tuple[types.ModuleType, int, list[str]]] = {}
"""Names of modules inside modules, as long as these have as many names: packages have hundreds of others."""


def _parts(module: types.ModuleType) -> dict[str, types.ModuleType]:
    """Return the public modules right inside a package, by name."""
    there, package = vars(module), _name(module)
    known = _inside.get(id(module))
    if known is None or known[1] != len(there):
        names = [name for name, part in there.items() if type(part) is types.ModuleType]
        _inside[id(module)] = known = module, len(there), [name for name in names if name[:1] != "_"]
    inside = {f"{package}.{name}": there.get(name) for name in known[2]}
    return {
        name: part
        for name, part in inside.items()
        if type(part) is types.ModuleType and _name(part) == name and "._" not in name
    }


def _name(module: types.ModuleType) -> str:
    return str(vars(module).get("__name__"))


def _write(array: np.ndarray[Any, Any], saved: np.ndarray[Any, Any]) -> None:
    array[...] = saved


def _list(thing: list[Any]) -> Kept:
    saved = list.copy(thing)
    return lambda: list.__setitem__(thing, slice(None), saved), saved


def _dict(thing: dict[Any, Any], kind: type[dict[Any, Any]] = dict) -> Kept:
    saved = dict.copy(thing)

    def put() -> None:
        kind.clear(thing)
        kind.update(thing, saved)

    return put, (*saved, *saved.values())


def _set(thing: set[Any]) -> Kept:
    saved = set.copy(thing)

    def put() -> None:
        set.clear(thing)
        set.update(thing, saved)

    return put, saved


def _deque(thing: deque[Any]) -> Kept:
    saved = list(deque.__iter__(thing))

    def put() -> None:
        deque.clear(thing)
        deque.extend(thing, saved)

    return put, saved


def _bytes(thing: bytearray) -> Kept:
    saved = bytes(thing)
    return lambda: bytearray.__setitem__(thing, slice(None), saved), ()


def _function(thing: types.FunctionType) -> Kept:
    """Keep the code, the defaults and the attributes of a function, and follow what it closes over."""
    code, defaults, by_name = thing.__code__, thing.__defaults__, thing.__kwdefaults__

    def put() -> None:
        thing.__code__, thing.__defaults__, thing.__kwdefaults__ = code, defaults, by_name

    parts = (defaults, by_name, thing.__dict__, thing.__globals__)
    return put, (*parts, *(thing.__closure__ or ()))


def _cell(thing: types.CellType) -> Kept:
    saved = thing.cell_contents
    return lambda: setattr(thing, "cell_contents", saved), (saved,)


def _class(thing: type) -> Kept:
    """Keep the attributes of a class; those that were added later go again."""
    saved = {name: value for name, value in vars(thing).items() if name not in ("__dict__", "__weakref__")}

    def put() -> None:
        for name in [n for n in vars(thing) if n not in saved and not n.startswith("__")]:
            type.__delattr__(thing, name)
        for name, value in saved.items():
            if vars(thing).get(name, saved) is not value:
                type.__setattr__(thing, name, value)

    return put, (*saved.values(), *thing.__bases__)


def _attributes(thing: Any) -> Kept:
    return None, _own_dict(thing)


def _instance(thing: Any) -> Kept:
    """Follow the attributes of an object, and keep those that are in slots."""
    slots = [v for base in type(thing).__mro__ for v in vars(base).values() if type(v) is _SLOT]
    saved = []
    for slot in slots:
        with contextlib.suppress(AttributeError):
            saved.append((slot, slot.__get__(thing)))

    def put() -> None:
        for slot, value in saved:
            slot.__set__(thing, value)

    return put, (type(thing), *(value for _, value in saved), *_own_dict(thing))


def _own_dict(thing: Any) -> tuple[Any, ...]:
    """Return the dict of an object's attributes, if it has one."""
    try:
        return (object.__getattribute__(thing, "__dict__"),)
    except AttributeError:
        return ()


def _home(kind: type) -> object:
    """Return the name of the module that a class says it is from."""
    return vars(kind).get("__module__", "builtins")


def _random(thing: np.random.Generator) -> Kept:
    bits = thing.bit_generator
    saved = bits.state
    return lambda: setattr(bits, "state", saved), ()


def _old_random(thing: np.random.RandomState) -> Kept:
    return functools.partial(thing.set_state, thing.get_state()), ()


def _plain_random(thing: random.Random) -> Kept:
    return functools.partial(thing.setstate, thing.getstate()), ()


_SLOT = types.MemberDescriptorType
_CONTAINERS: dict[type, Callable[[Any], Kept]] = {
    list: _list,
    OrderedDict: functools.partial(_dict, kind=OrderedDict),
    dict: _dict,
    set: _set,
    deque: _deque,
    bytearray: _bytes,
    tuple: lambda thing: (None, tuple.__iter__(thing)),
    frozenset: lambda thing: (None, frozenset.__iter__(thing)),
}
_OTHERS: dict[type, Callable[[Any], Kept]] = {
    types.CellType: _cell,
    types.MethodType: lambda thing: (None, (thing.__self__, thing.__func__)),
    functools.partial: lambda thing: (None, (thing.func, thing.args, thing.keywords)),
    functools._lru_cache_wrapper: lambda thing: (thing.cache_clear, (thing.__wrapped__,)),
    staticmethod: lambda thing: (None, (thing.__func__,)),
    classmethod: lambda thing: (None, (thing.__func__,)),
    property: lambda thing: (None, (thing.fget, thing.fset)),
    np.random.Generator: _random,
    np.random.RandomState: _old_random,
    random.Random: _plain_random,
}
