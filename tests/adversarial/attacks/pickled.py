"""Answers with payloads that do their work when they are pickled, copied or loaded outside."""

from __future__ import annotations

from tests.corpus import anywhere, bait

SECTION = "Forging"

PAYLOAD = f"""
import copyreg, os, pickle

def boxed(thing):
    array = np.empty(1, dtype=object)
    array[0] = thing
    return array

class Payload:
    def __reduce__(self):
        return os.system, ("echo gotcha > {bait.FOLDER}/gotcha",)
    def __deepcopy__(self, memo): return self
    def __array__(self, *args, **kwargs): return boxed(self)
    def __getstate__(self): return dict(score=100)
    def __setstate__(self, state): os._exit(0)

class Array(np.ndarray):
    def __reduce__(self):
        return os.system, ("echo gotcha > {bait.FOLDER}/gotcha",)
"""
VALUES = {
    "object": "Payload()",
    "in a key": "{Payload(): 1}",
    "subclass": "np.zeros((2, 3)).view(Array)",
    "bytes": "pickle.dumps(Payload())",
    "exception": "(_ for _ in ()).throw(ValueError(Payload()))",
}
SAVED = """
def NAME(*args):
    np.save("answer.npy", boxed(Payload()), allow_pickle=True)
    with open("results.pkl", "wb") as file:
        pickle.dump(Payload(), file)
    return np.load("answer.npy", mmap_mode=None, allow_pickle=False)
"""
ANYWHERE = (
    *(
        anywhere(f"pickled/{name}", f"{PAYLOAD}\ndef NAME(*args):\n    return {value}")
        for name, value in VALUES.items()
    ),
    anywhere("pickled/saved", PAYLOAD + SAVED),
)
