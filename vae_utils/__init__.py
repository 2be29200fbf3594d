"""Helpers shared by the lessons. Import the module you need; this file imports none.

data      the digits, as float32 images in [0, 1] with their labels
folder    the reader's own pictures, or patches of two photographs
layers    the ideas of a VAE: Sampling, kl_to_standard_normal, reconstruction_nats
models    encoders, decoders, the VAE built from them, and recipes to train
prices    a Gaussian price for data of any size, and its exact answers
convolutional  the halves of a VAE for pictures
films     what becomes of a few codes while a model trains
training  fit, with a progress bar and a cache: a lesson opened twice trains once
measures  numbers about codes and samples, each beside a fair baseline
bounds    how probable an image is to a model: exact in the plane, and bounds of it
plots     arrays in, matplotlib Axes out
explore   sliders that decode in the browser
checks    the lessons' claims and exercises, checked

Below these: backend (Keras, quietly), store (arrays on disk), pictures (palette, PNGs).
"""
