"""Explorers: sliders whose pictures are decoded in the browser, without the kernel.

widgets   the explorers: what a lesson can set, read and observe
noise     one of them: noise held fast while mean and sigma move
betas     one more, over trainings that differ in beta
decoder   the arithmetic of decoders, as the browser does it
drawing   the explorer in which one writes a digit
decoder   the arithmetic of networks, as the browser does it
walks     lines between codes
film      films of trainings
posterior the posterior of an image, and a Gaussian to fit to it
lens      one Gaussian, magnified
stills    standing pictures
browser/  the browser's half, one file a job
"""

from .betas import BetaExplorer
from .drawing import DrawingExplorer
from .film import Film
from .lens import Lens
from .noise import NoiseExplorer
from .posterior import PosteriorExplorer
from .walks import spherical, straight
from .widgets import (
    GaussianExplorer,
    LatentExplorer,
    Playground,
    SamplingExplorer,
    WalkExplorer,
)
