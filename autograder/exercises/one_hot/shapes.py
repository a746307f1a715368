"""Notebook 01: the shapes of a batch of reviews."""

from __future__ import annotations

from autograder.course.exercise import Exercise, mistake, other_way


def _shapes(review_1: str, review_3: str, batch: str, mask: str = "(3, 4)") -> str:
    shapes = f'"review_1": {review_1}, "review_3": {review_3}, "batch": {batch}, "mask": {mask}'
    return f"review_shapes = {{{shapes}}}"


REVIEW_SHAPES = Exercise(
    id="review_shapes",
    is_value=True,
    core="all four shapes",
    parts=("review_1", "review_3", "batch", "mask"),
    hints=(
        "Count three things: the words in a review, the words in the vocabulary, the reviews.",
        "One review has shape (timesteps, features). In a batch all reviews are as long as the longest.",
        "The features are the 5 words of the vocabulary, and they come last. The batch comes first. A mask "
        "has one entry for each step and no features.",
    ),
    mistakes=(
        mistake(
            "features_first",
            """Your last two sizes are swapped. A review has one row for each word it contains and one column
            for each word of the vocabulary: (timesteps, features).""",
            source=_shapes("(5, 3)", "(5, 4)", "(3, 5, 4)"),
        ),
        mistake(
            "reviews_features_first",
            """The batch is right, the single reviews are turned round. Leave the batch axis out and keep the
            order of the other two.""",
            source=_shapes("(5, 3)", "(5, 4)", "(3, 4, 5)"),
        ),
        mistake(
            "batch_time_first",
            """The reviews are right. In the batch, the number of reviews comes first and time second: (N, T,
            D).""",
            source=_shapes("(3, 5)", "(4, 5)", "(4, 3, 5)"),
        ),
        mistake(
            "time_first",
            "The reviews are right. In batch and mask, the number of reviews comes first and time second.",
            source=_shapes("(3, 5)", "(4, 5)", "(4, 3, 5)", "(4, 3)"),
        ),
        mistake(
            "features_before_time",
            """Three are right. In the batch, each review is (timesteps, features), as when it stands alone:
            the features
            come last.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 5, 4)"),
        ),
        mistake(
            "mask_turned",
            "Three are right. The mask has the first two axes of the batch, in the same order.",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(4, 3)"),
        ),
        mistake(
            "mask_with_features",
            """Three are right. The mask says of each step whether it is real: one number a step, no
            features.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(3, 4, 5)"),
        ),
        mistake(
            "mask_with_one_feature",
            """Three are right. The mask holds one number for each step, so it needs no axis for features,
            not even one of size 1.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(3, 4, 1)"),
        ),
        mistake(
            "mask_per_review",
            "Three are right. The mask says of each *step* whether it is real, so it has a time axis too.",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(3,)"),
        ),
        mistake(
            "cut_to_the_shortest",
            """Your batch is as long as the shortest review, so the last word of review 3 would be lost.
            Padding makes the short ones longer instead.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 3, 5)", "(3, 3)"),
        ),
        mistake(
            "batch_cut_to_the_shortest",
            """Your batch is as long as the shortest review, so the last word of review 3 would be lost. The
            mask is right: compare its shape with that of your batch.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 3, 5)"),
        ),
        mistake(
            "own_words_only",
            """You count the words of each review as its features. The features are places for *all* words of
            the vocabulary, whether they occur in this review or not.""",
            source=_shapes("(3, 3)", "(4, 4)", "(3, 4, 4)"),
        ),
        mistake(
            "own_words_in_reviews",
            """The batch is right. In a single review the features are still places for *all* words of the
            vocabulary, whether they occur in it or not.""",
            source=_shapes("(3, 3)", "(4, 4)", "(3, 4, 5)"),
        ),
        mistake(
            "ids_only",
            """These are the shapes of ids: one number for each word. After one-hot encoding each word is a
            row of 5 numbers.""",
            source=_shapes("(3,)", "(4,)", "(3, 4)"),
        ),
        mistake(
            "end_to_end",
            """You put the words of all reviews end to end. In a batch each review keeps a row of its own, so
            the array has three axes.""",
            source=_shapes("(3, 5)", "(4, 5)", "(10, 5)"),
        ),
        mistake(
            "padded_end_to_end",
            """You put the padded reviews end to end. In a batch each review keeps a row of its own: three
            axes.""",
            source=_shapes("(3, 5)", "(4, 5)", "(12, 5)"),
        ),
        mistake(
            "flattened",
            """You count all numbers of a review in one row. A recurrent network reads step by step, so time
            keeps an axis of its own.""",
            source=_shapes("(15,)", "(20,)", "(3, 20)"),
        ),
        mistake(
            "batches_of_one",
            """The batch is right. The single reviews are asked for without a batch axis: two sizes,
            (timesteps, features).""",
            source=_shapes("(1, 3, 5)", "(1, 4, 5)", "(3, 4, 5)"),
        ),
        mistake(
            "reviews_padded",
            "The batch is right. Review 1 alone has no padding: it has as many steps as it has words.",
            source=_shapes("(4, 5)", "(4, 5)", "(3, 4, 5)"),
        ),
    ),
    other_ways=(
        other_way("lists", source=_shapes("[3, 5]", "[4, 5]", "[3, 4, 5]", "[3, 4]")),
        other_way(
            "computed",
            source="""
            review_shapes = dict(
                review_1=np.zeros((3, 5)).shape,
                review_3=np.zeros((4, 5)).shape,
                batch=np.zeros((3, 4, 5)).shape,
                mask=np.zeros((3, 4)).shape,
            )
            """,
        ),
        other_way(
            "other_order",
            source="""
            N, T, V = 3, 4, 5
            review_shapes = {"mask": (N, T), "batch": (N, T, V), "review_3": (T, V), "review_1": (T - 1, V)}
            """,
        ),
        other_way(
            "arrays",
            source=_shapes("np.array([3, 5])", "np.array([4, 5])", "np.array([3, 4, 5])", "np.array([3, 4])"),
        ),
    ),
)
