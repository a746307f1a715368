"""Colab, Kaggle, VS Code, Deepnote and others leave their own traces in a file."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in, text


def colab() -> Entry:
    """Ids of its own inside the metadata, format 4.0, a badge, a form title, a mounted drive."""
    draft = Draft("02_forward")
    for number, cell in enumerate(draft.cells):
        cell["metadata"] |= {
            "id": f"Xy{number}zQ",
            "colab": {"base_uri": "https://localhost:8080/"},
            "outputId": "9f",
        }
        del cell["id"]
    draft.content["metadata"] = {"colab": {"provenance": []}, "accelerator": "GPU"}
    draft.content["nbformat_minor"] = 0
    draft.cells.insert(0, text('<a href="https://colab.research.google.com/"><img src="badge.svg"/></a>'))
    draft.cells.insert(
        1, code("#@title Mount\nfrom google.colab import drive\ndrive.mount('/content/drive')")
    )
    said = "asks for the package google, which is not there when grading"
    return handed_in("other_editors/colab", draft, said)


def colab_without_labels() -> Entry:
    draft = Draft("02_forward")
    for number, cell in enumerate(draft.cells):
        cell["metadata"] = {"id": f"Xy{number}zQ"}
        del cell["id"]
    return handed_in("other_editors/colab_without_labels", draft, "had lost their grading labels")


def kaggle() -> Entry:
    draft = Draft("03_bptt")
    draft.each(
        lambda cell: cell["metadata"].update({"trusted": True, "execution": {"iopub.execute_input": "x"}})
    )
    draft.content["metadata"]["kaggle"] = {"accelerator": "none", "dataSources": []}
    draft.cells.insert(
        0, code("import os\nfor folder, _, files in os.walk('/kaggle/input'):\n    print(folder, files)")
    )
    return handed_in("other_editors/kaggle", draft)


def vs_code() -> Entry:
    draft = Draft("04_training")
    draft.each(lambda cell: cell["metadata"].update({"vscode": {"languageId": "python"}}))
    draft.each(lambda cell: cell["metadata"].pop("tags", None))
    draft.content["metadata"]["language_info"] = {"name": "python", "version": "3.9.6"}
    draft.each(lambda cell: cell.update(source=cell["source"].replace("\n", "\r\n")))
    return handed_in("other_editors/vs_code", draft)


def deepnote() -> Entry:
    """Ids and metadata of its own, and code of its own below all."""
    draft = Draft("01_one_hot")
    for number, cell in enumerate(draft.cells):
        cell["metadata"] |= {"cell_id": f"{number:032x}", "deepnote_cell_type": cell["cell_type"]}
        cell["id"] = f"{number:032x}"
    draft.put(text("<a style='text-decoration:none' href='https://deepnote.com'>Created in Deepnote</a>"))
    return handed_in("other_editors/deepnote", draft)


def jupytext() -> Entry:
    """Through a script and back: the labels stay, ids and outputs do not."""
    draft = Draft("05_vanishing_gradients")
    draft.content["metadata"]["jupytext"] = {"formats": "ipynb,py:percent"}
    for number, cell in enumerate(draft.cells):
        cell["id"] = f"new{number}"
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return handed_in("other_editors/jupytext", draft)


def papermill() -> Entry:
    draft = Draft("00_start_here")
    for cell in draft.cells:
        cell["metadata"] |= {"papermill": {"status": "completed", "duration": 0.1}, "tags": ["x"]}
    return handed_in("other_editors/papermill", draft)


def widgets_and_trust() -> Entry:
    """State of sliders in the notebook's metadata, and scroll positions in the cells'."""
    draft = Draft("03_bptt")
    state = {f"{i:032x}": {"model_name": "FloatSliderModel", "state": {"value": i}} for i in range(500)}
    draft.content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    draft.each(
        lambda cell: cell["metadata"].update(scrolled=True, collapsed=True, editable=True, slideshow={})
    )
    return handed_in("other_editors/widgets_and_trust", draft)


ENTRIES = (
    colab(),
    colab_without_labels(),
    kaggle(),
    vs_code(),
    deepnote(),
    jupytext(),
    papermill(),
    widgets_and_trust(),
)
