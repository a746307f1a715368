# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 One-hot encoding: from words to arrays and back
#
# **What you will do.** Turn movie reviews into an array that a recurrent network can read, and turn an array back
# into words.
#
# **What you will learn**
#
# - what a vocabulary is, and why the number of a word is not yet an input
# - one-hot rows, and the shape *(timesteps, features)*
# - that a one-hot row times a matrix picks one row of the matrix
# - what to do with a word that the vocabulary does not have
# - how reviews of different lengths share one array: padding, and the mask that makes it harmless
# - what one-hot arrays cost in memory
#
# **What you need.** Notebook 00, lists and dicts in Python, NumPy arrays with up to three axes. No networks yet.
#
# **Time.** 95 minutes. Six exercises.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict

# %% [markdown]
# ## Words have no arithmetic
#
# A network multiplies and adds. It cannot multiply the word `cat`. So the first step is always the same: find numbers
# that stand for words.
#
# Here is a tiny text, three reviews of three words each:
#
# | review | words |
# | --- | --- |
# | R1 | cat mat rat |
# | R2 | rat rat mat |
# | R3 | mat mat cat |
#
# The set of different words is the **vocabulary**. It has $V = 3$ words here. We number them in the order in which they
# first appear, starting from 0. The number of a word is its **id**.

# %%
animal_ids = {"cat": 0, "mat": 1, "rat": 2}
animal_reviews = [["cat", "mat", "rat"], ["rat", "rat", "mat"], ["mat", "mat", "cat"]]
for review in animal_reviews:
    print(" ".join(review), "->", [animal_ids[word] for word in review])

# %% [markdown]
# ## Why the id is not the input
#
# The ids are numbers, so why not feed them in as they are? Suppose a network gives each word a score, and its first
# step is one weight $w$ and one bias $b$:
#
# $$
# \text{score} = w \cdot \text{id} + b .
# $$
#
# You want a high score for `cat`, a high score for `rat`, and a low one for `mat`.
#
# **Predict**: is there a pair $(w, b)$ that does it? Try two or three pairs in your head, then commit.

# %%
guess = predict(..., among=("yes", "no"))

# %%
rng = np.random.default_rng(1)
w, b = rng.normal(size=(2, 1000, 1))  # 1000 weights and 1000 biases, each (1000, 1)
scores = w * np.array([0, 1, 2]) + b  # (1000, 3): one row for each pair, columns cat, mat, rat
mat_is_lowest = (scores[:, 1] < scores[:, 0]) & (scores[:, 1] < scores[:, 2])
mat_is_between = np.isclose(scores[:, 1], (scores[:, 0] + scores[:, 2]) / 2)
print("pairs with mat below both others:", mat_is_lowest.sum(), "of 1000")
print("pairs with mat exactly halfway:  ", mat_is_between.sum(), "of 1000")
guess.compare("yes" if mat_is_lowest.any() else "no")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# There is no such pair. The score of `mat` is always the mean of the other two:
#
# $$
# w \cdot 1 + b \;=\; \tfrac12 \big[ (w \cdot 0 + b) + (w \cdot 2 + b) \big] .
# $$
#
# The ids carry two things that nobody meant:
#
# - an **order**: `cat` < `mat` < `rat`
# - a **distance**: `cat` is twice as far from `rat` as from `mat`
#
# Both come from the order in which we happened to read the words. With another order the network would see other
# relations between the same words.
#
# </details>

# %% [markdown]
# ## One-hot rows
#
# The way out: give each word a direction of its own. A word with id $i$ becomes a row of $V$ numbers, with a 1 in place
# $i$ and 0 in all other places. This row is called **one-hot**.
#
# | word | id | one-hot row |
# | --- | --- | --- |
# | cat | 0 | `[1, 0, 0]` |
# | mat | 1 | `[0, 1, 0]` |
# | rat | 2 | `[0, 0, 1]` |
#
# A review is a list of words, so it becomes one row for each word, top to bottom. R1, R2 and R3 written out:

# %%
R1 = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])  # cat mat rat
R2 = np.array([[0.0, 0, 1], [0, 0, 1], [0, 1, 0]])  # rat rat mat
R3 = np.array([[0.0, 1, 0], [0, 1, 0], [1, 0, 0]])  # mat mat cat
for name, review in {"R1": R1, "R2": R2, "R3": R3}.items():
    print(name, "has shape", review.shape)
    print(review)

