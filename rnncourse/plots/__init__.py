"""Figures for the notebooks, each with a description for those who cannot see it."""

from rnncourse.plots.figures import Chain, curve, heatmap, input_output_types, show, unrolled

__all__ = ["Chain", "curve", "heatmap", "input_output_types", "show", "unrolled"]
