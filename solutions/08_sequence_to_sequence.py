# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 Sequence to sequence: read everything, then write
#
# **What you will do.** Join two recurrent networks, one that reads and one that writes, send a gradient through both, and
# train them to reverse numbers and to translate. Then you measure what the training hid from you.
#
# **What you will learn**
#
# - how $T_x$ words become $T_y$ others, when the two numbers differ
# - what the tokens `<start>`, `<end>` and `<pad>` are for, and where exactly they stand
# - to write until the network says that it is done, for a whole batch
# - teacher forcing: what it makes possible, and what it hides
# - how the gradient gets from the words that are written into the network that reads
# - where a single state is too small for a sequence, and what a network does with sentences it never saw
# - attention: a look back at everything that was read, which removes that limit without one parameter more
#
# **What you need.** Notebooks 01 (padding and masks), 02 (the cell, greedy writing), 03 (gradients through time, cross-entropy)
# and 04 (Adam, clipping, batches).
#
# **Time.** 4 and a quarter hours, in three sittings: the first ends after `greedy_decode`, the second before *One step
# further*. Nine exercises.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict
from rnncourse.lab import descend
from rnncourse.lab.attention import AttendingTranslator
from rnncourse.lab.translator import Translator, batches, random_network
from rnncourse.plots import seq2seq as seq2seq_plots
from rnncourse.plots import training as training_plots

# %% [markdown]
# ## Three words in, four words out
#
# > I love dogs → Me encantan los perros
#
# Look at this translation closely. Three words became four. *Me* is the *I* of the English sentence. *encantan*, the
# second word of
# the Spanish one, ends in *-n* because *dogs* is a plural, and *dogs* is the **last** word of the English sentence.
# With *music* it would be
# *Me encanta la música*.
#
# As in notebook 02, $T_x$ is the number of words that are read, and $T_y$ the number of words that are written. Here
# $T_x = 3$ and $T_y = 4$.
#
# The tagging network of notebook 02 gave one label for each word, at once. **Think** of two things about this
# translation that it cannot do, and then open the answer.
#
# <details><summary>Two things</summary>
#
# 1. It writes as many outputs as it reads inputs: three. The translation has four words.
# 2. Its second output has seen *I love*. It cannot know yet whether to write *encanta* or *encantan*.
#
# </details>
#
# So: first read everything, then write. Two networks share the work.
#
# - The **encoder** reads the source, the English sentence, and writes nothing. Its last state is all that is handed over.
#   It is called the **context**, an array of shape $(N, H)$.
# - The **decoder** starts from the context as its $h_0$, and writes the target, one word at a time, like `generate` in
#   notebook 02: it reads the token `<start>` first, then what it has just written (the dashed lines below), until it
#   writes the token `<end>`.

# %% tags=["figure"]
plots.show(
    seq2seq_plots.translation(["I", "love", "dogs"], ["Me", "encantan", "los", "perros"], taught=False),
    alt="A chain of 8 states. The first three, h_1 to h_3 of the encoder, have the inputs I, love, dogs and no outputs. An arrow named "
    "context leads from h_3 to the other five, h_1 to h_5 of the decoder, which have "
    "the outputs Me, encantan, los, perros and <end>. The first of them has the input <start>; a dashed line leads from each output "
    "to the state of the next step.",
)

# %% [markdown]
# ### Three tokens that are no words
#
# | token | who meets it | what it is for |
# | --- | --- | --- |
# | `<start>` | input of the decoder, at its first step | a first input, when nothing has been written yet |
# | `<end>` | output of the decoder, after the last word | says: the sentence is complete |
# | `<pad>` | nobody: the mask is 0 there | fills up the short rows of a batch |
#
# They are entries of the vocabulary of the target, and have ids like all words. We give `<pad>` the id 0.
#
# `<end>` is what makes $T_y$ free. Nobody tells the decoder how long the translation is. It learns to say when it is
# done, as it learns every other word. So `<end>` must be a **target** in training. And `<start>` is never a target:
# nobody should ever write it.
#
# $T_y$ counts words. With `<end>` the decoder takes one step more, $T_y + 1$.
#
# ### The shifted row
#
# In use the decoder reads what it wrote itself. In training it reads the **right** words in its place, whatever it
# wrote: at each step the right token of the step before. This is called **teacher forcing**; why it is done comes in the
# second sitting.
#
# So in training the inputs are known in advance, and so are the targets. Write them below each other, and you see one
# row, shifted by one place. For *Te gusta el mar*, *You like the sea*:
#
# | step | 1 | 2 | 3 | 4 | 5 |
# | --- | --- | --- | --- | --- | --- |
# | input | `<start>` | Te | gusta | el | mar |
# | target | Te | gusta | el | mar | `<end>` |
#
# **Think**: what would a decoder learn if its input were the target of the *same* step?
#
# <details><summary>What</summary>
#
# To copy. Its loss would fall to nearly 0, and in use, where nobody hands it the answer, it could not write a word.
#
# </details>

# %% [markdown]
# ## Exercise: `translation_rows`
#
# *Difficulty 1 of 5 · 8 minutes · Objective: know which token stands where, before any code.*
#
# For *I love dogs* → *Me encantan los perros*, in training:
#
# - `"encoder_steps"`: how many steps does the encoder take? It gets the words of the source and nothing else.
# - `"decoder_steps"`: how many steps does the decoder take?
# - `"inputs"`: what the decoder reads, a list of strings, one for each of its steps
# - `"targets"`: what it should give, a list of strings, one for each of its steps
#
# Write the words and tokens exactly as they stand above: `"Me"`, `"<end>"`.

