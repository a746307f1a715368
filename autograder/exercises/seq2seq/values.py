"""Notebook 08, first part: which token stands where."""

from __future__ import annotations

from autograder.course.exercise import Exercise, mistake, other_way

_SENTENCE = ["Me", "encantan", "los", "perros"]


def _rows(
    inputs: list[str], targets: list[str], encoder_steps: int = 3, decoder_steps: int | None = None
) -> str:
    """Return a cell with these answers; the decoder has as many steps as inputs unless said otherwise."""
    steps = len(inputs) if decoder_steps is None else decoder_steps
    answer = {
        "encoder_steps": encoder_steps,
        "decoder_steps": steps,
        "inputs": inputs,
        "targets": targets,
    }
    return f"translation_rows = {answer!r}"


_START, _END = ["<start>", *_SENTENCE], [*_SENTENCE, "<end>"]

TRANSLATION_ROWS = Exercise(
    id="translation_rows",
    is_value=True,
    core="steps, inputs and targets",
    parts=("encoder_steps", "decoder_steps", "inputs", "targets"),
    hints=(
        "The encoder writes nothing, so it needs neither a first input nor a last output of its own. How "
        "many words has the source?",
        "Write the target row first: everything the decoder should ever say, in its order, and the sign "
        "that it is done. Count its entries.",
        "The input row has the same number of entries. At each step it holds the target of the step "
        "before. Only the first step has no step before: what stands there?",
    ),
    mistakes=(
        mistake(
            "answer_given_away",
            """Your inputs are the targets of the same step. The decoder could copy them and would learn
            nothing. At each step it reads the token *before* the one it should give.""",
            source=_rows(_END, _END),
        ),
        mistake(
            "words_for_both",
            """Inputs and targets are the four words. So the answer of each step stands in its input, nothing
            says where to begin, and the decoder never learns to stop.""",
            source=_rows(_SENTENCE, _SENTENCE),
        ),
        mistake(
            "no_end",
            """Your targets have no `<end>`. It is a target like the words: a decoder that is never taught to
            give it will never stop.""",
            source=_rows(["<start>", *_SENTENCE[:-1]], _SENTENCE),
        ),
        mistake(
            "end_not_a_target",
            """Your inputs have one more entry than your targets: after reading the last word the decoder
            should say something as well. What?""",
            source=_rows(_START, _SENTENCE),
        ),
        mistake(
            "end_not_a_target_four_steps",
            """Your inputs have one more entry than your targets, and you count four steps. After reading the
            last word the decoder should say something as well.""",
            source=_rows(_START, _SENTENCE, decoder_steps=4),
        ),
        mistake(
            "no_start",
            """Your inputs have no `<start>`. Then the first word has nothing before it, and every input
            stands one place too early.""",
            source=_rows(_SENTENCE, _END, decoder_steps=5),
        ),
        mistake(
            "no_start_four_steps",
            """Your inputs have no `<start>`, and so one step is missing: five targets need five steps.""",
            source=_rows(_SENTENCE, _END),
        ),
        mistake(
            "start_is_a_target",
            """`<start>` stands among your targets. Nobody should ever write it. It is what the decoder reads
            first.""",
            source=_rows(_START, _START),
        ),
        mistake(
            "both_in_both",
            """Both rows have `<start>` and `<end>`. `<start>` is only read, never given, and `<end>` is
            only given: after it nothing is read any more.""",
            source=_rows([*_START, "<end>"], ["<start>", *_END]),
        ),
        mistake(
            "end_is_read",
            """Your decoder reads `<end>` in a sixth step. Once it has been given, the sentence is complete,
            and there is no step after it.""",
            source=_rows([*_START, "<end>"], [*_END, "<pad>"]),
        ),
        mistake(
            "end_is_read_unaligned",
            """Your inputs have `<end>` at their end, one more entry than there are targets. Once `<end>`
            has been given there is no step after it.""",
            source=_rows([*_START, "<end>"], _END),
        ),
        mistake(
            "end_read_five_steps",
            """The number of steps and the targets are right. Your inputs have one entry more: `<end>` is
            given, and never read.""",
            source=_rows([*_START, "<end>"], _END, decoder_steps=5),
        ),
        mistake(
            "encoder_gets_end",
            """Four steps for the encoder? Here it gets the three words and nothing else. (Some systems do
            add an `<end>` to the source.) The rest is right.""",
            source=_rows(_START, _END, encoder_steps=4),
        ),
        mistake(
            "encoder_gets_both",
            """Five steps for the encoder? Here it gets the three words and nothing else. The rest is
            right.""",
            source=_rows(_START, _END, encoder_steps=5),
        ),
        mistake(
            "four_decoder_steps",
            """Both rows are right. Count their entries: the decoder takes one step for each, also for the
            one that says that it is done.""",
            source=_rows(_START, _END, decoder_steps=4),
        ),
        mistake(
            "six_decoder_steps",
            """Both rows are right, and they have the same number of entries. You seem to count `<start>`
            and `<end>` as steps of their own, but they are in different rows.""",
            source=_rows(_START, _END, decoder_steps=6),
        ),
        mistake(
            "english_inputs",
            """Your decoder reads the English words. It knows them only through the context. What it reads
            are words of its own language, those that came before.""",
            source=_rows(["<start>", "I", "love", "dogs"], _END, decoder_steps=5),
        ),
        mistake(
            "tokens_without_brackets",
            """The rows are right but for the spelling of the two tokens. They are written with their
            brackets: `"<start>"`, `"<end>"`.""",
            source=_rows(["start", *_SENTENCE], [*_SENTENCE, "end"]),
        ),
        mistake(
            "one_string_for_each_row",
            """Your rows are single strings. A list is asked for, with one string for each step.""",
            source=f"""
            translation_rows = {{
                "encoder_steps": 3,
                "decoder_steps": 5,
                "inputs": {" ".join(_START)!r},
                "targets": {" ".join(_END)!r},
            }}
            """,
        ),
        mistake(
            "rows_exchanged",
            """Your two rows are exchanged. What is read begins with `<start>`, what is given ends with
            `<end>`.""",
            source=_rows(_END, _START),
        ),
        mistake(
            "start_at_each_step",
            """Your decoder reads <start> at each step, as if nothing were known of what it writes. With a
            teacher it reads the right word of the step before.""",
            source=_rows(["<start>"] * 5, _END),
        ),
        mistake(
            "padded_to_the_decoder",
            """You fill up to five steps on both sides. The encoder has as many steps as the source has words,
            and the last thing that the decoder gives is the sign that it is done.""",
            source=_rows(_START, [*_SENTENCE, "<pad>"], encoder_steps=5),
        ),
    ),
    other_ways=(
        other_way(
            "computed",
            source="""
            words = "Me encantan los perros".split()
            translation_rows = dict(
                targets=words + ["<end>"],
                inputs=["<start>"] + words,
                decoder_steps=len(words) + 1,
                encoder_steps=len("I love dogs".split()),
            )
            """,
        ),
        other_way("tuples", source=_rows(_START, _END).replace("[", "(").replace("]", ")")),
        other_way(
            "arrays",
            source="""
            inputs = np.array(["<start>", "Me", "encantan", "los", "perros"])
            targets = np.array([*inputs[1:], "<end>"])
            translation_rows = {"encoder_steps": 3, "decoder_steps": 5, "inputs": inputs, "targets": targets}
            """,
        ),
        other_way(
            "numpy_numbers",
            source=_rows(_START, _END).replace("'encoder_steps': 3", "'encoder_steps': np.int64(3)"),
        ),
    ),
)
