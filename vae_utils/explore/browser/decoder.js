// Networks, as decoder.py evaluates them: weights arrive once, as float16.

export function bytes(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}

function halvesToFloats(buffer) {
  return Float32Array.from(new Uint16Array(buffer), (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * 2 ** -24 * fraction;
    return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
  });
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function dense(x, layer) {
  return affine(x, layer).map(ACTIVATIONS[layer.activation]);
}

// Keras Conv2DTranspose with padding "same": x is (height, width, inputs), the kernel
// (size, size, outputs, inputs), both flat; each input pixel stamps the kernel.
function transposedConvolution(x, layer) {
  const { height, width, inputs, outputs, size, stride, kernel, bias } = layer;
  const [tall, wide] = [height * stride, width * stride];
  const margin = Math.max(size - stride, 0) >> 1;
  const y = new Float32Array(tall * wide * outputs);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const pixel = (i * width + j) * inputs;
      for (let u = 0; u < size; u++) {
        const row = i * stride + u - margin;
        if (row < 0 || row >= tall) continue;
        for (let v = 0; v < size; v++) {
          const column = j * stride + v - margin;
          if (column < 0 || column >= wide) continue;
          const target = (row * wide + column) * outputs;
          for (let o = 0; o < outputs; o++) {
            const weights = ((u * size + v) * outputs + o) * inputs;
            let sum = 0;
            for (let c = 0; c < inputs; c++) sum += x[pixel + c] * kernel[weights + c];
            y[target + o] += sum;
          }
        }
      }
    }
  }
  return y.map((value, index) => ACTIVATIONS[layer.activation](value + bias[index % outputs]));
}

const LAYERS = { dense, transposedConvolution };

// Returns a function from a code to the values of its image or signal; of the encoder, from
// the pixels of an image to its mean and log_var.
export function makeDecoder(model, of = "") {
  const numbers = halvesToFloats(bytes(model.get(`${of}weights`)));
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  const layers = model.get(`${of}layers`).map((layer) => ({
    ...layer,
    kernel: take(layer.length),
    bias: take(layer.outputs),
  }));
  return (z) => layers.reduce((x, layer) => LAYERS[layer.kind](x, layer), Float32Array.from(z));
}
