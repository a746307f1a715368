"""What the cells showed is still in the file. It is not looked at."""

from __future__ import annotations

from typing import Any

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in

PNG = "iVBORw0KGgo" + "A" * 1_000_000


def _left(variant: str, *outputs: dict[str, Any], everywhere: bool = False) -> Entry:
    draft = Draft("01_one_hot")
    for cell in draft.cells:
        if cell["cell_type"] == "code" and (everywhere or cell is draft["one_hot"]):
            cell.update(outputs=list(outputs), execution_count=99)
    return handed_in(f"outputs_left_in/{variant}", draft)


def _stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


ERROR = {
    "output_type": "error",
    "ename": "NameError",
    "evalue": "name 'np'",
    "traceback": ["\x1b[31mNameError"],
}
FIGURE = {"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "<Figure>"}, "metadata": {}}
ENTRIES = (
    _left("10_megabytes_in_one_line", _stream("x" * 10_000_000)),
    _left("300_000_lines", _stream(["loss 0.123456\n"] * 300_000)),
    _left("figures", *[FIGURE] * 9),
    _left("errors_everywhere", ERROR, _stream("Traceback"), everywhere=True),
    _left("no_outputs_at_all", {"output_type": "nonsense"}, {"data": None}, everywhere=True),
)
