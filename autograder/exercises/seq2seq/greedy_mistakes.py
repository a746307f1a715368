"""Known wrong ways of ``greedy_decode``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.told import LEAST_LIKELY

TOKEN = "token = np.argmax(logits, axis=1)  # (N,)"


_STEP = "logits, h = decoder_step(token, h, dec)"


_DONE = "done = done | (token == end)"


RETURN = "return sentences"


MISTAKES = (
    mistake(
        "end_included",
        "Your sentences contain end. It says that a sentence is complete, and is no word of it.",
        source="""
            def greedy_decode(context, dec, start, end, most):
                token, h, done = np.full(len(context), start), context, np.zeros(len(context), bool)
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    for n, words in enumerate(sentences):
                        if not done[n]:
                            words.append(int(token[n]))
                    done |= token == end
                return sentences
            """,
    ),
    mistake(
        "end_counts_as_a_word",
        """Where end is not chosen, your sentences lack their last word. Either your bound counts the
            step of end as well, or you cut off the last item of every list, end or not. The bound is on
            words.""",
        ("for _ in range(most):", "for _ in range(most - 1):"),
    ),
    mistake(
        "one_word_more",
        "A sentence of yours can have most + 1 words.",
        ("for _ in range(most):", "for _ in range(most + 1):"),
    ),
    mistake(
        "no_end",
        """You always write `most` words and do not stop at end. An example is done when it chooses
            end.""",
        (_DONE, "done = done | (token < 0)"),
    ),
    mistake(
        "end_skipped",
        """You leave end out and go on writing. What comes after it does not belong to the sentence any
            more: once done, always done.""",
        (_DONE, "done = token == end"),
        ("        if done.all():\n            break\n", ""),
    ),
    mistake(
        "all_stop_at_the_first",
        """As soon as one example chooses end, all of them stop: you leave the loop, or the function.
            The others have not finished their sentences.""",
        ("if done.all():", "if done.any():"),
    ),
    mistake(
        "all_stop_after_the_first",
        """As soon as one example has chosen end, you leave the loop: the others get their word of that
            step, and no more. They have not finished their sentences.""",
        ("        if done.all():\n            break\n", ""),
        (
            "                sentences[n].append(int(token[n]))\n",
            "                sentences[n].append(int(token[n]))\n        if done.any():\n            break\n",
        ),
    ),
    mistake(
        "row_loop_left",
        """When an example chooses end, you leave the loop over the examples: those after it in the
            batch lose their words, although they are not done. Go on to the next example.""",
        (
            "            if not done[n]:\n",
            "            if done[n]:\n                break\n            else:\n",
        ),
    ),
    mistake(
        "start_included",
        "Your sentences begin with start. It is read, not written.",
        (RETURN, "return [[start, *words] for words in sentences]"),
    ),
    mistake(
        "start_fed_each_step",
        "You feed start at every step. The token that was just chosen is the next input.",
        (_STEP, "logits, h = decoder_step(np.full(N, start), h, dec)"),
    ),
    mistake(
        "state_not_carried",
        """Every step starts from the context again. Carry the state from step to step, together with
            the token.""",
        (_STEP, "logits, _ = decoder_step(token, h, dec)"),
    ),
    mistake(
        "nothing_carried",
        "Neither the token nor the state goes on to the next step. Both must be carried.",
        (_STEP, "logits, _ = decoder_step(np.full(N, start), h, dec)"),
    ),
    mistake(
        "context_ignored",
        "You start from zeros: the context is not used, so all examples write the same sentence.",
        ("np.full(N, start), context", "np.full(N, start), np.zeros_like(context)"),
    ),
    mistake(
        "starts_with_end",
        "Your first input is end. The decoder has been taught to begin with start.",
        ("np.full(N, start)", "np.full(N, end)"),
    ),
    mistake(
        "starts_with_token_zero",
        "Your first input is token 0, whatever start is.",
        ("np.full(N, start)", "np.full(N, 0)"),
    ),
    mistake(
        "starts_with_token_one",
        "Your first input is token 1, whatever start is.",
        ("np.full(N, start)", "np.full(N, 1)"),
    ),
    mistake(
        "end_is_two",
        "You stop at token 2, whatever end is: use the argument.",
        (_DONE, "done = done | (token == 2)"),
    ),
    mistake(
        "context_added_each_step",
        """You add the context to the state at every step. It is the state before the first step, and
            lives on inside the states after it.""",
        (_STEP, "logits, h = decoder_step(token, h, dec); h = h + context"),
    ),
    mistake(
        "least_likely",
        LEAST_LIKELY,
        (TOKEN, "token = np.argmin(logits, axis=1)"),
    ),
    mistake(
        "last_of_equals",
        """Of equal logits you choose the highest id. The statement asks for the lowest, so that
            everybody writes the same.""",
        (TOKEN, "token = logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1)"),
    ),
    mistake(
        "argmax_over_batch",
        """Your argmax runs over the batch and gives numbers of examples. The vocabulary is on the last
            axis.""",
        (TOKEN, "token = np.argmax(logits, axis=0)[np.arange(N) % logits.shape[1]]"),
    ),
    mistake(
        "first_example_for_all",
        "All examples write what the first one chooses.",
        (TOKEN, "token = np.full(N, logits[0].argmax())"),
    ),
    mistake(
        "start_never_chosen",
        """You keep the network from choosing start. Greedy takes the largest logit, whatever token it
            is; only training teaches it not to write start.""",
        (
            TOKEN,
            "logits = np.array(logits); logits[:, start] = -np.inf; token = np.argmax(logits, axis=1)",
        ),
    ),
    mistake(
        "one_shared_list",
        """All your sentences are one list: [[]] * N holds the same list N times, and what is appended to
            one is in all.""",
        ("[[] for _ in range(N)]", "[[]] * N"),
    ),
    mistake(
        "first_sentence_only",
        "You return one sentence. There is one for each example of the batch.",
        (RETURN, "return sentences[0]"),
    ),
    mistake(
        "words_by_step",
        """Your lists belong to steps, not to examples: the first one holds the first words of all. One
            list for each example is asked for.""",
        (
            RETURN,
            "return [[w[t] for w in sentences if len(w) > t] for t in range(max(map(len, sentences)))]",
        ),
    ),
    mistake(
        "stops_at_a_repeat",
        """An example of yours stops when it chooses the same word twice in a row. What is chosen is written, and
        only end ends a sentence.""",
        (_DONE, "done = done | (token == end) | np.array([s[-1:] == [t] for s, t in zip(sentences, token)])"),
    ),
    mistake(
        "repeats_collapsed",
        """A word that is chosen twice in a row stands only once in your sentence. What is chosen is
            written.""",
        (RETURN, "return [[w for k, w in enumerate(s) if k == 0 or w != s[k - 1]] for s in sentences]"),
    ),
    mistake(
        "filled_up_with_end",
        """Your sentences all have the same length, filled up with end. Each has a length of its own:
            end is not in it.""",
        (RETURN, "return [words + [end] * (most - len(words)) for words in sentences]"),
    ),
    mistake(
        "finished_ones_dropped",
        """You take finished examples out of the batch, and go on counting the rest from 0. So later
            words are appended to the wrong sentences: remember which row is whose.""",
        source="""
            def greedy_decode(context, dec, start, end, most):
                token, h = np.full(len(context), start), context
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    token, h = token[token != end], h[token != end]
                    if len(token) == 0:
                        break
                    for n in range(len(token)):
                        sentences[n].append(int(token[n]))
                return sentences
            """,
    ),
    mistake(
        "argmax_of_state",
        """You take the argmax of the state. A hidden unit is not a token: the logits are the first
            output of the step.""",
        (_STEP, "_, h = decoder_step(token, h, dec); logits = h"),
    ),
    mistake(
        "overwrites_the_context",
        """Your loop writes the new states into context, which belongs to the caller. Give h an array of
            its own.""",
        (_STEP, "logits, new = decoder_step(token, h, dec); h[:] = new"),
        manner="changes_its_input",
    ),
    mistake(
        "all_go_on_together",
        """All your sentences go on until the last one is done, so the short ones contain end and what
            was chosen after it. Each example ends at its own end.""",
        source="""
            def greedy_decode(context, dec, start, end, most):
                token, h, done = np.full(len(context), start), context, np.zeros(len(context), bool)
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    for n, words in enumerate(sentences):
                        words.append(int(token[n]))
                    done |= token == end
                    if done.all():
                        break
                return sentences
            """,
    ),
    mistake(
        "plain_softmax",
        """You choose from a softmax as it stands. For logits beyond 709 exp is infinite and its share
            nan; far below 0 all is 0. The largest logit is the largest probability: no exponential is
            needed.""",
        (
            TOKEN,
            "p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True); token = np.argmax(p, axis=1)",
        ),
    ),
    mistake(
        "search_from_zero",
        """You look for a logit above 0. Where all are negative you find none, and choose token 0: begin
            with the first logit, not with 0.""",
        (TOKEN, "token = np.argmax(np.maximum(logits, 0), axis=1)"),
    ),
    mistake(
        "largest_size",
        """You choose the logit that is largest in size, with or without a minus. A very negative logit is
            a very unlikely token.""",
        (TOKEN, "token = np.argmax(np.abs(logits), axis=1)"),
    ),
    mistake(
        "first_example_decides",
        """All your sentences end when the first one does. Each example ends by itself.""",
        (_DONE, "done = done | (token[0] == end)"),
    ),
    mistake(
        "ends_after_twenty",
        """You stop after 20 words. The bound is `most`, whatever it is.""",
        ("for _ in range(most):", "for _ in range(min(most, 20)):"),
    ),
)
