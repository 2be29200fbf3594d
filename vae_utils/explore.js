// The browser's half of explore.py: evaluates decoders and draws, without the kernel.
// Each explorer is a function from (model, root) to a function that draws it anew.

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

// ---- decoders ----------------------------------------------------------------------

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function dense(x, { kernel, bias, activation }) {
  const y = Float32Array.from(bias);
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    const row = i * y.length;
    for (let j = 0; j < y.length; j++) y[j] += x[i] * kernel[row + j];
  }
  return y.map(ACTIVATIONS[activation]);
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

// Returns a function from a code to the values of its image or signal.
export function makeDecoder(model) {
  const numbers = halvesToFloats(bytes(model.get("weights")));
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  const layers = model.get("layers").map((layer) => ({
    ...layer,
    kernel: take(layer.kernel_length),
    bias: take(layer.outputs),
  }));
  return (z) => layers.reduce((x, layer) => LAYERS[layer.kind](x, layer), Float32Array.from(z));
}

// ---- parts -------------------------------------------------------------------------

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function makeCanvas(className, width, height, description) {
  const canvas = element("canvas", { className, width, height });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  return canvas;
}

// A picture of decoded values: a square image, or a line if there is no square of them.
function makePicture(title) {
  const canvas = makeCanvas("picture", 28, 28, title);
  const figure = element("figure", {}, canvas, element("figcaption", { textContent: title }));
  const show = (values) => {
    const side = Math.round(Math.sqrt(values.length));
    if (side * side === values.length) drawImage(canvas, values, side);
    else drawSignal(canvas, values);
  };
  return { element: figure, show };
}

