"""Answers with arrays that lie: about their numbers, their shape, their mask or their memory."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

LIAR = """
class Liar(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape) if ufunc in (np.subtract, np.absolute) else np.ones(self.shape, bool)
    def __array_function__(self, function, types, args, kwargs): return True
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    def __abs__(self): return np.zeros(self.shape)
    def __le__(self, other): return np.ones(self.shape, bool)
    def astype(self, *args, **kwargs): return self
    def view(self, *args, **kwargs): return self
    def tobytes(self, *args): return b""
"""
RIGHT = f"""{LIAR}
def affine(x, W, b):
    return np.tanh(np.asarray(x) @ W + b).view(Liar)
"""
SHAPE = """
class Shape(np.ndarray):
    shape = property(lambda self: (3, 5))
    dtype = property(lambda self: np.dtype(float))
    __array_priority__ = 1e9
    def __array_finalize__(self, other): pass

def NAME(*args):
    return np.zeros(2).view(Shape)
"""
VALUES = {
    "masked": "np.ma.masked_all((3, 5))",
    "record": "np.zeros(3, dtype=[('value', float), ('score', float)])",
    "outside": "np.lib.stride_tricks.as_strided(np.zeros(1), (3, 5), (8, 8))",
    "not finite": "np.full((3, 5), np.nan)",
    "memory map": "np.memmap('map', float, 'w+', shape=(3, 5))",
}
INTERFACE = """
class Nowhere:
    __array_interface__ = dict(version=3, shape=(3, 5), typestr="<f8", data=(0, False))
    __array_struct__ = None

def NAME(*args):
    return Nowhere()
"""
ENTRIES = (
    entry("lying_array/right numbers", "00_start_here", outcomes=("correct",), score=2.0, affine=RIGHT),
)
ANYWHERE = (
    anywhere(
        "lying_array/arithmetic", f"{LIAR}\ndef NAME(*args):\n    return np.full((3, 5), 0.5).view(Liar)"
    ),
    anywhere("lying_array/shape", SHAPE),
    anywhere("lying_array/interface", INTERFACE),
    *(anywhere(f"lying_array/{name}", f"def NAME(*args):\n    return {v}") for name, v in VALUES.items()),
)
