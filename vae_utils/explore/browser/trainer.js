// A small VAE that is trained in the browser: 64-48-2-48-64. Numbers are flat arrays, row by
// row; weights stand in one of them, in the order of Keras' get_weights(). The functions use
// nothing but each other, and travel to a worker as text.

const SIZES = [[64, 48], [48, 2], [48, 2], [2, 48], [48, 64]]; // mean and log_var: two heads
const BATCH = 64;

// The layers whose kernels and biases stand in `numbers`: what changes there changes here.
function layersIn(numbers) {
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  return SIZES.map(([inputs, outputs]) => {
    return { inputs, outputs, kernel: take(inputs * outputs), bias: take(outputs) };
  });
}

// (n, inputs) -> (n, outputs)
function affine(x, { inputs, outputs, kernel, bias }) {
  const count = x.length / inputs;
  const y = new Float32Array(count * outputs);
  for (let n = 0; n < count; n++) {
    const row = n * outputs;
    y.set(bias, row);
    for (let i = 0; i < inputs; i++) {
      const value = x[n * inputs + i];
      if (value === 0) continue; // half of all pixels, and of all ReLUs
      for (let j = 0; j < outputs; j++) y[row + j] += value * kernel[i * outputs + j];
    }
  }
  return y;
}

// From the slopes of the loss over y, those over kernel and bias, into `slopes`, and over x.
function affineBack(x, dy, { inputs, outputs, kernel }, slopes) {
  const dx = new Float32Array(x.length);
  for (let n = 0; n < x.length / inputs; n++) {
    const row = n * outputs;
    for (let j = 0; j < outputs; j++) slopes.bias[j] += dy[row + j];
    for (let i = 0; i < inputs; i++) {
      const value = x[n * inputs + i];
      let sum = 0;
      for (let j = 0; j < outputs; j++) {
        sum += dy[row + j] * kernel[i * outputs + j];
        if (value !== 0) slopes.kernel[i * outputs + j] += value * dy[row + j];
      }
      dx[n * inputs + i] = sum;
    }
  }
  return dx;
}

function relu(x) {
  return x.map((value) => Math.max(0, value));
}

// Images (n, 64) -> their Gaussians. With `held`, every sigma is 1.
function encode([first, toMean, toLogVar], images, held) {
  const hidden = relu(affine(images, first));
  const logVar = affine(hidden, toLogVar);
  if (held) logVar.fill(0);
  return { hidden, mean: affine(hidden, toMean), logVar };
}

function decode([, , , first, last], z) {
  const hidden = relu(affine(z, first));
  return { hidden, logits: affine(hidden, last) };
}

function sigmoids(logits) {
  return logits.map((t) => 1 / (1 + Math.exp(-t)));
}

// Both prices, in nats per image, and the slopes of their weighted sum over all weights.
function lossAndSlopes(weights, images, noise, { reconstruction, beta, held }) {
  const [layers, all] = [layersIn(weights), new Float32Array(weights.length)];
  const [count, slopes] = [images.length / 64, layersIn(all)];
  const { hidden, mean, logVar } = encode(layers, images, held);
  const sigma = logVar.map((value) => Math.exp(value / 2));
  const z = mean.map((value, i) => value + sigma[i] * noise[i]);
  const decoded = decode(layers, z);
  const prices = { reconstruction: 0, kl: 0 };
  decoded.logits.forEach((t, i) => {
    const softplus = Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
    prices.reconstruction += (softplus - images[i] * t) / count;
  });
  mean.forEach((m, i) => {
    prices.kl += (sigma[i] ** 2 + m ** 2 - 1 - logVar[i]) / 2 / count;
  });

  const through = (x, dx) => dx.map((value, i) => (x[i] > 0 ? value : 0)); // a ReLU
  const back = (layer, x, dy) => affineBack(x, dy, layers[layer], slopes[layer]);
  const share = reconstruction / count;
  const dLogits = sigmoids(decoded.logits).map((value, i) => share * (value - images[i]));
  const dz = back(3, z, through(decoded.hidden, back(4, decoded.hidden, dLogits)));
  const dMean = dz.map((value, i) => value + (beta / count) * mean[i]);
  const dLogVar = dz.map((value, i) => {
    return held ? 0 : (value * noise[i] * sigma[i] + (beta / count) * (sigma[i] ** 2 - 1)) / 2;
  });
  const dHidden = back(1, hidden, dMean);
  back(2, hidden, dLogVar).forEach((value, i) => (dHidden[i] += value));
  back(0, images, through(hidden, dHidden));
  return { ...prices, slopes: all };
}