# %% [markdown]
# Each review is a matrix of shape $(T, V)$: $T$ **timesteps**, one for each word, and $V$ **features**, one for each
# word of the vocabulary. A recurrent network reads it row by row: at time $t = 1$ it gets the first row, at $t = 2$
# the second. In text we count times from 1, in code from 0, so time $t = 1$ is row 0.
#
# Here $T = V = 3$, so the sizes do not show which axis is which. In the movie reviews below they differ.

# %% [markdown]
# ### All words equally far apart
#
# Take five words: `movie`, `was`, `good`, `bad`, `not`, with ids 0 to 4. We measure how far apart two words are. For ids
# that is the difference. For one-hot rows it is the length of the difference vector.
#
# **Predict**: the difference of two one-hot rows has how many entries that are not 0? So what is its length?

# %%
guess = predict(...)

# %%
movie_words = ["movie", "was", "good", "bad", "not"]
rows = np.eye(5)  # row i is the one-hot row of id i
id_distance = np.abs(np.arange(5)[:, None] - np.arange(5))  # (5, 5)
one_hot_distance = np.linalg.norm(rows[:, None, :] - rows, axis=-1)  # (5, 5)
print("between ids, good and bad:      ", id_distance[2, 3])
print("between ids, movie and not:     ", id_distance[0, 4])
print("between one-hot rows, all pairs:", np.unique(one_hot_distance[id_distance > 0].round(4)))
guess.compare(one_hot_distance[0, 1], within=0.01)

# %% tags=["figure"]
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 2, figsize=(8.6, 4), layout="constrained")
tables = {"between ids": id_distance, "between one-hot rows": one_hot_distance}
for axes, (title, table) in zip(panels, tables.items(), strict=True):
    axes.imshow(table, cmap="Blues", vmin=0, vmax=5.5)
    for (row, column), value in np.ndenumerate(table):
        colour = "black" if value < 3.2 else "white"
        axes.text(column, row, f"{value:.3g}", ha="center", va="center", color=colour)
    axes.set_title(f"distance {title}")
    axes.set_xticks(range(5), movie_words)
    axes.set_yticks(range(5), movie_words)
