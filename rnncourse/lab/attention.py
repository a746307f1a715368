"""The network of notebook 08 with a look at all states of the encoder before each step of the decoder.

It has the same parameters as the one without: the look is added to the state that the decoder starts
its step from, and that state is the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.lab.translator import START, Array, Function, Net, Pair, Translator, floats


def attend_backward(dlook: Array, query: Array, states: Array, weights: Array) -> tuple[Array, Array]:
    """Go back through ``look, weights = attend(query, states, mask)``.

    Parameters
    ----------
    dlook : array of shape (N, H)
        Gradient of the loss with respect to the look.
    query : array of shape (N, H)
    states : array of shape (N, T, H)
    weights : array of shape (N, T)
        What `attend` returned; 0 at padding.

    Returns
    -------
    dquery : array of shape (N, H)
    dstates : array of shape (N, T, H)
        Both ways into a state: as what is looked at, and as what the query is compared with.
    """
    dweights = np.einsum("nh,nth->nt", dlook, states)
    dscores = weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True))
    dquery = np.einsum("nt,nth->nh", dscores, states)
    return dquery, weights[:, :, None] * dlook[:, None] + dscores[:, :, None] * query[:, None]


@dataclass(frozen=True)
class AttendingTranslator:
    """A translator whose decoder looks at all states of the encoder before each of its steps.

    Attributes
    ----------
    plain : Translator
        The functions that both have in common.
    attend : callable
        ``attend(query, states, mask)`` returns look (N, H) and weights (N, T).
    """

    plain: Translator
    attend: Function

    def loss_and_grads(
        self, net: Net, source: Array, source_mask: Array, inputs: Array, targets: Array, mask: Array
    ) -> tuple[float, Net]:
        """Return the loss of a batch, and its gradients in two dicts like those of `net`."""
        states = floats(self.plain.encode(source, source_mask, net["enc"]))  # (N, T, H)
        query, loss, steps = states[:, -1], 0.0, []
        for t in np.flatnonzero(mask.any(axis=0)):  # where every target is padding there is no loss
            now = slice(t, t + 1)  # one step: its arrays have shape (N, 1, ...)
            look, weights = map(floats, self.attend(query, states, source_mask))
            share = mask[:, t].sum() / mask.sum()
            mean, dlogits, h = self.plain.teacher_forced_loss(
                query + look, inputs[:, now], targets[:, now], mask[:, now], net["dec"]
            )
            loss += share * float(mean)
            steps.append((query, look, weights, share * floats(dlogits), floats(h)))
            query = floats(h)[:, 0]
        dstates, dcontext, ddec = self._back(net["dec"], inputs, states, steps)
        dstates[np.arange(len(states)), source_mask.sum(axis=1).astype(int) - 1] += dcontext
        denc = self._into_encoder(net["enc"], source, source_mask, states, dstates)
        return loss, {"enc": denc, "dec": ddec}

    def _back(
        self, dec: dict[str, Array], inputs: Array, states: Array, steps: Sequence[tuple[Array, ...]]
    ) -> tuple[Array, Array, dict[str, Array]]:
        """Return the gradients of the states that were looked at, of the context, and of the decoder.

        A state of the decoder has two outputs here: the logits, and itself, which the next step starts
        from. Written as one output layer, its weights are ``[Why, identity]``.
        """
        H, V = dec["Why"].shape
        both = dec | {"Why": np.hstack([dec["Why"], np.eye(H)]), "by": np.zeros(V + H)}
        dh, dstates = np.zeros((len(states), H)), np.zeros_like(states)
        ddec = {name: np.zeros_like(value) for name, value in dec.items()}
        for t in reversed(range(len(steps))):
            query, look, weights, dlogits, h = steps[t]
            doutput = np.concatenate([dlogits, dh[:, None]], axis=2)  # (N, 1, V + H)
            dstart, grads = self.plain.decoder_backward(doutput, query + look, inputs[:, t : t + 1], h, both)
            for name, value in ddec.items():
                value += floats(grads[name])[..., : value.shape[-1]]
            dquery, seen = attend_backward(floats(dstart), query, states, weights)
            dh, dstates = floats(dstart) + dquery, dstates + seen
        return dstates, dh, ddec

    def _into_encoder(
        self, enc: dict[str, Array], source: Array, mask: Array, states: Array, dstates: Array
    ) -> dict[str, Array]:
        """Return the gradients of the encoder, each of whose states has a gradient of its own.

        A gradient is a sum over where it comes from. So each state is taken as the last one of a source
        that is cut off behind it, and all these sources go back as one batch.
        """
        n, t = np.nonzero(mask)  # (M,) each: one for each word
        cut = mask[n] * (np.arange(mask.shape[1]) <= t[:, None])  # (M, T)
        found: dict[str, Array] = self.plain.encoder_backward(dstates[n, t], source[n], cut, states[n], enc)
        return found

    def write(self, net: Net, sources: Sequence[Sequence[int]], steps: int) -> tuple[Array, Array]:
        """Return the likeliest token of each step, (N, steps), and the weights of its look, (N, steps, T)."""
        states, mask = self.plain.states(net, sources)
        h, token, tokens, seen = states[:, -1], np.full(len(states), START), [], []
        for _ in range(steps):
            look, weights = map(floats, self.attend(h, states, mask))
            logits, h = map(floats, self.plain.decoder_step(token, h + look, net["dec"]))
            tokens.append(logits.argmax(axis=1))
            token = tokens[-1]
            seen.append(weights)
        return np.stack(tokens, axis=1), np.stack(seen, axis=1)

    def share_right(self, net: Net, pairs: Sequence[Pair]) -> float:
        """Return the share of pairs whose whole target is written, with its end in the right place."""
        _, _, _, targets, mask = self.plain.batch(pairs)
        tokens, _ = self.write(net, [source for source, _ in pairs], targets.shape[1])
        return float(((tokens == targets) | (mask == 0)).all(axis=1).mean())
