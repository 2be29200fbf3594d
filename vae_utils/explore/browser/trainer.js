// A small VAE that is trained in the browser: 64-48-2-48-64. Numbers are flat arrays, row by
// row; weights stand in one of them, in the order of Keras' get_weights(). The functions use
// nothing but each other, and travel to a worker as text.

const SIZES = [[64, 48], [48, 2], [48, 2], [2, 48], [48, 64]]; // mean and log_var: two heads

// The layers whose kernels and biases stand in `numbers`: what changes there changes here.
function layersIn(numbers) {
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  return SIZES.map(([rows, columns]) => ({ kernel: take(rows * columns), bias: take(columns) }));
}

// (n, inputs) -> (n, outputs)
function affine(x, { kernel, bias }) {
  const [inputs, outputs] = [kernel.length / bias.length, bias.length];
  const y = new Float32Array((x.length / inputs) * outputs);
  for (let row = 0; row < y.length; row += outputs) y.set(bias, row);
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value === 0) continue; // half of all pixels
    const [row, cell] = [Math.floor(i / inputs) * outputs, (i % inputs) * outputs];
    for (let j = 0; j < outputs; j++) y[row + j] += value * kernel[cell + j];
  }
  return y;
}

// From the slopes of the loss over y, those over kernel and bias, and over x: all summed.
function affineBack(x, dy, { kernel, bias }, { kernel: dKernel, bias: dBias }) {
  const [inputs, outputs] = [kernel.length / bias.length, bias.length];
  const dx = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const [row, cell] = [Math.floor(i / inputs) * outputs, (i % inputs) * outputs];
    const value = x[i]; // with `sum`, faster by half than reading and writing in the loop
    let sum = 0;
    for (let j = 0; j < outputs; j++) {
      sum += dy[row + j] * kernel[cell + j];
      dKernel[cell + j] += value * dy[row + j];
    }
    dx[i] = sum;
  }
  dy.forEach((value, index) => (dBias[index % outputs] += value));
  return dx;
}

// A leaky ReLU: plain ones, once silenced by the KL divergence alone, would stay so.
function leaky(x) {
  return x.map((value) => Math.max(value / 10, value));
}

// Images (n, 64) -> their Gaussians. With `held`, every sigma is 1.
function encode([first, toMean, toLogVar], images, held) {
  const hidden = leaky(affine(images, first));
  const logVar = affine(hidden, toLogVar).map((value) => (held ? 0 : value));
  const sigma = logVar.map((value) => Math.exp(value / 2));
  return { hidden, mean: affine(hidden, toMean), logVar, sigma };
}

function decode([, , , first, last], z) {
  const hidden = leaky(affine(z, first));
  return { hidden, logits: affine(hidden, last) };
}

function sigmoids(logits) {
  return logits.map((t) => 1 / (1 + Math.exp(-t)));
}

// Both prices, in nats per image, and the slopes of their weighted sum over all weights.
function lossAndSlopes(weights, images, noise, { reconstruction, beta, held }) {
  const [layers, all] = [layersIn(weights), new Float32Array(weights.length)];
  const [count, slopes] = [images.length / 64, layersIn(all)];
  const { hidden, mean, logVar, sigma } = encode(layers, images, held);
  const z = mean.map((value, i) => value + sigma[i] * noise[i]);
  const decoded = decode(layers, z);
  const prices = { reconstruction: 0, kl: 0 };
  decoded.logits.forEach((t, i) => {
    const softplus = Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
    prices.reconstruction += (softplus - images[i] * t) / count;
  });
  mean.forEach((m, i) => (prices.kl += (sigma[i] ** 2 + m ** 2 - 1 - logVar[i]) / 2 / count));

  const through = (x, dx) => dx.map((value, i) => (x[i] > 0 ? value : value / 10));
  const back = (layer, x, dy) => affineBack(x, dy, layers[layer], slopes[layer]);
  const errors = sigmoids(decoded.logits).map((value, i) => value - images[i]);
  const dLogits = errors.map((error) => (reconstruction / count) * error);
  const dz = back(3, z, through(decoded.hidden, back(4, decoded.hidden, dLogits)));
  const dMean = dz.map((value, i) => value + (beta / count) * mean[i]);
  const fromSigma = dz.map((value, i) => value * noise[i] * sigma[i]);
  const dLogVar = fromSigma.map((value, i) => (value + (beta / count) * (sigma[i] ** 2 - 1)) / 2);
  if (held) dLogVar.fill(0);
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

// Returns a function that trains for so many batches, and tells what that has come to. With
// no batch nothing is learned, and the prices are those of the images shown.
function makeTrainer({ images, weights, seed, shown, codes }) {
  const [count, size, random] = [images.length / 64, 64, makeRandom(seed)];
  const perEpoch = Math.floor(count / size);
  const normals = (length) => Float32Array.from({ length }, () => {
    return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  });
  const zeros = () => new Float32Array(weights.length);
  const state = { steps: 0, mean: zeros(), square: zeros() };
  const first = images.subarray(0, 64 * shown);
  let shuffled = [];
  const next = () => {
    const start = size * (state.steps % perEpoch);
    if (start === 0) {
      const keys = Float32Array.from({ length: count }, random);
      shuffled = [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
    }
    const chosen = shuffled.slice(start, start + size);
    return Float32Array.from(chosen.flatMap((i) => [...images.subarray(64 * i, 64 * i + 64)]));
  };
  return ({ batches, ...pulls }) => {
    const sums = { reconstruction: 0, kl: 0 };
    for (let step = 0; step < Math.max(1, batches); step++) {
      const taken = batches ? next() : first;
      const found = lossAndSlopes(weights, taken, normals(taken.length / 32), pulls);
      if (batches) adam(weights, found.slopes, state);
      for (const price in sums) sums[price] += found[price] / Math.max(1, batches);
    }
    const { mean, sigma } = encode(layersIn(weights), first, pulls.held);
    const sheet = sigmoids(decode(layersIn(weights), codes).logits);
    return { ...sums, epoch: state.steps / perEpoch, mean, sigma, sheet, weights };
  };
}

// What the worker does: a message with images begins a training, any other one goes on.
function serve(scope) {
  let train = null;
  scope.onmessage = ({ data }) => {
    if (data.images) train = makeTrainer(data);
    else scope.postMessage(train(data));
  };
}

const PARTS = [layersIn, affine, affineBack, leaky, encode, decode, sigmoids, lossAndSlopes];

function startWorker() {
  const parts = [`const SIZES = ${JSON.stringify(SIZES)};`, ...PARTS, adam, makeRandom];
  const source = [...parts, makeTrainer, serve, "serve(self);"].join("\n");
  return new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
}

export { lossAndSlopes };
