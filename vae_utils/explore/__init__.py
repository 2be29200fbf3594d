"""Explorers: sliders whose pictures are decoded in the browser, without the kernel.

widgets   the explorers: what a lesson can set, read and observe
drawing   the explorer in which one writes a digit
decoder   the arithmetic of networks, as the browser does it
walks     lines between codes
stills    standing pictures
browser/  the browser's half, one file a job
"""

from .drawing import DrawingExplorer
from .walks import spherical, straight
from .widgets import (
    GaussianExplorer,
    LatentExplorer,
    Playground,
    SamplingExplorer,
    WalkExplorer,
)
