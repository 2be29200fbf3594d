"""Lines between two codes, as the browser walks them too."""

import numpy as np


def straight(first, second, share):
    """Return the point at `share` in [0, 1] of the straight line between two points."""
    return (1 - share) * first + share * second


def spherical(first, second, share):
    """Return the point at `share` of the arc between two points around the origin.

    Straight where both have nearly one direction. Source: K. Shoemake, "Animating
    rotation with quaternion curves", 1985.
    """
    lengths = np.sqrt((first @ first) * (second @ second))
    angle = np.arccos(np.clip(first @ second / lengths, -1, 1)) if lengths else 0.0
    if not np.sin(angle) > 1e-4:
        return straight(first, second, share)
    weights = np.sin([(1 - share) * angle, share * angle]) / np.sin(angle)
    return weights[0] * first + weights[1] * second
