"""Films of trainings: the codes of a few images, and what they cost, again and again.

A film is a dict of arrays, one row a frame, the first before the training begins: "epoch"
(frames,); "mean" (frames, n, latent) float16; where the encoder names a Gaussian,
"log_sigma" alike; "reconstruction" (frames,) in nats per image, of codes drawn with the
same noise in every frame; and for a VAE "kl" (frames,).
"""

import hashlib

import numpy as np

from vae_utils.backend import keras
from vae_utils.layers import kl_to_standard_normal, reconstruction_nats

FRAMES = 100  # at most; evenly over the square root of time, so many at the start


class Camera(keras.callbacks.Callback):
    """Record the training of a model that joins an encoder and a decoder.

    It only looks: no variable and no random number of Keras is touched.

    Args:
        model: the model, before its training.
        images: (n, height, width) float32, the images to follow.
        epochs, batches: of the training, and of each epoch.

    Raises:
        ValueError: if the model does not consist of two models, one after the other.
    """

    def __init__(self, model, images, epochs, batches):
        super().__init__()
        self.set_model(model)
        self.images, self.epochs, self.batches = images, epochs, batches
        self.name = hashlib.blake2b(np.ascontiguousarray(images), digest_size=6).hexdigest()
        self.frames = [self._frame(0.0)]

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        done = self.epoch + min(1.0, (batch + 1) / self.batches)
        if _share(done, self.epochs) > _share(self.frames[-1]["epoch"], self.epochs):
            self.frames.append(self._frame(done))

    def film(self):
        """Return what was recorded: dict from a name to an array, a row for each frame."""
        return {name: np.array([f[name] for f in self.frames]) for name in self.frames[0]}

    def _frame(self, epoch):
        parts = [part for part in self.model.layers if isinstance(part, keras.Model)]
        if len(parts) != 2:
            wanted = "a film shows an encoder and a decoder, each a model of its own"
            raise ValueError(f"{wanted}: this model is made of {len(parts)} models")
        encoder, decoder = parts
        codes = encoder(self.images)
        mean, log_var = codes if isinstance(codes, list | tuple) else (codes, None)
        z = mean = keras.ops.convert_to_numpy(mean)
        frame = {"epoch": np.float32(epoch), "mean": mean.astype("float16")}
        if log_var is not None:
            log_var = keras.ops.convert_to_numpy(log_var)
            noise = np.random.default_rng(0).normal(size=mean.shape).astype("float32")
            z = mean + np.exp(log_var / 2) * noise
            frame["log_sigma"] = (log_var / 2).astype("float16")
        prices = {"reconstruction": reconstruction_nats(self.images, decoder(z))}
        if hasattr(self.model, "beta"):
            prices["kl"] = kl_to_standard_normal(mean, log_var)
        return frame | {name: np.mean(nats) for name, nats in prices.items()}


def join_films(films):
    """Return films of trainings that went on, one after the other, as one film."""
    starts = np.cumsum([0, *(film["epoch"][-1] for film in films[:-1])])
    whole = {name: np.concatenate([film[name] for film in films]) for name in films[0]}
    pairs = zip(films, starts, strict=True)
    epochs = np.concatenate([film["epoch"] + start for film, start in pairs])
    kept = np.unique(_share(epochs, epochs[-1]), return_index=True)[1]
    return {name: array[kept] for name, array in {**whole, "epoch": epochs}.items()}


def _share(epoch, epochs):
    """Return how many of FRAMES should have been taken by an epoch."""
    return np.floor(FRAMES * np.sqrt(epoch / epochs))
