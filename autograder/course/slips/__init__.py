"""Slips: every small wrong step away from a reference, found by a machine.

People write the concepts, as mistakes of an exercise; the machine finds the slips beside them, in
the syntax tree of the solution. ``slip`` says what one is, ``site`` and ``words`` where it is and how that
is told; ``products``, ``calls``, ``places``, ``lines`` and ``ends`` are the operators, ``finding`` collects what
they find. ``running`` runs slips, ``survivors`` keeps those that can be told apart, ``making`` writes
them down, and ``naming`` finds the one behind a wrong answer.
"""