# %% nbgrader={"grade_id": "translation_rows", "solution": true}
# translation_rows = {"encoder_steps": ..., "decoder_steps": ..., "inputs": [...], "targets": [...]}
### BEGIN SOLUTION
translation_rows = {
    "encoder_steps": 3,
    "decoder_steps": 5,
    "inputs": ["<start>", "Me", "encantan", "los", "perros"],
    "targets": ["Me", "encantan", "los", "perros", "<end>"],
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_translation_rows", "points": 2}
check("translation_rows")

# %% [markdown]
# ## Exercise: `teacher_rows`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: the shifted rows of a batch of sentences of different lengths.*
#
# Now for a batch, as arrays of ids. A sentence of $m$ words needs $m + 1$ steps. So the table has $T$
# columns, one more than the longest sentence has words. Each row has its `<end>` right after its *own* last word, and
# padding after that.


# %% nbgrader={"grade_id": "teacher_rows", "solution": true}
def teacher_rows(sentences, start, end, pad):
    """Return what the decoder reads and what it should give, for a batch of sentences.

    sentences : list of N lists of ids, of different lengths; a sentence may be empty
    start, end, pad : int   ids of the three tokens, all different; no word has one of them

    A sentence of m words has m + 1 steps. Its inputs are start and then its m words; its targets are its
    m words and then end. What is left of each row, up to the longest number of steps T, holds pad, in
    both arrays.

    Returns inputs (N, T) int, targets (N, T) int, mask (N, T) float: 1.0 at the steps of the sentence,
    the one with the target end included, and 0.0 at the padding. Three new arrays, in this order.
    """
    ### BEGIN SOLUTION
    N, T = len(sentences), 1 + max(len(sentence) for sentence in sentences)
    inputs, targets = np.full((N, T), pad), np.full((N, T), pad)
    mask = np.zeros((N, T))
    for n, sentence in enumerate(sentences):
        steps = len(sentence) + 1
        inputs[n, :steps] = [start, *sentence]
        targets[n, :steps] = [*sentence, end]
        mask[n, :steps] = 1.0
    return inputs, targets, mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_teacher_rows", "points": 3}
check(teacher_rows)

# %% [markdown]
# Here are three sentences as a batch. Look at the third row first: where does it end?

# %%
spanish = ["<pad>", "<start>", "<end>", "me", "te", "encanta", "encantan", "los", "la", "perros", "música"]
sentences = [[3, 6, 7, 9], [4, 5, 8, 10], [3, 5]]
inputs, targets, mask = (np.asarray(rows, dtype=int) for rows in teacher_rows(sentences, 1, 2, 0))
for n in range(3):
    print("input ", " ".join(f"{spanish[i]:<8}" for i in inputs[n]))
    print("target", " ".join(f"{spanish[i]:<8}" for i in targets[n]))
    print("mask  ", " ".join(f"{m:<8}" for m in mask[n]), "\n")

# %% [markdown]
# ## The encoder
#
# The encoder is the cell of notebook 02. Its words come as ids, and notebook 01 made a one-hot row of each id. But look
# at what a one-hot row does
# in a product:

# %%
Wxh = np.arange(12.0).reshape(4, 3)  # (D, H) = (4, 3)
word = np.array([2, 0])  # (N,)
print("one-hot times Wxh:\n", np.eye(4)[word] @ Wxh)
print("rows 2 and 0 of Wxh:\n", Wxh[word])

# %% [markdown]
# It picks a row. So `Wxh[word]` is the same product without the zeros. With a vocabulary of 10,000 words the product
# multiplies 10,000 times for each number of its result, 9,999 of them by 0; picking a row multiplies not once. Each row
# of $W_{xh}$ belongs to one word. (Elsewhere these rows are called *embeddings*.)
#
# With $x_t$ the ids that are read at step $t$, one for each example,
#
# $$
# \underbrace{h_t}_{(N, H)} = \tanh\big(\underbrace{W_{xh}[x_t]}_{(N, H)} + \underbrace{h_{t-1}}_{(N, H)}
# \underbrace{W_{hh}}_{(H, H)} +
# \underbrace{b_h}_{(H,)}\big), \qquad h_0 = 0 .
# $$
#
# ### Padding must not count
#
# Sources have different lengths. The context of each example must be the state after its *own* last word. In notebook
# 02 you saw what one row of padding did
# to a judgement: the state after it was another one.
#
# A simple way: at a padded step the state **stays as it is**. With $m_t$ the mask of step $t$, 1 or 0 for each example,
#
# $$
# \underbrace{h_t}_{(N, H)} = \underbrace{m_t}_{(N, 1)} \odot \tanh(\dots) + (1 - m_t) \odot h_{t-1} .
# $$
#
# Then the last column `h[:, -1]` holds every example's context, whatever its length.
#
# Two sources, of 2 and 5 words, stand in one batch with $T = 5$. How many of the five states of the *first* one will be
# equal to each other?

# %%
equal_states = predict(...)

# %% [markdown]
# ## Exercise: `encode`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: read a padded batch so that the padding leaves no trace.*
#
# From here on, the parameters of each network are a dict, as in notebook 04. $D$ is the number of words of the source vocabulary.


# %% nbgrader={"grade_id": "encode", "solution": true}
def encode(source, mask, enc):
    """Return the states of the encoder after each step.

    source : (N, T) int    ids, from 0 to D - 1, of any integer type; at padded steps any of them
    mask   : (N, T)        1.0 at words, 0.0 at padding; each row starts with a word, and padding is at its end
    enc    : dict with "Wxh" (D, H), "Whh" (H, H), "bh" (H,)

    Before the first step the state is 0. At a padded step the state stays as it was.

    Returns h : (N, T, H). So h[:, -1] is the state of each example after its own last word.
    """
    ### BEGIN SOLUTION
    N, T = source.shape
    h_prev, states = np.zeros((N, len(enc["bh"]))), []
    for t in range(T):
        h_new = np.tanh(enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"] + enc["bh"])  # (N, H)
        real = mask[:, t, None]  # (N, 1)
        h_prev = real * h_new + (1 - real) * h_prev
        states.append(h_prev)
    return np.stack(states, axis=1)  # (N, T, H)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_encode", "points": 3}
check(encode)

# %% [markdown]
# The test that every padding must pass: a short source alone, and the same source beside a long one.

# %%
rng = np.random.default_rng(0)
D, H = 6, 4
enc = {
    "Wxh": rng.normal(0, 0.7, (D, H)),
    "Whh": rng.normal(0, 0.7, (H, H)),
    "bh": rng.normal(0, 0.3, H),
}
alone = np.asarray(encode(np.array([[4, 1]]), np.ones((1, 2)), enc))  # (1, 2, H)
source = np.array([[4, 1, 0, 0, 0], [3, 5, 2, 2, 1]])
mask = np.array([[1.0, 1, 0, 0, 0], [1, 1, 1, 1, 1]])
beside = np.asarray(encode(source, mask, enc))  # (2, 5, H)
print("context alone:       ", alone[0, -1].round(4))
print("context in the batch:", beside[0, -1].round(4))
same = [t + 1 for t in range(5) if np.allclose(beside[0, t], beside[0, -1])]
print("states of the short source that are equal:", same)
equal_states.compare(len(same), within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Four. Its second word is read at step 2, and from there on nothing changes: the states of steps 2, 3, 4 and 5 are equal.
#
# </details>

# %% [markdown]
# ## The decoder, one step
#
# The decoder is a second network with weights of its own. Its input is a token of the target vocabulary, of size $V$.
# Its outputs are logits over the same
# vocabulary:
#
# $$
# \underbrace{h_t}_{(N, H)} = \tanh\big(W_{xh}[\text{token}_t] + h_{t-1} W_{hh} + b_h\big), \qquad
# \underbrace{\text{logits}_t}_{(N, V)} = h_t\, \underbrace{W_{hy}}_{(H, V)} + \underbrace{b_y}_{(V,)} .
# $$
#
# We write one step as a function of its own, because two loops will use it: one for training and one for writing. They
# differ in nothing but the token that they hand in.

# %% [markdown]
# ## Exercise: `decoder_step`
#
# *Difficulty 1 of 5 · 8 minutes · Objective: one step of the writer, with everything that the next step needs.*


# %% nbgrader={"grade_id": "decoder_step", "solution": true}
def decoder_step(token, h_prev, dec):
    """Take one step of the decoder.

    token  : (N,) int   ids of the tokens that are read, from 0 to V - 1, of any integer type
    h_prev : (N, H)     states before the step
    dec    : dict with "Wxh" (V, H), "Whh" (H, H), "bh" (H,), "Why" (H, V), "by" (V,)

    Returns logits (N, V) of the next token, read from the new state, and the new state h (N, H), in this order.
    """
    ### BEGIN SOLUTION
    h = np.tanh(dec["Wxh"][token] + h_prev @ dec["Whh"] + dec["bh"])  # (N, H)
    return h @ dec["Why"] + dec["by"], h
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_decoder_step", "points": 2}
check(decoder_step)

# %% [markdown]
# ## Write until `<end>`
#
# Now the writer of notebook 02, with three things changed.
#
# 1. It starts from the **context**, and from the token `<start>`.
# 2. An example is done when it chooses `<end>`. In a batch, one is done after two words and another one after seven.
#    The loop goes on until **all** are done.
#    What a finished example would go on to say is not listened to.
# 3. Nobody promises that `<end>` ever comes. So there is a bound, `most`: after so many words we stop.
#
# **Think**: let `most` be 3. An example chooses the words *a*, *b*, *c* in its first three steps. What is its answer? And
# that of an example which chooses `<end>` in its first step?
#
# <details><summary>The two answers</summary>
#
# `[a, b, c]`, without an end, and the empty list.
#
# </details>

# %% [markdown]
# ## Exercise: `greedy_decode`
#
# *Difficulty 3 of 5 · 25 minutes · Objective: close the loop for a batch in which every example ends when it likes.*
#
# You may call your `decoder_step`.


# %% nbgrader={"grade_id": "greedy_decode", "solution": true}
def greedy_decode(context, dec, start, end, most):
    """Write a sentence for each context, always taking the token with the largest logit.

    context : (N, H)   states to start from, one for each example
    dec     : dict with the parameters of decoder_step
    start   : int      id of the first input of every example
    end     : int      id of the token that ends a sentence
    most    : int      the largest number of words in a sentence, at least 1; end does not count as a word

    Each step reads the token that was chosen in the step before. Of equal logits the lowest id is chosen.
    An example ends when it chooses end, or when it has `most` words; the others go on, and do not
    notice.

    Returns a list of N lists of ids (integers): the words of each example, without start and end. A list
    may be empty.
    """
    ### BEGIN SOLUTION
    N = len(context)
    token, h = np.full(N, start), context  # (N,), (N, H)
    done = np.zeros(N, dtype=bool)
    sentences = [[] for _ in range(N)]
    for _ in range(most):
        logits, h = decoder_step(token, h, dec)
        token = np.argmax(logits, axis=1)  # (N,)
        done = done | (token == end)
        if done.all():
            break
        for n in range(N):
            if not done[n]:
                sentences[n].append(int(token[n]))
    return sentences
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_greedy_decode", "points": 5}
check(greedy_decode)

# %% [markdown]
# ### A writer that knows nothing
#
# Random weights, and the 11 tokens from above: 200 networks, one sentence each, with room for 12 words. How many of the
# 200 stop by themselves? (`random_network(D, V, H, rng)` draws the parameters of an encoder and a decoder: weights with
# standard deviation 0.5 or $1 / \sqrt H$, biases 0.)

# %%
stop_alone = predict(...)

# %%
rng = np.random.default_rng(1)
stopped = 0
for number in range(200):
    dec = random_network(1, len(spanish), 16, rng)["dec"]
    (written,) = greedy_decode(rng.normal(0, 0.5, (1, 16)), dec, 1, 2, 12)
    stopped += len(written) < 12
    if number < 4:
        print(" ".join(spanish[int(i)] for i in written) or "(nothing)")
print(f"stopped by themselves: {stopped} of 200")
stop_alone.compare(stopped, within=0.2, unit="networks")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# About half of them, 98. The others run into the bound.
#
# </details>
#
# Two of the sentences above go round in a loop; without `most`, such a sentence might never end. Some networks write
# `<start>` and `<pad>`: as long as nobody has trained them, these are tokens like all others.
#
# This is a good place for a break.

# %% [markdown]
# ## Training: a teacher beside the pen
#
# How should the decoder be trained? Let it write, compare with the right sentence, and send the gradient back? There
# are two problems.
#
# 1. **No gradient passes through the choice.** The next input is the argmax of the logits, a whole number. If a logit
#    grows a little, the argmax stays what it is: its derivative is 0. Where it jumps there is none. So a later loss
#    cannot tell an earlier step to write something else.
# 2. **Nothing to learn from nonsense.** An untrained decoder writes a wrong first word. From then on its inputs are
#    wrong, and what should be the target after
#    *perros perros*?
#
# The way out is the shifted row: in training the decoder does not read what it wrote, but what it *should have* written.
# A teacher corrects every word at once: **teacher forcing**. The dashed lines are gone, and with them both problems:

# %% tags=["figure"]
plots.show(
    seq2seq_plots.translation(["I", "love", "dogs"], ["Me", "encantan", "los", "perros"], taught=True),
    alt="The same chain of 8 states, without dashed lines. The five states of the decoder have inputs from below: <start>, Me, encantan, los, perros. "
    "Their outputs are Me, encantan, los, perros and <end>: the same row, one place earlier.",
)

# %% [markdown]
# The loss is the cross-entropy of notebook 03, as a **mean over all real targets**. With $p_{n,t}$ the probability that
# is given to the right token of example $n$
# at step $t$, $m_{n,t}$ the mask, and $M = \sum_{n,t} m_{n,t}$ the number of real targets,
#
# $$
# L = -\frac1M \sum_{n,t} m_{n,t} \ln p_{n,t}, \qquad\qquad
# \underbrace{\frac{\partial L}{\partial \text{logits}_{n,t}}}_{(V,)} = \frac{m_{n,t}}{M}
# \big(\underbrace{\text{softmax}(\text{logits}_{n,t})}_{(V,)} -
# \underbrace{\text{one-hot of the target}}_{(V,)}\big) .
# $$
#
# The `<end>` of each sentence is one of the $M$ targets. The padding is not.
#
# The three sentences of the batch above have 4, 4 and 2 words. What is $M$, and how many of the targets in the table are
# padding?

# %%
real_and_padding = predict(..., ...)

# %% [markdown]
# ## Exercise: `teacher_forced_loss`
#
# *Difficulty 4 of 5 · 25 minutes · Objective: run the decoder on the teacher's words, and count each real target once.*
#
# Three things come back: the loss, its gradient, and the states, which the way back will need. Compute $\ln p$
# directly, as in notebook 03: subtract the largest logit of
# each row first, and never take the logarithm of a probability that may be 0.


# %% nbgrader={"grade_id": "teacher_forced_loss", "solution": true}
def teacher_forced_loss(context, inputs, targets, mask, dec):
    """Return the mean cross-entropy of the decoder with teacher forcing, its gradient, and the states.

    context : (N, H)        state before the first step
    inputs  : (N, T) int    what is read at each step
    targets : (N, T) int    what should be given at each step
    mask    : (N, T)        1.0 where the target counts, 0.0 where it is padding; at least one target counts
    dec     : dict with the parameters of decoder_step

    Returns, in this order,
    loss    : number        one mean of -ln p, over all targets with mask 1 of all examples
    dlogits : (N, T, V)     gradient of that mean with respect to the logits; 0 at padded steps
    h       : (N, T, H)     states after each step, also at padded steps

    No inf and no nan, also for logits in the thousands.
    """
    ### BEGIN SOLUTION
    h_t, states, logits = context, [], []
    for t in range(inputs.shape[1]):
        logits_t, h_t = decoder_step(inputs[:, t], h_t, dec)
        states.append(h_t)
        logits.append(logits_t)
    logits = np.stack(logits, axis=1)  # (N, T, V)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (N, T, V)
    one_hot = np.eye(logits.shape[-1])[targets]  # (N, T, V)
    M = mask.sum()
    loss = -((one_hot * log_p).sum(axis=-1) * mask).sum() / M
    dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None] / M
    return loss, dlogits, np.stack(states, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_teacher_forced_loss", "points": 5}
check(teacher_forced_loss)

# %% [markdown]
# The first number to look for, as in notebook 04: a network that knows nothing has the loss $\ln V$. With 11 tokens and
# `Why` = 0:

# %%
net = random_network(1, len(spanish), 16, rng)
net["dec"]["Why"] = np.zeros((16, len(spanish)))
rows = [np.asarray(array, dtype=int) for array in teacher_rows(sentences, 1, 2, 0)]
loss = teacher_forced_loss(rng.normal(size=(3, 16)), *rows, net["dec"])[0]
print(f"loss {float(loss):.4f}   ln 11 = {np.log(11):.4f}   real targets: {rows[2].sum()} of {rows[2].size}")
real_and_padding.compare([rows[2].sum(), rows[2].size - rows[2].sum()], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Each sentence has one target more than words, its `<end>`: $M = 5 + 5 + 3 = 13$. The table has $3 \cdot 5$ places, so 2 are
# padding.
#
# </details>

# %% [markdown]
# ## The way back, first half: through the decoder
#
# With teacher forcing the decoder is an ordinary recurrent network with a loss at every step. So its way back is that
# of notebook 03. With
# $a_t$ the sum inside the activation, and `dh_next` what comes back from the later step, 0 at the last one:
#
# $$
# \underbrace{dh_t}_{(N, H)} = \underbrace{d\text{logits}_t}_{(N, V)} \underbrace{W_{hy}^\top}_{(V, H)} + dh_{\text{next}}, \qquad
# \underbrace{da_t}_{(N, H)} = dh_t \odot (1 - h_t^2), \qquad
# dh_{\text{next}} \leftarrow da_t\, \underbrace{W_{hh}^\top}_{(H, H)} .
# $$
#
# The weights collect a term from each step. Four are known to you; the $h_{t-1}$ of the first step is the context:
#
# $$
# dW_{hy} = \sum_t \underbrace{h_t^\top}_{(H, N)} \underbrace{d\text{logits}_t}_{(N, V)}, \quad
# db_y = \sum_{n,t} d\text{logits}_{n,t}, \quad
# dW_{hh} = \sum_t \underbrace{h_{t-1}^\top}_{(H, N)} da_t, \quad
# db_h = \sum_{n,t} da_{n,t} .
# $$
#
# Two things are new.
#
# **The state before the first step is the context.** In notebook 03 you returned `dh0`, and nobody wanted it. Here it
# is the whole point: $dh_0$ of the decoder is the
# gradient of the loss with respect to the context, $d\text{context}$ $(N, H)$. It is the only thing that the encoder
# ever gets to know about the loss.
#
# **Rows that were picked.** $W_{xh}[\text{token}]$ picked rows. So $da_{n,t}$ is *added* to the row of $dW_{xh}$ that
# belongs to that token. It is the product
# $\text{one-hot}^\top da$ again, without the zeros. The same word may stand in a batch several times. For
# `token = [2, 0, 2]` and `da = [[1], [10], [100]]`, which three numbers does `dWxh[token] += da` leave in the three rows
# of a `dWxh` that was 0?

# %%
three_rows = predict(..., ..., ...)

# %%
token = np.array([2, 0, 2])  # token 2 stands there twice
da = np.array([[1.0], [10.0], [100.0]])  # (N, H) = (3, 1)
dWxh = np.zeros((3, 1))
dWxh[token] += da
three_rows.compare(dWxh.ravel(), within=0)
print("dWxh[token] += da     ", dWxh.ravel())
print("one-hot, transposed   ", (np.eye(3)[token].T @ da).ravel())
dWxh = np.zeros((3, 1))
np.add.at(dWxh, token, da)
print("np.add.at             ", dWxh.ravel())

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `dWxh[token] += da` reads the rows, adds, and writes them back: of two additions to the same row the last one wins,
# and the 1 is lost without a word. `np.add.at(dWxh, token, da)`
# adds one after the other. So does the product with one-hot rows.
#
# </details>

# %% [markdown]
# ## Exercise: `decoder_backward`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: backpropagation through the decoder, out at its front end.*
#
# `dlogits` comes from `teacher_forced_loss`. It is 0 at padded steps, and it holds the division by $M$. So there is no
# mask here, and nothing to divide.


# %% nbgrader={"grade_id": "decoder_backward", "solution": true}
def decoder_backward(dlogits, context, inputs, h, dec):
    """Go back through all steps of the decoder.

    dlogits : (N, T, V)     gradient of the loss with respect to the logits of each step
    context : (N, H)        state before the first step
    inputs  : (N, T) int    tokens that were read; a token may stand there often
    h       : (N, T, H)     states after each step
    dec     : dict with "Wxh" (V, H), "Whh" (H, H), "bh" (H,), "Why" (H, V), "by" (V,)

    Returns dcontext (N, H), the gradient of the loss with respect to the context, and a dict with the
    keys of dec: the gradients of the parameters, in their shapes, in this order. Everything is summed
    over batch and steps, nothing is averaged.
    """
    ### BEGIN SOLUTION
    N, T, H = h.shape
    grads = {name: np.zeros(value.shape) for name, value in dec.items()}
    dh_next = np.zeros((N, H))
    for t in reversed(range(T)):
        h_prev = h[:, t - 1] if t > 0 else context  # (N, H)
        dh = dlogits[:, t] @ dec["Why"].T + dh_next  # (N, H)
        da = dh * (1 - h[:, t] ** 2)  # (N, H)
        grads["Why"] += h[:, t].T @ dlogits[:, t]  # (H, N) @ (N, V)
        grads["by"] += dlogits[:, t].sum(axis=0)
        np.add.at(grads["Wxh"], inputs[:, t], da)  # da[n] to the row of its token
        grads["Whh"] += h_prev.T @ da  # (H, N) @ (N, H)
        grads["bh"] += da.sum(axis=0)
        dh_next = da @ dec["Whh"].T  # (N, H)
    return dh_next, grads
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_decoder_backward", "points": 6}
check(decoder_backward)

# %% [markdown]
# ## The way back, second half: into the encoder
#
# The encoder has no loss of its own. Its only gradient arrives at one place, the context, which is `h[:, -1]`. From
# there it goes back in time, through the step that made the state:
#
# $$
# h_t = m_t \odot \tanh(a_t) + (1 - m_t) \odot h_{t-1}
# $$
#
# With $dh_t$ the whole gradient of $h_t$, the sum inside the activation gets
#
# $$
# \underbrace{da_t}_{(N, H)} = \underbrace{m_t}_{(N, 1)} \odot dh_t \odot (1 - h_t^2) .
# $$
#
# (Where the mask is 1, $h_t$ is $\tanh(a_t)$, so $1 - h_t^2$ is its slope. Where the mask is 0 it does not matter.)
#
# The next line is yours. $h_{t-1}$ is used in **two** places of the formula for $h_t$: inside $a_t$, and directly. Write
# down on paper what each of the two sends back, and add. Try your formula at both kinds of steps: at a real step it must
# be that of notebook 03, and at a padded step the gradient must walk on unchanged.
#
# **Think**: a source of 2 words in a batch with $T = 5$. At which of the five steps do the weights get a contribution
# from it?
#
# <details><summary>At which steps</summary>
#
# At steps 1 and 2. At the padded steps 3 to 5 the mask is 0, so $da_t = 0$: no weight gets anything, and the gradient of
# the context walks on unchanged until it meets the last word.
#
# </details>

# %% [markdown]
# ## Exercise: `encoder_backward`
#
# *Difficulty 4 of 5 · 20 minutes · Objective: hand the gradient of the written words to the words that were read.*


# %% nbgrader={"grade_id": "encoder_backward", "solution": true}
def encoder_backward(dcontext, source, mask, h, enc):
    """Go back through all steps of the encoder.

    dcontext : (N, H)       gradient of the loss with respect to h[:, -1], the only state that the loss sees
    source   : (N, T) int   ids that were read; an id may stand there often
    mask     : (N, T)       1.0 at words, 0.0 at padding; each row starts with a word, and padding is at its end
    h        : (N, T, H)    what encode returned
    enc      : dict with "Wxh" (D, H), "Whh" (H, H), "bh" (H,)

    The state before the first step was 0.

    Returns a dict with the keys of enc: the gradients of the parameters, in their shapes, summed over
    batch and steps.
    """
    ### BEGIN SOLUTION
    N, T, H = h.shape
    grads = {name: np.zeros(value.shape) for name, value in enc.items()}
    dh = dcontext  # (N, H)
    for t in reversed(range(T)):
        h_prev = h[:, t - 1] if t > 0 else np.zeros((N, H))
        real = mask[:, t, None]  # (N, 1)
        da = real * dh * (1 - h[:, t] ** 2)  # (N, H), 0 at padding
        np.add.at(grads["Wxh"], source[:, t], da)
        grads["Whh"] += h_prev.T @ da  # (H, N) @ (N, H)
        grads["bh"] += da.sum(axis=0)
        dh = da @ enc["Whh"].T + (1 - real) * dh
    return grads
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_encoder_backward", "points": 4}
check(encoder_backward)

# %% [markdown]
# ## One network
#
# Your pieces make one network now, with eight arrays of parameters in two dicts. `Translator` of `rnncourse.lab` joins
# them. It contains none of them: you hand them in. All that it does for training is this, with your functions as
# attributes (`floats` makes an array of what you return):
#
# ```python
# h = floats(self.encode(source, source_mask, net["enc"]))  # (N, T, H)
# loss, dlogits, states = self.teacher_forced_loss(h[:, -1], inputs, targets, mask, net["dec"])
# dcontext, ddec = self.decoder_backward(floats(dlogits), h[:, -1], inputs, floats(states), net["dec"])
# denc = self.encoder_backward(floats(dcontext), source, source_mask, h, net["enc"])
# ```
#
# Read the third line once more: `dcontext` is all that goes from one network to the other.
#
# The cell holds the gradient against a measurement, every entry of every array, on a small padded batch. The measurement
# moves an encoder weight a little, and looks at the loss of the *decoder*.


# %%
def stack_sources(sources):
    """Return ids (N, T), padded with 0, and the mask (N, T); notebook 01."""
    T = max(map(len, sources))
    ids = np.array([[*row, *[0] * (T - len(row))] for row in sources])
    mask = np.array([[1.0] * len(row) + [0.0] * (T - len(row)) for row in sources])
    return ids, mask


translator = Translator(
    stack_sources,
    teacher_rows,
    encode,
    decoder_step,
    greedy_decode,
    teacher_forced_loss,
    decoder_backward,
    encoder_backward,
)


def compare_with_differences(network, net, batch):
    """Print how far each gradient of a network is from a measurement."""
    _, grads = network.loss_and_grads(net, *batch)
    for part, name in [(part, name) for part, params in net.items() for name in params]:
        value = net[part][name]
        measured = np.zeros_like(value)
        for index in np.ndindex(value.shape):
            losses, kept = [], value[index]
            for shift in (1e-4, -1e-4):
                value[index] = kept + shift
                losses.append(network.loss_and_grads(net, *batch)[0])
            value[index] = kept
            measured[index] = (losses[0] - losses[1]) / 2e-4
        error = np.abs(measured - grads[part][name]).max() / np.abs(measured).max()
        print(
            f"{part} {name:<4} {value.shape!s:<7} largest gradient {np.abs(measured).max():.4f}   relative error {error:.0e}"
        )


START, END = 1, 2
rng = np.random.default_rng(2)
net = random_network(5, 7, 4, rng)  # D, V, H
pairs = [([4, 1, 1], [3, 6]), ([2], [5, 5, 3, 4]), ([3, 3], [4])]  # repeated words, different lengths
small = translator.batch(pairs)
compare_with_differences(translator, net, small)

# %% [markdown]
# The largest gradients in the encoder are 0.02 to 0.08, those in the decoder 0.08 to 0.15: they do arrive, and all of
# them through the context. All eight tables agree with the
# measurement. (Functions that compute in float32 leave the measurement one or two digits.)
#
# The training loop is one for all networks, `descend` of `rnncourse.lab`. It makes one long vector of all parameters, and
# of all gradients another. These are its lines for one step:
#
# ```python
# loss, grads = loss_and_grads(params, *batch)
# values = update(values, flatten(grads, like=params), step)
# params = rebuild(params, values)
# ```
#
# The `update` is ours: Adam with clipping, as in notebook 04, on that long vector. In the second half of the training the
# rate falls to 0, so that the last steps are small.


# %%
def adam(rate, steps):
    """Return an update rule for that many steps."""
    m = v = 0.0

    def update(values, gradient, step):
        nonlocal m, v
        g = gradient * min(1.0, 1.0 / np.linalg.norm(gradient))  # clipped to norm 1
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        now = rate * min(1.0, 2 * (1 - (step - 1) / steps))
        return values - now * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    return update


def trained(network, net, data, steps, rate, size, rng):
    """Train on random rows of `data`, in batches of `size`; return the parameters and the losses."""
    return descend(net, network.loss_and_grads, batches(data, size, steps, rng), adam(rate, steps))


# %% [markdown]
# ## First task: say it backwards
#
# A task where the right answer is known for every input: a number comes in, digit by digit, and is to be written from
# its end. `5 0 7` → `7 0 5`. Eight digits, 0 to 7, and numbers of one to four digits. There are
# 4096 numbers of four digits. We put 300 of them aside; the network never sees them.
#
# The first digit that is written is the last one that was read, which is easy. The last digit that is written is the
# first one read. It has to survive
# in the state for 4 steps of reading and 3 of writing.
#
# The target vocabulary has 11 tokens: three special ones and eight digits. What is the loss at the start? And which share
# of the 300 unseen numbers, from 0 to 1, is right after 800 batches of 64, a few seconds of training? An answer counts
# only if all of it is right.

# %%
first_loss_and_share = predict(..., ...)


# %%
def backwards(number):
    """Return a pair (source, target) of ids; a source digit d has the id d, as a target it has the id d + 3."""
    return list(number), [digit + 3 for digit in reversed(number)]


rng = np.random.default_rng(0)
four_digits = rng.permutation([np.unravel_index(n, (8, 8, 8, 8)) for n in range(4096)]).tolist()
unseen = [backwards(number) for number in four_digits[:300]]
kept_out = {tuple(number) for number in four_digits[:300]}
drawn = [rng.integers(0, 8, rng.integers(1, 5)).tolist() for _ in range(20_000)]
data = translator.batch([backwards(number) for number in drawn if tuple(number) not in kept_out])
print(f"{len(data[0])} training pairs, drawn with repetition; {len(unseen)} unseen numbers")

H = 48
net, losses = trained(translator, random_network(8, 11, H, rng), data, 800, 0.007, 64, rng)
print(f"loss {losses[0]:.2f} at the start, {np.mean(losses[-50:]):.4f} at the end")
share = translator.share_right(net, unseen, 10)
print(f"unseen numbers: {share:.1%} right")
first_loss_and_share.compare([losses[0], share])
three = translator.answer(net, [source for source, _ in unseen[:3]], 10)
for (source, target), written in zip(unseen[:3], three, strict=True):
    print("read", *source, "  wrote", *[word - 3 for word in written], "  right:", written == target)

# %% tags=["figure"]
plots.show(
    training_plots.curves(
        {"one run": [losses]}, ("update", "loss"), (np.log(11), "ln 11: knows nothing"), log=True
    ),
    alt=f"Loss of the reversal task over 800 updates, on a logarithmic scale. It starts at {losses[0]:.2f}, near the line ln 11 = 2.40. Means of 40 updates: "
    + ", ".join(f"{np.mean(losses[k - 20 : k + 20]):.2g} around update {k}" for k in (100, 200, 400, 780))
    + ".",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All of the unseen numbers, or nearly, are right.
#
# A network that knows nothing has the loss $\ln 11 = 2.40$. This one starts a little above it: its random weights make
# it sure of things it cannot know.
#
# </details>
#
# One run proves little. Two more, each with weights of its own:


# %%
def reverser(seed):
    """Return a network that was trained on the reversal task, from its own random start."""
    rng = np.random.default_rng(seed)
    return trained(translator, random_network(8, 11, H, rng), data, 800, 0.007, 64, rng)[0]


reversers = [net, reverser(1), reverser(2)]
print(
    "unseen numbers right:", " ".join(f"{translator.share_right(one, unseen, 10):.1%}" for one in reversers)
)

# %% [markdown]
# And two more, to make it five:

# %%
reversers += [reverser(3), reverser(4)]
print(
    "unseen numbers right:", " ".join(f"{translator.share_right(one, unseen, 10):.1%}" for one in reversers)
)

# %% [markdown]
# The encoder has found a way to put four digits *and their order* into one state, and the decoder a way to take them
# out in the opposite order. Nobody told
# them how.
#
# ### Where it ends
#
# The networks were trained on one to four digits. The state has 48 numbers, so there should be room for more. Two guesses,
# from 0 to 1: the share of answers that are right as a whole when the number has 5 digits, and the share of answers whose
# *first* digit is right when it has 8.

# %%
five_and_eight = predict(..., ...)

# %%
lengths = list(range(1, 9))
rng = np.random.default_rng(9)
tests = {n: [backwards(rng.integers(0, 8, n).tolist()) for _ in range(200)] for n in lengths}
whole, first, written_digits = (np.zeros((len(reversers), len(lengths))) for _ in range(3))
for row, one in enumerate(reversers):
    for column, n in enumerate(lengths):
        written = translator.answer(one, [source for source, _ in tests[n]], 12)
        whole[row, column] = np.mean([w == target for w, (_, target) in zip(written, tests[n], strict=True)])
        first[row, column] = np.mean(
            [w[:1] == target[:1] for w, (_, target) in zip(written, tests[n], strict=True)]
        )
        written_digits[row, column] = np.mean([len(w) for w in written])
print("means of five networks, digits read:", "  ".join(f"{n:>4}" for n in lengths))
print("whole answer right                  ", "  ".join(f"{share:4.0%}" for share in whole.mean(axis=0)))
print("first digit of the answer right     ", "  ".join(f"{share:4.0%}" for share in first.mean(axis=0)))
print(
    "digits written                      ",
    "  ".join(f"{count:4.1f}" for count in written_digits.mean(axis=0)),
)
print("most right answers of 5 digits in one network:", f"{whole[:, 4].max():.0%}")
five_and_eight.compare([whole[:, 4].mean(), first[:, 7].mean()])
for one in reversers[:3]:
    print("read 1 2 3 4 5, wrote", *[word - 3 for word in translator.answer(one, [[1, 2, 3, 4, 5]], 12)[0]])

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {
            "first digit of the answer": (lengths, first.mean(axis=0)),
            "whole answer": (lengths, whole.mean(axis=0)),
        },
        ("digits of the number", "share that is right"),
        (1 / 8, "one digit, guessed"),
    ),
    alt="Share of right answers against the number of digits, means of five networks. Whole answer: "
    + ", ".join(f"{n} digits {share:.1%}" for n, share in zip(lengths, whole.mean(axis=0), strict=True))
    + ". First digit of the answer: "
    + ", ".join(f"{n} digits {share:.1%}" for n, share in zip(lengths, first.mean(axis=0), strict=True))
    + ".",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A cliff between 4 and 5, and yet the first digit that is written, the last one read, is right every time, for eight
# digits as well. What was read last is there; what lies further back is lost, or cannot be taken out.
#
# </details>
#
# Two things are mixed in the cliff, and this measurement cannot tell them apart.
#
# - **Nobody asked for it.** In training every answer ended after at most four digits. Look at how many are written:
#   four or fewer, on average. The networks have learnt *at most four* as part of the task.
# - **The bottleneck.** Everything must go through one state of fixed size, however long the source is. Each digit more
#   has to share it with the others.
#
# The last sitting takes the two apart, and widens the bottleneck.

# %% [markdown]
# ## What teacher forcing hides
#
# In training the decoder never sees a mistake of its own: the teacher corrects every word. In use nobody does. What then?
#
# A task where that shows. Two digits come in, a start $a$ and a step $s$. The decoder counts on, eight times, keeping
# the last digit only: `3 4` → `7 1 5 9 3 7 1 5`. The rule is simple: add $s$ to
# the digit before.
#
# We stop the training early, after 200 updates, as if we had had no time for more. Then we measure the share of right
# digits at each of the eight places, in two ways:
#
# - **with the teacher**: every step reads the right digit before, as in training
# - **on its own**: every step reads what was written before, as in use
#
# At which place *must* the two shares be equal? And which of the two rises from place 1 to place 5?

# %%
equal_place = predict(...)
rising = predict(..., among=("with the teacher", "on its own", "both", "neither"))


# %%
def counting(a, s):
    """Return a pair (source, target) of ids."""
    return [a, s], [(a + k * s) % 10 + 3 for k in range(1, 9)]


all_counts = [counting(a, s) for a in range(10) for s in range(1, 10)]
count_data = translator.batch(all_counts)


def right_by_place(net):
    """Return the share of right digits at each of 8 places, with the teacher and on its own, (8,) each."""
    source, source_mask, inputs, targets, _ = count_data
    h = np.asarray(encode(source, source_mask, net["enc"]))
    with_teacher, state = [], h[:, -1]
    for t in range(8):
        logits, state = decoder_step(inputs[:, t], state, net["dec"])
        with_teacher.append((np.argmax(logits, axis=1) == targets[:, t]).mean())
    written = greedy_decode(h[:, -1], net["dec"], START, END, 8)
    table = np.array([[*map(int, words), *[END] * (8 - len(words))] for words in written])
    return np.array(with_teacher), (table == targets[:, :8]).mean(axis=0)


def five_runs(steps):
    """Return the shares of five networks that were trained for so many updates, (5, 2, 8)."""
    runs = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        net, _ = trained(translator, random_network(10, 13, 32, rng), count_data, steps, 0.01, 32, rng)
        runs.append(right_by_place(net))
    return np.array(runs)


ways = ("with the teacher", "on its own")
early = five_runs(200)
print("200 updates, mean of five seeds, places 1 to 8       places 2 to 8, by seed")
for way, name in enumerate(ways):
    shares = " ".join(f"{share:4.0%}" for share in early[:, way].mean(axis=0))
    print(f"{name:<17}", shares, "  ", " ".join(f"{share:.0%}" for share in early[:, way, 1:].mean(axis=1)))
by_place = early.mean(axis=0)  # (2, 8)
equal_place.compare(1 + np.flatnonzero(by_place[0] == by_place[1])[0], within=0)
up = [name for name, shares in zip(ways, by_place, strict=True) if (np.diff(shares[:5]) > 0).all()]
rising.compare(up[0] if len(up) == 1 else "both" if up else "neither")

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {name: (range(1, 9), early[:, way].mean(axis=0)) for way, name in enumerate(ways)},
        ("place of the digit", "share of right digits"),
        (0.1, "guessed"),
    ),
    alt="Share of right digits at places 1 to 8 after 200 updates, mean of five seeds. "
    + " ".join(
        f"{name}: {', '.join(f'{share:.2f}' for share in early[:, way].mean(axis=0))}."
        for way, name in enumerate(ways)
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The two curves start at the same height, since the first step reads `<start>` in both ways. Then they part.
#
# With the teacher the decoder gets better from place to place: 48, 61, 73, 86, 96 %. Somebody who can subtract would know
# the step after two right digits. This decoder, two fifths of the way into its training, takes four of them to be nearly
# sure. On its own it has no right digits to lean on. Once one is wrong, it goes on from that one: 35 to 47 % at all later
# places but one. (At place 5 the right digit is $a$ or $a + 5$, because $5 s$ ends in 0 or 5. That one is easier to hit.)
#
# </details>
#
# The training saw the upper curve only: its loss is the loss *with the teacher*. The gap has a name, **exposure bias**:
# the decoder is trained on right words before it, and used on its own. The training did not show it, and
# could not.
#
# After 500 updates, is the gap wider or narrower?

# %%
gap = predict(..., among=("wider", "narrower", "about the same"))

# %%
late = five_runs(500)
print("500 updates, mean of five seeds, places 1 to 8       places 2 to 8, by seed")
for way, name in enumerate(ways):
    shares = " ".join(f"{share:4.0%}" for share in late[:, way].mean(axis=0))
    print(f"{name:<17}", shares, "  ", " ".join(f"{share:.0%}" for share in late[:, way, 1:].mean(axis=1)))
gaps = [-np.diff(runs.mean(axis=(0, 2)))[0] for runs in (early, late)]
print(f"gap, mean over the places: {gaps[0]:.0%} after 200 updates, {gaps[1]:.0%} after 500")
gap.compare(
    "narrower" if gaps[1] < 0.8 * gaps[0] else "wider" if gaps[1] > 1.25 * gaps[0] else "about the same"
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Here it all but goes away: a decoder that hardly makes mistakes is hardly exposed to any.
#
# </details>
#
# Translators of real sentences do make mistakes. And the loss does not tell you how far you are. Measure a writer **as it is
# used**, with `greedy_decode`.

# %% [markdown]
# ## Translate
#
# At last, sentences. Four subjects, two verbs, seven objects: 56 English sentences, and their Spanish translations. In
# Spanish the thing that is loved is the grammatical subject, so the verb follows *it*: *Me encanta la
# música*, but *Me encantan los perros*.


# %%
subjects = {"I": "Me", "You": "Te", "We": "Nos", "They": "Les"}
verbs = {"love": ("encanta", "encantan"), "like": ("gusta", "gustan")}
objects = {
    "dogs": "los perros",
    "cats": "los gatos",
    "books": "los libros",
    "flowers": "las flores",
    "music": "la música",
    "coffee": "el café",
    "summer": "el verano",
}
phrases = []
for english_subject, pronoun in subjects.items():
    for verb, (singular, plural) in verbs.items():
        for thing, noun in objects.items():
            form = plural if noun.startswith(("los", "las")) else singular
            phrases.append((f"{english_subject} {verb} {thing}", f"{pronoun} {form} {noun}"))

english_words = sorted({word for english, _ in phrases for word in english.split()})
spanish_words = ["<pad>", "<start>", "<end>", *sorted({word for _, text in phrases for word in text.split()})]


def to_pair(phrase):
    """Return the ids of an English sentence and of its translation."""
    english, text = phrase
    return [english_words.index(w) for w in english.split()], [spanish_words.index(w) for w in text.split()]


def to_text(ids):
    """Return Spanish words for ids."""
    return " ".join(spanish_words[i] for i in ids)


print(
    len(phrases),
    "phrases,",
    len(english_words),
    "English words,",
    len(spanish_words),
    "Spanish words and tokens",
)
print(*(f"{english} -> {text}" for english, text in phrases[::11]), sep="\n")

# %% [markdown]
# We train on 28 of the 56, with *I love dogs* among them. Then 14 others that the network never saw, made of known
# words only, such as *They like
# cats* when it knows *They like books* and *I love cats*.
#
# A person who had understood the 28 would get all 14. Your two shares of whole sentences, from 0 to 1: of the 28 that
# were trained, and of the 14 that were not?

# %%
trained_and_new = predict(..., ...)


# %%
def split(seed):
    """Return the phrases in random order; I love dogs comes first."""
    order = np.random.default_rng(seed).permutation(len(phrases) - 1) + 1
    return [phrases[0], *(phrases[n] for n in order)]


def train_translator(seed, count):
    """Return a network trained on the first `count` phrases of a split, and the 14 last phrases of the split."""
    shuffled, rng = split(seed), np.random.default_rng(seed)
    net = random_network(len(english_words), len(spanish_words), 32, rng)
    pairs = [to_pair(phrase) for phrase in shuffled[:count]]
    return trained(translator, net, translator.batch(pairs), 300, 0.01, 28, rng)[0], pairs, shuffled[-14:]


translators = [train_translator(seed, 28) for seed in range(5)]
shares = []
for seed, (net, known, new) in enumerate(translators):
    (written,) = translator.answer(net, [known[0][0]], 8)
    rarest = np.bincount([word for source, _ in known for word in source], minlength=len(english_words)).min()
    shares.append([translator.share_right(net, some, 8) for some in (known, [to_pair(p) for p in new])])
    print(
        f"seed {seed}: trained {shares[-1][0]:4.0%}   new {shares[-1][1]:4.0%}"
        f"   I love dogs -> {to_text(written)}   (rarest word: in {rarest} of the 28)"
    )
trained_and_new.compare(np.mean(shares, axis=0))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All of the trained phrases, and on average fewer than half of the new ones.
#
# </details>
#
# What does a network do with the others? Look at the sentences of the first network, then at all five.

# %%
net, _, new = translators[0]
for (english, right), ids in zip(new, translator.answer(net, [to_pair(p)[0] for p in new], 8), strict=True):
    written = to_text(ids)
    print(f"{english:<18} {written:<26}", "" if written == right else f"should be: {right}")

nouns = list(objects.values())
wrong = trained_before = 0
parts, articles = np.zeros(3), np.zeros(3)  # pronoun, verb without its ending, noun
for net, known, new in translators:
    trained_sentences = {to_text(target) for _, target in known}
    for (_, right), ids in zip(new, translator.answer(net, [to_pair(p)[0] for p in new], 8), strict=True):
        written = to_text(ids)
        wrong += written != right
        trained_before += written != right and written in trained_sentences
        mine, theirs = (written.split() + [""] * 4)[:4], right.split()
        parts += [mine[0] == theirs[0], mine[1][:4] == theirs[1][:4], mine[3] == theirs[3]]
        if mine[3] != theirs[3]:  # wrong nouns, those with the right article, as many by chance
            others = [noun.split()[0] == theirs[2] for noun in nouns if noun.split()[1] != theirs[3]]
            articles += [1, mine[2] == theirs[2], np.mean(others)]
print(
    f"\nfive networks, 70 new phrases: {wrong} wrong, {trained_before} of these word for word from the training"
)
print("right pronoun {:.0%}, right verb {:.0%}, right noun {:.0%}".format(*parts / 70))
print("{:.0f} wrong nouns, {:.0f} with the right article (by chance {:.1f})".format(*articles))

# %% [markdown]
# Pronouns and verbs are nearly always right. Nouns are right in little more than half of the cases. And nine of ten wrong
# answers are, word for word, sentences of the training: good Spanish for something else. The decoder is a fluent writer
# of the sentences that it knows, and where the context is new it slides into one of them. **Fluent is not the same as
# right.** That holds for much larger networks too.
#
# Of the wrong nouns, more have the right article than by chance. But these are 31 nouns of five networks, and they are
# not independent: a network that says *los perros* once says it again. Take it as a question, to be asked in another way
# below.
#
# Would more phrases help? (With as few as 14, a word may not occur at all.) You have seen the share of the 14 new phrases
# after training on 28. What will it be after 14, and after 42?

# %%
fewer_and_more = predict(..., ...)

# %%
by_count, new_right = {28: translators}, {}
for count in (14, 28, 42):
    if count not in by_count:
        by_count[count] = [train_translator(seed, count) for seed in range(5)]
    known = [translator.share_right(net, known, 8) for net, known, _ in by_count[count]]
    new = [translator.share_right(net, [to_pair(p) for p in new], 8) for net, _, new in by_count[count]]
    new_right[count] = np.mean(new)
    print(
        f"{count} phrases: trained {np.mean(known):4.0%}, new {np.mean(new):4.0%}   by seed",
        " ".join(f"{share:4.0%}" for share in new),
    )
fewer_and_more.compare([new_right[14], new_right[42]], within=0.2)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 4 % and 74 %. Each time the trained phrases are perfect, and that says nothing about the rest: 14 more phrases changed what the
# network makes of the new ones, and not its score on the trained ones.
#
# </details>
#
# ### A look at the contexts
#
# The context is all that the decoder gets. Each is a point in 32 dimensions. How far does it move when **one word** of
# the English phrase is replaced? We take all pairs of phrases that differ in exactly one word: the
# subject, the verb, or the object. For objects we distinguish whether the Spanish article stays the same (*cats* for
# *dogs*, both *los*) or changes.
#
# Which replacement moves the context most in networks before any training, and which after training on 42 phrases? The
# object was read last; the subject must be written first.

# %%
moves_most = predict(..., ..., among=("subject", "verb", "object"))


# %%
def distances(net):
    """Return the mean distance of contexts for four kinds of replacing one word."""
    h, _ = translator.states(net, [to_pair(p)[0] for p in phrases])
    found = {"subject": [], "verb": [], "object, same article": [], "object, other article": []}
    for a, (english, text) in enumerate(phrases):
        for b in range(a):
            changed = [k for k in range(3) if english.split()[k] != phrases[b][0].split()[k]]
            if len(changed) == 1:
                same = text.split()[2] == phrases[b][1].split()[2]
                kind = ["subject", "verb", f"object, {'same' if same else 'other'} article"][changed[0]]
                found[kind].append(np.linalg.norm(h[a, -1] - h[b, -1]))
    return {kind: np.mean(values) for kind, values in found.items()}


untrained = [
    random_network(len(english_words), len(spanish_words), 32, np.random.default_rng(s)) for s in range(5)
]
print(f"{'replaced':<22} {'before, five seeds':<26} after training on 42 phrases")
before, after = ([distances(net) for net in nets] for nets in (untrained, [run[0] for run in by_count[42]]))
for kind in before[0]:
    row = ["  ".join(f"{found[kind]:.1f}" for found in runs) for runs in (before, after)]
    print(f"{kind:<22} {row[0]:<26} {row[1]}")
farthest = [
    max(found[0], key=lambda kind: np.mean([run[kind] for run in found])) for found in (before, after)
]
moves_most.compare([kind.split(",")[0] for kind in farthest])

# %% [markdown]
# Now turn the points so that the two directions in which they differ most lie on the paper, for two of the eight
# beginnings and the first of the five networks.

# %% tags=["figure"]
net = by_count[42][0][0]
shown = [p for p in phrases if p[0].startswith(("I love", "They like"))]
h, _ = translator.states(net, [to_pair(p)[0] for p in shown])
places, kept = seq2seq_plots.main_directions(h[:, -1])
groups = {}
for (english, _), place in zip(shown, places, strict=True):
    groups.setdefault(" ".join(english.split()[:2]) + " ...", {})[english.split()[2]] = place
plots.show(
    seq2seq_plots.state_map(groups),
    alt=f"Map of the contexts of {len(shown)} phrases in their two main directions, which keep {kept:.0%} of the scatter. Two groups, one for each beginning, "
    "in each the plurals on one side of the singulars. "
    + " ".join(
        f"{kind}: {', '.join(f'{name} at ({x:.1f}, {y:.1f})' for name, (x, y) in found.items())}."
        for kind, found in groups.items()
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Before training, the object moves the context by about 3, most of all in nearly every network: it was read last, and a
# random network remembers best what came last. After training it is the other way round. The subject moves it most, by
# about 5, although it was read first and has to survive two more words. It is the first word that the decoder must write.
#
# </details>
#
# And the distance between two objects now depends on their Spanish article: about 2.3 with the same one, 2.9 with
# another one. Nobody told the encoder about articles. Everything it knows about Spanish came to it through your
# `dcontext`. In the figure you see plurals apart from singulars.
#
# That answers the question above in another way, with all five networks on one side: what has the same article lies
# closer together. It fits that such nouns are confused more often; it does not prove it.
#
# This is a good place for a break.

# %% [markdown]
# ## One step further: look back
#
# *Where it ends* left two explanations for the cliff, and no measurement between them. Here is one. Train on numbers of
# **all** lengths from one to eight digits, so that nobody can say it was never asked for. And make the state smaller, 24
# units in place of 48, so that it fills up sooner. Five networks, 600 batches of 32.
#
# Which share of the answers will be right for four digits, and which for eight? (From 0 to 1.)

# %%
four_and_eight = predict(..., ...)

# %%
rng = np.random.default_rng(0)
drawn = [rng.integers(0, 8, rng.integers(1, 9)).tolist() for _ in range(20_000)]
long_data = translator.batch([backwards(number) for number in drawn])
tests = {n: [backwards(rng.integers(0, 8, n).tolist()) for _ in range(200)] for n in range(1, 11)}


def long_reverser(network, seed):
    """Return a network of 24 units that was trained on numbers of one to eight digits."""
    rng = np.random.default_rng(seed)
    return trained(network, random_network(8, 11, 24, rng), long_data, 600, 0.01, 32, rng)[0]


narrow = [long_reverser(translator, seed) for seed in range(5)]
through_context = np.array([[translator.share_right(net, tests[n], 20) for n in tests] for net in narrow])
print("digits read             ", "  ".join(f"{n:>4}" for n in tests))
print("through the context     ", "  ".join(f"{share:4.0%}" for share in through_context.mean(axis=0)))
four_and_eight.compare(through_context.mean(axis=0)[[3, 7]])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Nearly all with four digits, and about one in six with eight, though a quarter of the training numbers had seven or eight.
#
# </details>
#
# Now it is the state that is too small, together with the time that we give it. (Nine and ten digits nobody has asked for.)
#
# ### Ask all states
#
# The encoder has a state after every word, $h_1, \dots, h_{T_x}$, and we threw all but the last away. Keep them, and let
# the decoder **look** at them before each of its steps. What it looks for depends on where it is in its sentence. So it
# asks with a vector of its own, the **query** $q$, and every state gets a **score**, the larger the better it fits:
#
# $$
# \underbrace{e_j}_{(N,)} = q \cdot h_j = \sum_k q[k]\, h_j[k], \qquad j = 1, \dots, T_x .
# $$
#
# A softmax over the words of the source makes weights of the scores, and the look is the weighted sum of the states:
#
# $$
# \underbrace{w_j}_{(N,)} = \frac{\exp(e_j)}{\sum_{k\,\text{real}} \exp(e_k)}, \qquad
# \underbrace{\text{look}}_{(N, H)} = \sum_j w_j\, h_j .
# $$
#
# The weights sum to 1. At padding they are exactly 0. This is **attention**. A choice of *one* state would let no gradient
# through, like the argmax above. A softmax is its soft form: if one score is far above the others, the look is nearly that
# state.

# %% [markdown]
# ## Exercise: `attend`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: scores, weights and a look for a padded batch, without a loop over steps.*
#
# It is the softmax of notebook 02 between two products. Test in your head: what is the look when the query is 0?


# %% nbgrader={"grade_id": "attend", "solution": true}
def attend(query, states, mask):
    """Look at all states of the encoder, most at those whose product with the query is largest.

    query  : (N, H)      what each example asks with
    states : (N, T, H)   states to look at; what stands at padded steps is any finite number
    mask   : (N, T)      1.0 where a step is real, 0.0 where it is not; each row has a real step, zeros may be anywhere

    The score of a step is the sum over the H units of query times state. The weights of an example are the
    softmax of its scores over its real steps, and exactly 0 at the others.

    Returns look (N, H), the sum over the steps of weight times state, and the weights (N, T), in this order.
    No inf and no nan, also for scores in the thousands.
    """
    ### BEGIN SOLUTION
    scores = np.einsum("nh,nth->nt", query, states)  # (N, T)
    scores = np.where(mask > 0, scores, -np.inf)  # padding gets no weight
    e = np.exp(scores - scores.max(axis=1, keepdims=True))  # (N, T), at most 1
    weights = e / e.sum(axis=1, keepdims=True)  # (N, T)
    look = (weights[:, :, None] * states).sum(axis=1)  # (N, H)
    return look, weights
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_attend", "points": 4}
check(attend)

# %% [markdown]
# ### Where the look goes, and the way back
#
# The simplest thing that could work: the query is the state that the decoder has, and the look is **added** to it before
# the step.
#
# $$
# \text{look}_t,\ w_t = \text{attend}(h_{t-1}, \text{states}, \text{mask}), \qquad
# \text{logits}_t,\ h_t = \text{decoder\_step}(\text{token}_t,\ h_{t-1} + \text{look}_t) .
# $$
#
# Count the new parameters: there are none. (Larger systems put a matrix before the query and another before the states.
# One such score is that of Luong and others, 2015.)
#
# The way back has three stages, the forward ones in reverse. Let $d\text{look}$ $(N, H)$ arrive.
#
# 1. $\text{look} = \sum_j w_j h_j$ is a product of two things that both have a gradient:
#    $dw_j = d\text{look} \cdot h_j$, and $h_j$ gets $w_j\, d\text{look}$.
# 2. A softmax. All weights move when one score does, since they share the sum: $\partial w_k / \partial e_j = w_k\,
#    (\delta_{kj} - w_j)$. So
#
#    $$
#    de_j = \sum_k dw_k\, w_k\, (\delta_{kj} - w_j) = w_j \Big(dw_j - \sum_k w_k\, dw_k\Big) .
#    $$
#
#    A score gets a gradient if its state is worth more than the look is on average.
# 3. $e_j = q \cdot h_j$, again a product: $dq = \sum_j de_j\, h_j$, and $h_j$ gets $de_j\, q$.
#
# Together $\underbrace{dh_j}_{(N, H)} = w_j\, d\text{look} + de_j\, q$. In NumPy:
#
# ```python
# dweights = np.einsum("nh,nth->nt", dlook, states)
# dscores = weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True))
# dquery = np.einsum("nt,nth->nh", dscores, states)
# ```
#
# Compare with the network before. There the gradient had one door into the encoder, the context, and then walked back step
# by step. Now **every state has a door of its own**. The first word is one step away from the loss, not $T_x$.
#
# `AttendingTranslator` puts this around *your* functions: `decoder_backward` takes one step at a time, and
# `encoder_backward` is called for every state as if its source ended there, since gradients add up. The measurement knows
# nothing of all that:

# %%
looking = AttendingTranslator(translator, attend)
net = random_network(5, 7, 4, np.random.default_rng(2))
compare_with_differences(looking, net, small)

# %% [markdown]
# All eight agree. Now the same training: the same 24 units, the same parameters, the same 600 batches. What is the share
# for eight digits now?

# %%
eight_with_looks = predict(...)

# %%
wide = [long_reverser(looking, seed) for seed in range(3)]
print(
    "parameters:",
    *(sum(value.size for part in net.values() for value in part.values()) for net in (narrow[0], wide[0])),
)

# %%
wide += [long_reverser(looking, seed) for seed in (3, 4)]
with_looks = np.array([[looking.share_right(net, tests[n]) for n in tests] for net in wide])
print("digits read             ", "  ".join(f"{n:>4}" for n in tests))
for name, shares in (("through the context", through_context), ("with looks", with_looks)):
    print(f"{name:<24}", "  ".join(f"{share:4.0%}" for share in shares.mean(axis=0)))
print("eight digits by seed, with looks:", " ".join(f"{share:.0%}" for share in with_looks[:, 7]))
eight_with_looks.compare(with_looks[:, 7].mean())

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {
            "with looks": (list(tests), with_looks.mean(axis=0)),
            "through the context": (list(tests), through_context.mean(axis=0)),
        },
        ("digits of the number", "share that is right"),
    ),
    alt="Share of right answers against the number of digits, means of five networks of 24 units, trained on one to eight digits. "
    + " ".join(
        f"{name}: {', '.join(f'{n} digits {share:.0%}' for n, share in zip(tests, shares.mean(axis=0), strict=True))}."
        for name, shares in (("With looks", with_looks), ("Through the context", through_context))
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# From 17 % to 90 % at eight digits, with the same 1931 parameters and the same number of updates: the state was the narrow
# place, and now it is not the only way any more. For nine and ten digits, which neither network has ever met, the shares are
# 80 and 58 % against 2 and 0.
#
# </details>
#
# The first cliff, between four and five digits of the larger network, was both: nobody had asked, *and* there was one state.
#
# What does it cost? Each step of the decoder looks at all $T_x$ states, so the work grows with $T_x \cdot T_y$ and no longer
# with $T_x + T_y$, and all states must be kept.
#
# ### See it look
#
# The weights can be read. Here is the first of the five, reading a number and writing it backwards.

# %%
digits = [3, 1, 4, 1, 5, 2, 6]
tokens, weights = looking.write(wide[0], [digits], len(digits) + 1)
names = ["<pad>", "<start>", "<end>", *map(str, range(8))]
said = [names[int(token)] for token in tokens[0]]
print("read", *digits, "  wrote", *said)
heaviest = weights[0].argmax(axis=1) + 1  # (steps,), counted from 1
print("the step whose state has the largest weight:", *heaviest)

# %% tags=["figure"]
plots.show(
    plots.heatmap(
        weights[0],
        [f"{digit}" for digit in digits],
        [f"writes {word}" for word in said],
    ),
    alt="Weights of the looks, one row for each token that is written and one column for each digit that was read. "
    + " ".join(
        f"{word}: step {int(row.argmax()) + 1} has {row.max():.2f}."
        for word, row in zip(said, weights[0], strict=True)
    ),
)

# %% [markdown]
# The query finds the right place at each step, from the last digit to the first, with nearly all of the weight on one state.
# Nobody told it where to look: the weights were trained by the loss of the written digits alone, through the three stages
# that you have read above. That the order is turned round stands in the figure. For a translation it would show which word
# was read for which.

# %% [markdown]
# ## Other books, other letters
#
# | here | elsewhere |
# | --- | --- |
# | context, the last state of the encoder | thought vector, sentence embedding, `encoder_state` |
# | `<start>`, `<end>` | BOS and EOS, `<s>` and `</s>`, `<sos>`, `<go>` |
# | teacher forcing | training with ground-truth inputs; `decoder_inputs`, shifted right |
# | greedy decoding | beam search with width 1 |
# | rows of $W_{xh}$ | embedding vectors, often in a layer of their own |
# | `attend`, with $q \cdot h_j$ as the score | dot-product attention; divided by $\sqrt H$ in the Transformer |
# | look | context vector $c_t$, glimpse, read vector |
# | context as the first state of the decoder | in some systems the context is an input of every step as well |

# %% [markdown]
# ## What you can do now
#
# - You can turn one sequence into another of a different length, and let the network decide where it ends.
# - You know which row is shifted against which, why `<end>` is a target and `<start>` is not, and that a padding leaves no trace.
# - You can send a gradient from a written word into the network that read, through a single state.
# - You measure a writer the way it will be used: on its own, on whole answers, on sources that it has not seen.
# - You let a writer look back at all that was read, and you know the way of the gradient through the weights.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **Read backwards.** Reverse the *source* in the reversal task, so that `5 0 7` is read as `7 0 5`, and train with
#    400 updates. Is it easier or harder now? Early translation systems reversed their sources. Why might
#    that have helped?
# 2. **Move the cliff.** Train the network without looks, of 24 units, on one to eight digits with 2000 updates. How far
#    does it get? And with 48 units? What does a look save you?
# 3. **The answer leaks.** Hand the targets to `teacher_forced_loss` in place of the inputs, in the counting task. What
#    becomes of the loss, and what does `greedy_decode` write?
# 4. **No end.** Set the mask to 0 where the target is `<end>`, and train. What do the answers look like?
# 5. **Digits to words.** Write a network that reads `4 2` and writes *forty two*. Which numbers up to 999 must it have seen?
# 6. **Its own words.** In training, replace each input by the network's own choice with a probability of 0.2. (This is
#    called scheduled sampling.) Does the gap in the counting task shrink?
# 7. **Translate with looks.** Train `looking` on 28 of the phrases. Is its share of the 14 new ones larger? Read its weights:
#    does *encantan* look at *dogs*?
# 8. **Two candidates.** Greedy keeps one unfinished sentence. Keep the two whose probabilities are largest, as products
#    over all steps. (This is a beam of width 2.) Find a phrase where it writes something else.
#
# ## Further reading
#
# - I. Sutskever, O. Vinyals and Q. V. Le, *Sequence to Sequence Learning with Neural Networks*, NIPS (2014). Two LSTMs,
#   joined as here; sources reversed.
# - K. Cho et al., *Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation*,
#   EMNLP (2014). The context as an input of every step.
# - D. Bahdanau, K. Cho and Y. Bengio, *Neural Machine Translation by Jointly Learning to Align and Translate*, ICLR
#   (2015). The way out of the bottleneck.
# - M.-T. Luong, H. Pham and C. D. Manning, *Effective Approaches to Attention-based Neural Machine Translation*, EMNLP
#   (2015). Products as scores.
# - R. J. Williams and D. Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural
#   Computation 1 (1989). Teacher forcing.
# - S. Bengio, O. Vinyals, N. Jaitly and N. Shazeer, *Scheduled Sampling for Sequence Prediction with Recurrent Neural
#   Networks*, NIPS (2015). Against exposure bias.
# - B. M. Lake and M. Baroni, *Generalization without Systematicity: On the Compositional Skills of Sequence-to-Sequence
#   Recurrent Networks*, ICML (2018). Known words in new sentences, measured.
#
# Once a network looks at everything at once, it hardly needs the recurrence: that way lead attention and the Transformer. With
# what you have written you can read those papers.
#
# **Next:** [9 Frameworks](09_frameworks.ipynb), where you write what a library does for you, and carry your weights there.