plots.show(
    figure,
    alt="Two tables of distances between the words movie, was, good, bad and not. Between ids the distance grows from "
    "0 on the diagonal to 4 at the top right and the bottom left. Between one-hot rows it is 0 on the diagonal and 1.41 "
    "everywhere else.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Two entries differ, each by 1, so the length is $\sqrt{1^2 + 1^2} = \sqrt 2$ for every pair of different words. One-hot
# rows say *which* word it is and nothing more. That `good` and `bad` are opposites is for the network to learn.
#
# </details>

# %% [markdown]
# ## A one-hot row times a matrix picks a row
#
# What does a layer do with a one-hot row? Take weights `Wxh` of shape $(V, H)$: one row for each word, one column for each
# of $H$ units. The name says from where to where: from the input x to the hidden units h.
#
# **Predict**, by hand: what is `[0, 1, 0]` times the matrix with the rows $(0.3, -0.1)$, $(0.5, 0.9)$, $(-0.7, 0.2)$? Two numbers.

# %%
guess = predict(..., ...)

# %%
Wxh = np.array([[0.3, -0.1], [0.5, 0.9], [-0.7, 0.2]])  # (V, H) = (3, 2)
mat = np.array([0.0, 1.0, 0.0])  # (V,)
print("mat @ Wxh =", mat @ Wxh)
guess.compare(mat @ Wxh, within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# By hand: $0 \cdot (0.3, -0.1) + 1 \cdot (0.5, 0.9) + 0 \cdot (-0.7, 0.2) = (0.5, 0.9)$. It is row 1 of `Wxh`, and 1
# is the id of `mat`. This holds for every id $i$:
#
# </details>
#
# $$
# \underbrace{x}_{(V,)} \; \underbrace{W_{xh}}_{(V, H)} = \text{row } i \text{ of } W_{xh} \quad (H,),
# \qquad \text{if } x \text{ is the one-hot row of id } i .
# $$
#
# Three things follow.
#
# 1. Each word has **weights of its own**: the $H$ numbers in its row. So any score for `cat`, any for `mat`, any for
#    `rat` is possible. The problem with ids is gone.
# 2. While it learns by plain gradient descent, a network changes only the rows of words that occur.
# 3. A library does not compute the product. It looks the row up by its id, and calls the table of rows an **embedding**.
#
# The next cells show the third point for R2, and compare times for 100 words with a vocabulary of 5,000 and 64 units.
# **Predict**: how many times as fast as the product is the look-up?

# %%
guess = predict(...)

# %%
print("R2 @ Wxh and Wxh[[2, 2, 1]] are equal:", np.array_equal(R2 @ Wxh, Wxh[[2, 2, 1]]))

# %%
from time import perf_counter

large_table = rng.normal(size=(5000, 64))  # (V, H)
hundred_ids = rng.integers(0, 5000, 100)  # (T,)
hundred_rows = np.zeros((100, 5000))  # (T, V)
hundred_rows[np.arange(100), hundred_ids] = 1


def seconds(action):
    """Return the shortest of five times that a function takes."""
    times = []
    for _ in range(5):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


product, look_up = seconds(lambda: hundred_rows @ large_table), seconds(lambda: large_table[hundred_ids])
print("equal:", np.allclose(hundred_rows @ large_table, large_table[hundred_ids]))
print(
    f"product {1e3 * product:.3f} ms, look-up {1e3 * look_up:.3f} ms: {product / look_up:.0f} times as fast"
)
guess.compare(product / look_up, unit="times as fast")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The exact factor depends on your machine, but it is large: the product multiplies 5,000 numbers for each output, and
# 4,999 of them are 0.
#
# </details>
#
# In this course we do multiply. The formula $x_t W_{xh}$ then serves for words and for any other input, and the arrays are
# small.

# %% [markdown]
# ## The vocabulary
#
# From here on we use three reviews of a movie:
#
# | review | words | verdict |
# | --- | --- | --- |
# | 1 | movie was good | positive |
# | 2 | movie was bad | negative |
# | 3 | movie was not good | negative |
#
# Cutting a text into words is a craft of its own. Here `"movie was good".split()` is enough, and a review is a list of
# words from now on.

# %%
movie_reviews = [text.split() for text in ("movie was good", "movie was bad", "movie was not good")]
print(movie_reviews)

# %% [markdown]
# We need the dict from words to ids. The rule: go through the words in reading order; a word that is new gets the next
# free id, starting from 0. Words that were seen before change nothing.
#
# Do it on paper for the three reviews. You should get 5 words. Which id does `not` have?
#
# Some entries are not words of the text. You will meet two of them below: `<pad>` for "no word here" and `<unk>` for "a
# word I do not know". Such **special words** come first, so that their ids never change when the text grows.

# %% [markdown]
# ### Exercise: `build_vocabulary`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: number the words of a text, each word once.*
#
# Beware of Python's `set`: it drops repeated words, but it also forgets their order, and may give another one each time
# Python starts.


# %% nbgrader={"grade_id": "build_vocabulary", "solution": true}
def build_vocabulary(reviews, specials=()):
    """Return the id of each word, as a dict {word: id}.

    reviews  : list of reviews, each a list of words (strings); a review may be empty, and so may the list
    specials : list or tuple of special words (strings) that get the first ids, in the order given

    The special words come first, then the words of the reviews in order of first appearance.
    Ids are 0, 1, 2, ... without gaps, and every word has one id, however often it occurs. A special word
    that is given twice, or that also occurs in a review, keeps the id it has. Words are used as they are written:
    "Good" and "good" are two words.
    """
    ### BEGIN SOLUTION
    vocabulary = {}
    for review in [specials, *reviews]:
        for word in review:
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
    return vocabulary
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_build_vocabulary", "points": 2}
check(build_vocabulary)

# %%
# `int`, here and below, so that the later cells also work with ids such as 2.0.
vocabulary = {word: int(i) for word, i in build_vocabulary(movie_reviews).items()}
print(vocabulary)
print(build_vocabulary(movie_reviews, ("<pad>", "<unk>")))

# %% [markdown]
# ## Words the vocabulary does not have
#
# A vocabulary is built once, from the texts that the network learns from. Its size $V$ is then fixed: it is the number of
# rows of `Wxh`. Sooner or later somebody writes a word that is not in it.
#
# Suppose your vocabulary was built from reviews 1 and 2 only, so it lacks `not`. Now review 3 arrives: `movie was not
# good`. There are four things you could do.
#
# 1. **Stop with an error.** Safe, and useless for anybody who wants an answer.
# 2. **Give it a new id.** Then `Wxh` has no row for it.
# 3. **Leave it out.** Then the network reads `movie was good`, which says the opposite.
# 4. **Mark its place.** The network reads `movie was` (something) `good`.
#
# We do the fourth. All unknown words share one id. It is either that of a special word `<unk>`, which has a row in `Wxh`
# and can be learnt, or it is -1. With -1 its one-hot row will be all zeros: the place is kept, the word is not. Padding,
# which comes further down, will look the same, and only the mask tells the two apart.

# %% [markdown]
# ### Exercise: `words_to_ids`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: look words up, and keep the place of those you do not know.*


# %% nbgrader={"grade_id": "words_to_ids", "solution": true}
def words_to_ids(reviews, vocabulary, unknown):
    """Return the ids of the words, as one list of ids for each review.

    reviews    : list of reviews, each a list of words (strings); a review may be empty
    vocabulary : dict {word: id}
    unknown    : the id that every word gets which is not in the vocabulary; it may be that of a word

    Each list is as long as its review. Words are looked up as they are written.
    """
    ### BEGIN SOLUTION
    return [[vocabulary.get(word, unknown) for word in review] for review in reviews]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_words_to_ids", "points": 1}
check(words_to_ids)

# %%
movie_ids = words_to_ids(movie_reviews, vocabulary, -1)
movie_ids = [[int(i) for i in review] for review in movie_ids]
print("all words known:           ", movie_ids)

small_vocabulary = {word: int(i) for word, i in build_vocabulary(movie_reviews[:2]).items()}
print("`not` is unknown, as -1:   ", words_to_ids(movie_reviews, small_vocabulary, -1))

special_vocabulary = build_vocabulary(movie_reviews[:2], ("<pad>", "<unk>"))
unknown = special_vocabulary["<unk>"]
print("`not` is unknown, as <unk>:", words_to_ids(movie_reviews, special_vocabulary, unknown))

# %% [markdown]
# ## From ids to one-hot rows
#
# Suppose all $N$ reviews have $T$ words. (Reviews of different lengths come below.) Their ids have shape $(N, T)$. Each
# id becomes a row of $V$ numbers, so a third axis appears:
#
# $$
# \underbrace{\text{ids}}_{(N,\, T)} \;\longrightarrow\; \underbrace{x}_{(N,\, T,\, V)},
# \qquad
# x_{n,t,i} = \begin{cases} 1 & \text{if } \text{ids}_{n,t} = i \\ 0 & \text{otherwise} \end{cases}
# \qquad i = 0, \dots, V - 1 .
# $$
#
# Read the formula again for an id of -1. No place $i$ from 0 to $V - 1$ equals -1. So the whole row is 0: **no word**.
# The same holds for an id of $V$ or more.
#
# The usual short cut is to take row `id` of the identity matrix, `np.eye(V)[ids]`. **Predict** what it gives for the
# id -1, with $V = 3$.

# %%
guess = predict(
    ..., among=("a row of zeros", "the row of the first word", "the row of the last word", "an error")
)

# %%
print(np.eye(3)[[0, 2, -1]])
guess.compare("the row of the last word" if np.array_equal(np.eye(3)[-1], [0, 0, 1]) else "a row of zeros")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The rows of 2 and -1 are equal. NumPy counts a negative index from the end, so "no word" has become the *last word* of the
# vocabulary, with no error and no warning.
#
# </details>
#
# Libraries differ here. TensorFlow's `tf.one_hot` gives zeros for -1 and for ids that are too large. PyTorch's
# `torch.nn.functional.one_hot` refuses negative ids with an error, and takes $V$ from the largest id in the batch if you
# do not pass it. That is a trap too: two batches then get different widths.

# %% [markdown]
# ### Exercise: `one_hot`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: turn ids into one-hot rows, also when an id stands for no word.*


# %% nbgrader={"grade_id": "one_hot", "solution": true}
def one_hot(ids, V):
    """Return the one-hot rows of a batch of ids.

    ids : (N, T)   integers of any type, also of 8 bits
    V   : int      size of the vocabulary, which may be larger than 255

    Returns (N, T, V), float64 (or float32). Entry [n, t, i] is 1.0 where ids[n, t] equals i, and 0.0 elsewhere.
    An id below 0, or of V or more, gives a row of zeros: no word. `ids` is left as it was.
    """
    ### BEGIN SOLUTION
    return (ids[:, :, None] == np.arange(V)).astype(np.float64)  # (N, T, 1) == (V,) -> (N, T, V)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_one_hot", "points": 3}
check(one_hot)

# %% [markdown]
# Now the two movie reviews from above, exactly. A single review is a batch of one, of shape $(1, T)$, and `[0]` takes it
# out of the batch again.

# %%
good_movie = np.array(one_hot(np.array([movie_ids[0]]), 5))[0]  # (T, V)
print("movie was good, shape", good_movie.shape)
print(good_movie)

not_good_movie = np.array(one_hot(np.array([movie_ids[2]]), 5))[0]  # (T, V)
print("movie was not good, shape", not_good_movie.shape)
print(not_good_movie)

# %% [markdown]
# Look at the last two rows of the second one: `not` has id 4 and `good` has id 2. The order of the *rows* is that of the
# review. The order of the *columns* is that of the vocabulary.

# %% [markdown]
# ### Why the rows stay apart
#
# You could add the rows of a review up and get one row of $V$ counts, whatever the length. It is called a **bag of
# words**, and it is sometimes enough. **Predict**: of *good not bad* and *bad not good*, which can a bag of words rate higher?

# %%
guess = predict(..., among=("good not bad", "bad not good", "neither"))

# %%
bag_vocabulary = build_vocabulary([["good", "not", "bad"]])
two_reviews = words_to_ids([["good", "not", "bad"], ["bad", "not", "good"]], bag_vocabulary, -1)
x_two = np.array(one_hot(np.array(two_reviews).astype(int), 3))  # (N, T, V) = (2, 3, 3)
print("bags:     ", x_two.sum(axis=1).tolist())
print("the same: ", np.array_equal(x_two[0], x_two[1]), "as rows,", end=" ")
print(np.array_equal(x_two[0].sum(axis=0), x_two[1].sum(axis=0)), "as bags")
guess.compare("neither" if np.array_equal(x_two[0].sum(axis=0), x_two[1].sum(axis=0)) else "good not bad")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The two bags are equal, so no function of the bag can tell the reviews apart. Order is what a recurrent network
# is for, and it is why the time axis stays.
#
# </details>

# %% [markdown]
# ### What it costs
#
# A float64 number takes 8 bytes. Take $N = 32$ reviews of $T = 200$ words with $V = 50{,}000$ words in the vocabulary.
#
# **Predict** the memory of the ids, as 8-byte integers, and of the one-hot array: two numbers of bytes.

# %%
guess = predict(..., ...)

# %%
N, T, V = 32, 200, 50_000
id_bytes, one_hot_bytes = N * T * 8, N * T * V * 8
print(f"ids:     {id_bytes:>13,} bytes")
print(f"one-hot: {one_hot_bytes:>13,} bytes, {one_hot_bytes // id_bytes:,} times as much")
print(f"share of entries that are not 0: {1 / V:.3%}")
guess.compare([id_bytes, one_hot_bytes], unit="bytes")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The factor is exactly $V$. This is why real programs keep the ids and look rows up, as in the section above. For the
# 5 words of this notebook it does not matter.
#
# </details>

# %% [markdown]
# ## Back to words
#
# A network that writes gives, at each step, a row of $V$ numbers: how probable it holds each word to be. To read its
# answer, take the word with the largest entry. `argmax` gives the place of the largest entry, and the place is the id.
#
# A one-hot row is the special case in which one word has probability 1. So the same function undoes `one_hot`.
#
# A row of zeros needs care. All its entries are equal, and `argmax` then returns the first place:

# %%
print("argmax of zeros:", np.zeros(5).argmax())

# %% [markdown]
# That would be the word with id 0. But nothing was said at that step, so nothing should be written.

# %% [markdown]
# ### Exercise: `decode`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: read words from one-hot rows or probabilities.*


# %% nbgrader={"grade_id": "decode", "solution": true}
def decode(x, vocabulary):
    """Return the words that rows of numbers stand for, as one list of words for each review.

    x          : (N, T, V)   one-hot rows, or probabilities; no entry is negative
    vocabulary : dict {word: id} with the ids 0 to V - 1, not always listed in that order

    Each step gives the word whose id is the place of the largest entry. A step whose entries are
    all 0 gives no word: it is left out, and the steps after it are still read. So a list may be
    shorter than T, or empty. There are always N lists.
    """
    ### BEGIN SOLUTION
    word_of = {index: word for word, index in vocabulary.items()}
    reviews = []
    for steps in x:  # (T, V)
        reviews.append([word_of[int(step.argmax())] for step in steps if step.any()])  # step: (V,)
    return reviews
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_decode", "points": 2}
check(decode)

# %% [markdown]
# Encode, decode, and you have the review again. In the second line `not` was unknown and had the id -1.

# %%
print(decode(not_good_movie[None], vocabulary))

small_ids = np.array(words_to_ids(movie_reviews[2:], small_vocabulary, -1)).astype(int)  # (1, T)
x_small = np.array(one_hot(small_ids, 4))  # (1, T, V)
print(decode(x_small, small_vocabulary))

# %% [markdown]
# There it is: the unknown word has vanished, and a bad review became a good one. The row of zeros did keep its place in
# `x_small`, so a network can notice that *something* was said there. Which word it was is lost for good.

# %% [markdown]
# ## Batches: reviews of different lengths
#
# One review has shape $(T, V)$. Networks read many reviews at once, because one large product is faster than many small
# ones. The reviews are stacked along a new first axis, the **batch**:
#
# $$
# x : (N, T, D), \qquad N \text{ reviews}, \; T \text{ timesteps}, \; D \text{ features},
# $$
#
# with $D = V$ for one-hot rows. This course, like Keras, puts the batch first.
#
# But an array has no ragged edge. Review 1 has 3 words and review 3 has 4. So $T$ is the length of the *longest*, and
# shorter reviews are filled up at the end with steps that hold no word. That is called **padding**.
#
# To know later which steps are real, we keep a second array, the **mask**: 1 where there is a word, 0 where there is
# padding. For the three movie reviews, with -1 as the padding id:
#
# | review | ids | mask |
# | --- | --- | --- |
# | movie was good | `0 1 2 -1` | `1 1 1 0` |
# | movie was bad | `0 1 3 -1` | `1 1 1 0` |
# | movie was not good | `0 1 4 2` | `1 1 1 1` |

# %% [markdown]
# ### Exercise: `review_shapes`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: know the shape of an array before you build it.*
#
# Write the four shapes as tuples, such as `(2, 7)`. The vocabulary is `movie, was, good, bad, not`. The first two you have
# met above: write them from memory. The other two you predict. Compute nothing.
#
# - `"review_1"`: the one-hot array of `movie was good` alone, without a batch axis
# - `"review_3"`: the one-hot array of `movie was not good` alone, without a batch axis
# - `"batch"`: the one-hot array of all three reviews, padded
# - `"mask"`: the mask of that batch

# %% nbgrader={"grade_id": "review_shapes", "solution": true}
# Assign a dict with the keys "review_1", "review_3", "batch" and "mask"; each value is a shape, a tuple of integers.
# review_shapes = {"review_1": ..., "review_3": ..., "batch": ..., "mask": ...}
### BEGIN SOLUTION
review_shapes = {"review_1": (3, 5), "review_3": (4, 5), "batch": (3, 4, 5), "mask": (3, 4)}
### END SOLUTION

# %% nbgrader={"grade_id": "check_review_shapes", "points": 1}
check("review_shapes")

# %% [markdown]
# ### Exercise: `pad_sequences`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: put sequences of different lengths into one array, and remember which steps
# are real.*
#
# Beware: the padding id may also be the id of a real word. A review could contain word 0 in a batch that is padded with 0.
# So the ids alone do not tell which steps are real. What does?


# %% nbgrader={"grade_id": "pad_sequences", "solution": true}
def pad_sequences(sequences, pad):
    """Return the ids of all sequences in one array, and the mask of the real steps.

    sequences : list of N sequences, each a list of ids (integers, of any size and sign); one may be empty, not all
    pad       : the id to fill up with; it may also be the id of a real word

    Returns two arrays, `ids` and `mask`, in this order. T is the length of the longest sequence.
    ids  : (N, T)   integers; sequence n at the start of row n, `pad` after its end
    mask : (N, T)   1.0 where there is a word of the sequence, 0.0 where there is padding
    The rows keep the order of the sequences. `sequences` is left as it was.
    """
    ### BEGIN SOLUTION
    N, T = len(sequences), max(len(sequence) for sequence in sequences)
    ids = np.full((N, T), pad)
    mask = np.zeros((N, T))
    for n, sequence in enumerate(sequences):
        ids[n, : len(sequence)] = sequence
        mask[n, : len(sequence)] = 1.0
    return ids, mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_pad_sequences", "points": 3}
check(pad_sequences)

# %% [markdown]
# Now all steps together: words, ids, padded ids, one-hot rows. Compare the shapes with your prediction.

# %%
ids, mask = pad_sequences(movie_ids, -1)
ids, mask = np.array(ids).astype(int), np.array(mask).astype(float)  # (N, T) each, should yours be lists
x = np.array(one_hot(ids, 5))  # (N, T, V)
print("ids ", ids.shape, ids.tolist())
print("mask", mask.shape, mask.tolist())
print("x   ", x.shape)
print(x)
print(decode(x, vocabulary))

# %% tags=["figure"]
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 3, figsize=(9.6, 2.9), layout="constrained")
for n, axes in enumerate(panels):
    axes.imshow(x[n], cmap="Blues", vmin=0, vmax=1.3)
    steps = movie_reviews[n] + ["(padding)"] * (4 - len(movie_reviews[n]))
    for (t, i), value in np.ndenumerate(x[n]):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if t >= len(movie_reviews[n]) else None
        axes.text(i, t, f"{value:.0f}", ha="center", va="center", color="white" if value else "0.3", bbox=box)
    for t in range(len(movie_reviews[n]), 4):
        axes.axhspan(t - 0.5, t + 0.5, facecolor="none", edgecolor="#b45f06", hatch="//", linewidth=0)
    axes.set_xticks(range(5), list(vocabulary), rotation=45)
    axes.set_yticks(range(4), [f"{t}  {word}" for t, word in enumerate(steps)])
    axes.set_title(f"x[{n}]")
plots.show(
    figure,
    alt="The batch x of shape (3, 4, 5) as three tables, one for each review, with 4 rows for the steps and 5 columns for "
    "the words movie, was, good, bad, not. Each real step has one 1, in the column of its word. The last step of the "
    "first two reviews is padding, hatched, and all its entries are 0. The third review uses all 4 steps.",
)

# %% [markdown]
# ## Does padding make predictions wrong?
#
# You may read that padding with zeros makes predictions wrong. Let us measure. Give each word a score, add the scores of a
# review up, divide by the number of words. That is a very small model of sentiment, and the last row of `x` is padding in
# two of three reviews.
#
# A padded step has score 0, because its row is all zeros. **Predict**: which way to divide gives the same as the review without
# padding?

# %%
guess = predict(..., among=("by T", "by the number of real steps", "both"))

# %%
word_scores = np.array([0.1, 0.2, 1.0, -1.0, -1.5])  # (V,): movie, was, good, bad, not
alone = np.array([np.mean([word_scores[i] for i in review]) for review in movie_ids])  # (N,) without padding

step_scores = x @ word_scores  # (N, T, V) @ (V,) -> (N, T)
divided_by_T = step_scores.sum(axis=1) / x.shape[1]  # (N,)
masked = (step_scores * mask).sum(axis=1) / mask.sum(axis=1)  # (N,)
print("without padding:        ", alone.round(4))
print("padded, divided by T:   ", divided_by_T.round(4))
print("padded, with the mask:  ", masked.round(4))
print("largest difference made by padding with the mask:", np.abs(masked - alone).max())
same = [np.allclose(way, alone) for way in (divided_by_T, masked)]
guess.compare("both" if all(same) else "by T" if same[0] else "by the number of real steps")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Dividing by $T$ counts the padded step as a word. With the mask the padding changes nothing, up to rounding.
#
# </details>
#
# ### The same with a memory
#
# A recurrent network carries a **state** $s$ from step to step. Here is the simplest one: keep half of the old state and
# add the new score,
#
# $$
# s_t = 0.5 \, s_{t-1} + \text{score}_t, \qquad s_0 = 0,
# $$
#
# and the answer is the last state. With a mask $m_t$, a step that is not real keeps the old state:
#
# $$
# s_t = m_t \, (0.5 \, s_{t-1} + \text{score}_t) + (1 - m_t) \, s_{t-1} .
# $$
#
# A padded step has score 0. So it leaves the state alone even without a mask, does it not? The cell below appends 0, 1 and 10
# steps of padding to review 1, once with all $m_t = 1$ and once with the mask. **Predict**: without the mask, what happens to the
# state?

# %%
guess = predict(..., among=("it stays", "it fades", "it grows"))


# %%
def last_state(scores, mask):
    """Return the last state of each review, (N,). scores : (N, T); mask : (N, T)."""
    s = np.zeros(len(scores))
    for t in range(scores.shape[1]):
        new = 0.5 * s + scores[:, t]
        s = mask[:, t] * new + (1 - mask[:, t]) * s  # mask 1: take the new state; mask 0: keep the old one
    return s


real_scores = word_scores[[movie_ids[0]]]  # (1, 3)
for extra in (0, 1, 10):
    scores = np.pad(real_scores, ((0, 0), (0, extra)))  # zeros at the end: (1, 3 + extra)
    real = np.pad(np.ones((1, 3)), ((0, 0), (0, extra)))
    without, with_mask = last_state(scores, np.ones_like(real))[0], last_state(scores, real)[0]
    print(f"{extra:>2} steps of padding: without mask {without:.6f}, with mask {with_mask:.6f}")
guess.compare(
    "it stays" if without == with_mask else "it fades" if abs(without) < abs(with_mask) else "it grows"
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A padded step is still a step. Without the mask the state decays at each of them, until the review is forgotten. With
# the mask the state waits, and the answer is exactly the same for any amount of padding.
#
# </details>
#
# So: **padding with a mask changes nothing. Padding that is not masked changes the answer.** In notebook 02 you carry a real
# state, and in notebook 07 you test this to twelve digits, gradients included.

# %% [markdown]
# ### What padding does cost
#
# It costs time and memory. Take 31 reviews of 20 words and a single one of 2,000. All are padded to 2,000. **Predict** the
# share of steps that hold no word, in percent.

# %%
guess = predict(...)

# %%
lengths = np.array([20] * 31 + [2000])
real_steps, all_steps = lengths.sum(), lengths.size * lengths.max()
print(f"{real_steps:,} real steps of {all_steps:,}: {1 - real_steps / all_steps:.1%} is padding")
guess.compare(100 * (1 - real_steps / all_steps), within=0.02, unit="percent")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Of $32 \cdot 2{,}000 = 64{,}000$ steps, $31 \cdot 20 + 2{,}000 = 2{,}620$ are real. The rest, 95.9 %, is padding.
#
# </details>

# %% [markdown]
# The usual remedy is to put reviews of similar length into the same batch, and to cut very long ones.

# %% [markdown]
# ## What you have now
#
# | from | to | by | shape |
# | --- | --- | --- | --- |
# | reviews | vocabulary | `build_vocabulary` | $V$ entries |
# | words | ids | `words_to_ids` | $N$ lists |
# | lists of ids | ids and mask | `pad_sequences` | $(N, T)$ each |
# | ids | one-hot rows | `one_hot` | $(N, T, V)$ |
# | rows of numbers | words | `decode` | $N$ lists |
#
# The array `x` of shape $(N, T, D)$ with $D = V$ is what every network in this course reads.

# %% [markdown]
# ## On your own
#
# No points, no check. Spend ten minutes on one of them.
#
# 1. **The numbering does not matter.** Renumber the five words at random. How must the rows of `Wxh` move, so that
#    `one_hot(ids, 5) @ Wxh` stays the same? Show it.
# 2. **Letters instead of words.** Build a vocabulary of the letters in the three reviews. How large is $V$, how long is $T$?
#    What happens to unknown words?
# 3. **How often are words unknown?** Take a long text, build the vocabulary from its first half, and count the share of
#    words in the second half that it lacks. Then keep only words that occur twice or more, and count again.
# 4. **Padding at the front.** Change `last_state` so that padding at the front does no harm. Do you need the mask there, when
#    $s_0 = 0$ and padded scores are 0?
#
# ## Further reading
#
# - Elman, *Finding Structure in Time*, Cognitive Science 14 (1990). The paper that made simple recurrent networks known. Its
#   words are vectors with one bit on.
# - Goldberg, *A Primer on Neural Network Models for Natural Language Processing*, Journal of Artificial Intelligence Research
#   57 (2016). One-hot against dense vectors, in the part on feature representation.
# - Sennrich, Haddow and Birch, *Neural Machine Translation of Rare Words with Subword Units*, ACL (2016). How to have no
#   unknown words: cut rare words into pieces.
# - The TensorFlow guide [Understanding masking & padding](https://www.tensorflow.org/guide/keras/understanding_masking_and_padding).
#
# **Next:** [2 The forward pass](02_forward.ipynb), where a network reads these arrays step by step.
