// The browser's half of explore.py: evaluates the decoder and draws, without the kernel.

function bytes(view) {
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

function dense(x, { kernel, bias, activation }) {
  const y = Float32Array.from(bias);
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    const row = i * y.length;
    for (let j = 0; j < y.length; j++) y[j] += x[i] * kernel[row + j];
  }
  return y.map(ACTIVATIONS[activation]);
}

// Returns a function from a code to the values of its image.
export function makeDecoder(model) {
  const numbers = halvesToFloats(bytes(model.get("weights")));
  let at = 0;
  const layers = model.get("layers").map(([inputs, outputs, activation]) => ({
    kernel: numbers.subarray(at, (at += inputs * outputs)),
    bias: numbers.subarray(at, (at += outputs)),
    activation,
  }));
  return (z) => layers.reduce(dense, Float32Array.from(z));
}

function makeCanvas(className, size, description) {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.width = canvas.height = size;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  return canvas;
}

function drawImage(canvas, values) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, index) => {
    const grey = 255 - 255 * Math.min(1, Math.max(0, value));
    image.data.set([grey, grey, grey, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

function makeSlider(name, low, high, onInput) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  Object.assign(input, { type: "range", min: low, max: high, step: (high - low) / 200 });
  input.setAttribute("aria-label", name);
  input.dataset.lmSuppressShortcuts = "true"; // the lab would swallow the arrow keys
  input.addEventListener("input", () => onInput(Number(input.value)));
  label.append(name, input, output);
  const show = (value) => {
    input.value = value;
    output.textContent = value.toFixed(2);
  };
  return { element: label, show };
}

// The plane with the codes drawn on it as digits, and a point that can be dragged.
// Both axes have one scale, so that a distance is a distance.
function makePlane(model, onMove) {
  const [low, high] = [model.get("low"), model.get("high")];
  const spans = high.map((end, axis) => end - low[axis]);
  const [width, height] = spans.map((span) => (840 * span) / Math.max(...spans));
  const blank = (description) => {
    const canvas = makeCanvas("plane", width, description);
    canvas.height = height;
    canvas.style.width = `${width / 2}px`; // half of its pixels, for sharp digits
    return canvas;
  };
  const canvas = blank("latent plane with the codes of test images");
  const codes = new Float32Array(bytes(model.get("codes")));
  const labels = new Uint8Array(bytes(model.get("labels")));
  const palette = model.get("palette");
  const toX = (z1) => ((z1 - low[0]) / spans[0]) * width;
  const toY = (z2) => (1 - (z2 - low[1]) / spans[1]) * height;

  const background = blank("");
  const ink = background.getContext("2d");
  ink.font = "bold 15px sans-serif";
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  labels.forEach((digit, index) => {
    ink.fillStyle = palette[digit];
    ink.fillText(digit, toX(codes[2 * index]), toY(codes[2 * index + 1]));
  });

  const move = (event) => {
    const box = canvas.getBoundingClientRect();
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const inside = [Math.min(1, Math.max(0, u)), 1 - Math.min(1, Math.max(0, v))];
    onMove(inside.map((share, axis) => low[axis] + share * spans[axis]));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) move(event);
  });

  const show = (z) => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.drawImage(background, 0, 0);
    context.beginPath();
    context.arc(toX(z[0]), toY(z[1]), 12, 0, 2 * Math.PI);
    context.fillStyle = "white";
    context.fill();
    context.lineWidth = 5;
    context.strokeStyle = "black";
    context.stroke();
  };
  const distance = (z) => {
    let nearest = Infinity;
    for (let i = 0; i < codes.length; i += 2) {
      nearest = Math.min(nearest, Math.hypot(codes[i] - z[0], codes[i + 1] - z[1]));
    }
    return nearest;
  };
  return { element: canvas, show, distance };
}

function render({ model, el }) {
  const decode = makeDecoder(model);
  const root = document.createElement("div");
  root.className = "vae-explorer";
  const controls = document.createElement("div");
  controls.className = "sliders";
  const side = Math.round(Math.sqrt(model.get("layers").at(-1)[1]));
  const picture = makeCanvas("picture", side, "decoded image");
  const note = document.createElement("p");

  const set = (z) => {
    model.set("z", z);
    model.save_changes();
  };
  const sliders = model.get("names").map((name, index) =>
    makeSlider(name, model.get("low")[index], model.get("high")[index], (value) =>
      set(model.get("z").map((old, other) => (other === index ? value : old))),
    ),
  );
  controls.append(...sliders.map((slider) => slider.element));
  const plane = model.get("codes")?.byteLength ? makePlane(model, set) : null;
  if (plane) {
    root.append(plane.element);
    controls.append(note);
  }
  root.append(picture, controls);
  el.append(root);

  const draw = () => {
    const z = model.get("z");
    sliders.forEach((slider, index) => slider.show(z[index]));
    drawImage(picture, decode(z));
    if (plane) {
      plane.show(z);
      note.textContent = `distance to the nearest code: ${plane.distance(z).toFixed(2)}`;
    }
  };
  model.on("change:z", draw);
  draw();
  return () => model.off("change:z", draw);
}

export default { render };
