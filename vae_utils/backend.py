"""Keras on TensorFlow, imported without the start-up lines of TensorFlow.

TensorFlow's C++ code writes them to file descriptor 2 itself, past every Python
setting, so the descriptor is turned away during the import and put back after it.
"""

import logging
import os
import sys

# A lesson trains many small models, which TensorFlow takes for an oversight.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# One thread computes while another gathers the next batch. With more, an epoch of networks
# this small takes now its time and now twice that, and late digits depend on the cores.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
sys.stderr.flush()
_stderr, _nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, 2)
try:
    import keras
    from keras import ops

    keras.random.normal((1,))  # probes the devices while nobody listens
except (ImportError, ValueError) as error:
    raise ImportError(
        f"Keras cannot start: {error}. KERAS_BACKEND or ~/.keras/keras.json may name a "
        "backend that is not installed; the course needs KERAS_BACKEND=tensorflow"
    ) from None
finally:
    os.dup2(_stderr, 2)
    os.close(_stderr)
    os.close(_nowhere)

if keras.backend.backend() != "tensorflow":
    print(
        f"Keras runs on {keras.backend.backend()}; the course was measured on TensorFlow."
    )

__all__ = ["keras", "ops"]