// One step of Adam. `state` holds the running means of slopes and of their squares.
function adam(weights, slopes, state, rate = 0.005) {
  state.steps += 1;
  const [first, second] = [1 - 0.9 ** state.steps, 1 - 0.999 ** state.steps];
  slopes.forEach((slope, i) => {
    state.mean[i] += 0.1 * (slope - state.mean[i]);
    state.square[i] += 0.001 * (slope ** 2 - state.square[i]);
    const root = Math.sqrt(state.square[i] / second);
    weights[i] -= (rate * state.mean[i]) / first / (root + 1e-7);
  });
}

// Marsaglia's xorshift: numbers between 0 and 1, the same for the same seed.
function makeRandom(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

// A training: `go` takes so many batches, and tells what it has come to. With no batch, the
// prices are those of the images shown, and nothing is learned.
function makeTrainer({ images, weights, seed, shown, codes }) {
  const random = makeRandom(seed);
  const normals = (count) => Float32Array.from({ length: count }, () => {
    return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  });
  const state = { steps: 0, mean: new Float32Array(weights.length) };
  state.square = new Float32Array(weights.length);
  const order = Array.from({ length: images.length / 64 }, (_, index) => index);
  const perEpoch = Math.floor(order.length / BATCH);
  const first = images.subarray(0, 64 * shown);
  const batch = new Float32Array(64 * BATCH);

  const next = () => {
    const start = BATCH * (state.steps % perEpoch);
    for (let i = order.length - 1; start === 0 && i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let n = 0; n < BATCH; n++) {
      const image = 64 * order[start + n];
      batch.set(images.subarray(image, image + 64), 64 * n);
    }
    return batch;
  };
  const go = ({ batches, ...pulls }) => {
    const sums = { reconstruction: 0, kl: 0 };
    for (let step = 0; step < Math.max(1, batches); step++) {
      const taken = batches ? next() : first;
      const found = lossAndSlopes(weights, taken, normals(taken.length / 32), pulls);
      if (batches) adam(weights, found.slopes, state);
      for (const price in sums) sums[price] += found[price] / Math.max(1, batches);
    }
    const { mean, logVar } = encode(layersIn(weights), first, pulls.held);
    const sigma = logVar.map((value) => Math.exp(value / 2));
    const sheet = sigmoids(decode(layersIn(weights), codes).logits);
    const copy = weights.slice();
    return { ...sums, epoch: state.steps / perEpoch, mean, sigma, sheet, weights: copy };
  };
  return { go };
}

// What the worker does: a message with images begins a training, any other one goes on.
function serve(scope) {
  let trainer = null;
  scope.onmessage = ({ data }) => {
    if (data.images) trainer = makeTrainer(data);
    else scope.postMessage(trainer.go(data));
  };
}

const PARTS = [layersIn, affine, affineBack, relu, encode, decode, sigmoids, lossAndSlopes];
PARTS.push(adam, makeRandom, makeTrainer, serve);

function startWorker() {
  const constants = `const SIZES = ${JSON.stringify(SIZES)}, BATCH = ${BATCH};`;
  const source = [constants, ...PARTS, "serve(self);"].join("\n");
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  return worker;
}

export { lossAndSlopes, makeTrainer };