function drawImage(canvas, values, side) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  values.forEach((value, index) => {
    const grey = 255 - 255 * Math.min(1, Math.max(0, value));
    image.data.set([grey, grey, grey, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

function drawSignal(canvas, values) {
  if (canvas.width !== 504) [canvas.width, canvas.height] = [504, 504];
  const reach = 1.1 * Math.max(1, ...values.map(Math.abs));
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, 504, 504);
  drawCurve(context, "#1f5fa8", values.length, (index) => [
    (504 * index) / (values.length - 1),
    252 - (252 * values[index]) / reach,
  ]);
}

function drawCurve(context, colour, count, point) {
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  for (let index = 0; index < count; index++) context.lineTo(...point(index));
  context.stroke();
}

function makeSlider(name, low, high, onInput, { inactive = false, step } = {}) {
  const input = element("input", { type: "range", min: low, max: high });
  input.step = step ?? (high - low) / 200;
  input.setAttribute("aria-label", name);
  input.dataset.lmSuppressShortcuts = "true"; // the lab would swallow the arrow keys
  input.addEventListener("input", () => onInput(Number(input.value)));
  const output = element("output");
  const label = element("label", { className: inactive ? "inactive" : "" }, name, input, output);
  const show = (value) => {
    input.value = value;
    output.textContent = value.toFixed(2);
  };
  return { element: label, show };
}

function makeButton(text, onClick) {
  const button = element("button", { type: "button", textContent: text });
  button.addEventListener("click", onClick);
  return button;
}

function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

function setter(model, name) {
  return (value) => {
    model.set(name, value);
    model.save_changes();
  };
}

// The plane with codes drawn on it as digits; both axes have one scale, so that a
// distance is a distance. With `onMove`, a point on it can be dragged.
function makePlane(model, low, high, onMove) {
  const spans = high.map((end, axis) => end - low[axis]);
  const [width, height] = spans.map((span) => Math.round((840 * span) / Math.max(...spans)));
  const toX = (z1) => ((z1 - low[0]) / spans[0]) * width;
  const toY = (z2) => (1 - (z2 - low[1]) / spans[1]) * height;
  const canvas = makeCanvas("plane", width, height, "latent plane");
  canvas.style.width = `${width / 2}px`; // half of its pixels, for sharp digits
  const context = canvas.getContext("2d");

  const background = makeCanvas("", width, height, "");
  const ink = background.getContext("2d");
  Object.assign(ink, { font: "bold 15px sans-serif", textAlign: "center" });
  ink.textBaseline = "middle";
  const codes = new Float32Array(bytes(model.get("codes")));
  const palette = model.get("palette");
  new Uint8Array(bytes(model.get("labels"))).forEach((digit, index) => {
    ink.fillStyle = palette[digit];
    ink.fillText(digit, toX(codes[2 * index]), toY(codes[2 * index + 1]));
  });

  if (onMove) {
    canvas.classList.add("draggable");
    const move = (event) => {
      const box = canvas.getBoundingClientRect();
      const u = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      const v = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
      onMove([low[0] + u * spans[0], high[1] - v * spans[1]]);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => event.buttons && move(event));
  }

  const clear = () => {
    context.clearRect(0, 0, width, height);
    context.drawImage(background, 0, 0);
  };
  const ring = (z, radius = 12, fill = "white") => {
    context.beginPath();
    context.arc(toX(z[0]), toY(z[1]), radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    Object.assign(context, { lineWidth: radius / 2.4, strokeStyle: "black" });
    context.stroke();
  };
  const ellipse = (mean, sigma) => {
    context.beginPath();
    const radii = sigma.map((value, axis) => (value / spans[axis]) * [width, height][axis]);
    context.ellipse(toX(mean[0]), toY(mean[1]), ...radii, 0, 0, 2 * Math.PI);
    Object.assign(context, { lineWidth: 3, strokeStyle: "#bd1f01" });
    context.stroke();
  };
  const distance = (z) => {
    let nearest = Infinity;
    for (let i = 0; i < codes.length; i += 2) {
      nearest = Math.min(nearest, Math.hypot(codes[i] - z[0], codes[i + 1] - z[1]));
    }
    return nearest;
  };
  return { element: canvas, clear, ring, ellipse, distance };
}

// ---- explorers ---------------------------------------------------------------------

function latent(model, root) {
  const [low, high, names] = ["low", "high", "names"].map((name) => model.get(name));
  const set = setter(model, "z");
  const setOne = (index) => (value) =>
    set(model.get("z").map((old, other) => (other === index ? value : old)));
  const inactive = new Set(model.get("inactive"));
  const sliders = names.map((name, index) =>
    makeSlider(name, low[index], high[index], setOne(index), { inactive: inactive.has(index) }),
  );
  const rows = element("div", { className: names.length > 4 ? "many" : "" });
  rows.append(...model.get("order").map((index) => sliders[index].element));

  const clip = (z) => z.map((value, i) => Math.min(high[i], Math.max(low[i], value)));
  const buttons = element("div", { className: "buttons" });
  buttons.append(
    makeButton("random", () => set(clip(names.map(normal)))),
    makeButton("zero", () => set(clip(names.map(() => 0)))),
  );
  const starts = new Float32Array(bytes(model.get("codes")));
  const count = starts.length / names.length;
  if (count > 0) {
    const number = element("input", { type: "number", min: 0, max: count - 1, value: 0 });
    number.setAttribute("aria-label", "number of the test image");
    number.dataset.lmSuppressShortcuts = "true";
    const go = () => {
      const index = Math.min(count - 1, Math.max(0, Math.round(Number(number.value))));
      set(clip([...starts.subarray(index * names.length, (index + 1) * names.length)]));
    };
    buttons.append(makeButton("code of test image", go), number);
  }

  const picture = makePicture("decoded");
  const plane = names.length === 2 && count > 0 ? makePlane(model, low, high, set) : null;
  const note = element("p");
  const controls = element("div", { className: "controls" }, rows, buttons, note);
  root.append(...(plane ? [plane.element] : []), picture.element, controls);
  const decode = model.get("layers").length ? makeDecoder(model) : null;
  return () => {
    const z = model.get("z");
    sliders.forEach((slider, index) => slider.show(z[index]));
    picture.show(decode ? decode(z) : new Float32Array(bytes(model.get("values"))));
    if (plane) {
      plane.clear();
      plane.ring(z);
      note.textContent = `distance to the nearest code: ${plane.distance(z).toFixed(2)}`;
    }
  };
}

export function straight(first, second, share) {
  return first.map((value, index) => (1 - share) * value + share * second[index]);
}

// Along the arc between two directions; straight where they are nearly the same.
export function spherical(first, second, share) {
  const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
  const cosine = dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(Math.sin(angle) > 1e-4)) return straight(first, second, share);
  const [a, b] = [(1 - share) * angle, share * angle].map((x) => Math.sin(x) / Math.sin(angle));
  return first.map((value, index) => a * value + b * second[index]);
}

function walk(model, root) {
  const decode = makeDecoder(model);
  const halves = (name) => {
    const all = [...new Float32Array(bytes(model.get(name)))];
    return [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  };
  const [images, codes] = [halves("images"), halves("codes")];
  const titles = ["pixel blend", "straight line", "spherical line"];
  const pictures = titles.map(makePicture);
  const slider = makeSlider("share of the second image", 0, 1, setter(model, "share"));
  const trio = pictures.map((picture) => picture.element);
  const controls = element("div", { className: "controls" }, slider.element);
  root.append(element("div", { className: "trio" }, ...trio), controls);
  return () => {
    const share = model.get("share");
    slider.show(share);
    pictures[0].show(straight(...images, share));
    pictures[1].show(decode(straight(...codes, share)));
    pictures[2].show(decode(spherical(...codes, share)));
  };
}

function sampling(model, root) {
  const decode = makeDecoder(model);
  const [mean, sigma] = [model.get("mean"), model.get("sigma")];
  const plane = makePlane(model, [-3.5, -3.5], [3.5, 3.5]);
  const original = makePicture("image");
  const latest = Array.from({ length: 6 }, (_, index) => makePicture(index ? "" : "newest"));
  const scale = makeSlider("sigma times", 0, 3, setter(model, "scale"));
  const set = setter(model, "draws");
  const draw = () => set([...model.get("draws"), mean.map(normal)]);
  const buttons = element("div", { className: "buttons" });
  buttons.append(makeButton("draw", draw), makeButton("start again", () => set([])));
  const note = element("p");
  const strip = element("div", { className: "strip" }, ...latest.map((one) => one.element));
  const parts = [buttons, scale.element, note, original.element, strip];
  root.append(plane.element, element("div", { className: "controls" }, ...parts));
  original.show([...new Float32Array(bytes(model.get("image")))]);
  return () => {
    const factor = model.get("scale");
    const place = (noise) => noise.map((value, i) => mean[i] + factor * sigma[i] * value);
    const places = model.get("draws").map(place);
    scale.show(factor);
    plane.clear();
    places.forEach((z) => plane.ring(z, 5, "#3f90da"));
    plane.ellipse(mean, sigma.map((value) => factor * value));
    latest.forEach((one, index) => {
      const z = places.at(-1 - index);
      one.element.style.visibility = z ? "visible" : "hidden";
      if (z) one.show(decode(z));
    });
    note.textContent = `${places.length} samples of one image`;
  };
}

const KL = (mean, sigma) => (sigma ** 2 + mean ** 2 - 1 - Math.log(sigma ** 2)) / 2;

// One chart: curves over [low, high], y from 0 to `top`, and lines through a point.
function makeChart(title, low, high, top) {
  const canvas = makeCanvas("chart", 640, 400, title);
  const context = canvas.getContext("2d");
  const at = (x, y) => [(640 * (x - low)) / (high - low), 380 - (360 * y) / top];
  const curve = (f, colour) =>
    drawCurve(context, colour, 321, (index) => {
      const x = low + ((high - low) * index) / 320;
      return at(x, Math.min(2 * top, f(x)));
    });
  const clear = () => {
    context.clearRect(0, 0, 640, 400);
    drawCurve(context, "#888", 2, (index) => [640 * index, 380]);
  };
  const mark = (x, y) => {
    context.beginPath();
    context.arc(...at(x, y), 9, 0, 2 * Math.PI);
    context.fillStyle = "#bd1f01";
    context.fill();
  };
  const figure = element("figure", {}, canvas, element("figcaption", { textContent: title }));
  return { element: figure, clear, curve, mark };
}

function gaussian(model, root) {
  const curves = makeChart("standard normal (grey) and q (blue)", -5, 5, 1.2);
  const overMean = makeChart("KL over the mean, with its slope", -4, 4, 8);
  const overSigma = makeChart("KL over sigma, with its slope", 0.05, 3, 8);
  const mean = makeSlider("mean", -4, 4, setter(model, "mean"));
  // A step by which the slider reaches 1.
  const sigma = makeSlider("sigma", 0.05, 3, setter(model, "sigma"), { step: 0.0125 });
  const note = element("p");
  const controls = element("div", { className: "controls" }, mean.element, sigma.element, note);
  const charts = [curves, overMean, overSigma];
  root.append(...charts.map((chart) => chart.element), controls);
  const bell = (m, s) => (x) => Math.exp(-(((x - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI));
  return () => {
    const [m, s] = [model.get("mean"), model.get("sigma")];
    const [here, slopes] = [KL(m, s), [m, s - 1 / s]];
    mean.show(m);
    sigma.show(s);
    charts.forEach((chart) => chart.clear());
    curves.curve(bell(0, 1), "#888");
    curves.curve(bell(m, s), "#1f5fa8");
    overMean.curve((x) => KL(x, s), "#1f5fa8");
    overMean.curve((x) => here + slopes[0] * (x - m), "#e76300");
    overMean.mark(m, here);
    overSigma.curve((x) => KL(m, x), "#1f5fa8");
    overSigma.curve((x) => here + slopes[1] * (x - s), "#e76300");
    overSigma.mark(s, here);
    const [toMean, toSigma] = slopes.map((slope) => slope.toFixed(2));
    note.textContent =
      `KL ${here.toFixed(3)} nats; slope ${toMean} along the mean, ${toSigma} along sigma`;
  };
}

const EXPLORERS = { latent, walk, sampling, gaussian };

function render({ model, el }) {
  const root = element("div", { className: "vae-explorer" });
  el.append(root);
  const draw = EXPLORERS[model.get("kind")](model, root);
  model.on("change", draw);
  draw();
  return () => model.off("change", draw);
}

export default { render };
