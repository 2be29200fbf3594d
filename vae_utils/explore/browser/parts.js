// What explorers are made of: canvases, pictures, sliders, buttons.

// The colours of the course, as in pictures.py; those of the digits are the trait `palette`.
const [RECONSTRUCTION, KL_DIVERGENCE, PRIOR] = ["#0b4ea2", "#cc1030", "#6b6b6b"];

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function makeCanvas(className, width, height, description) {
  const canvas = element("canvas", { className, width, height, fontSize: 24 });
  canvas.style.setProperty("--ratio", width / height);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  return canvas;
}

// Gives a canvas two of its pixels for each on the screen, and the size of its text in them.
function fit(canvas) {
  if (!canvas.clientWidth) return; // it is on a slide that is not shown
  canvas.width = 2 * canvas.clientWidth;
  canvas.height = 2 * canvas.clientHeight;
  canvas.fontSize = 2 * parseFloat(getComputedStyle(canvas).fontSize);
}

// A picture of decoded values: an image if their shape is [height, width], in colour if it
// goes on with 3; else a line, on an axis that ends at `reach` above and below zero, or where
// the line does if that is 0.
function makePicture(title, shape, description = title, reach = 0) {
  const [height, width] = shape.length > 1 ? shape : [504, 504];
  const canvas = makeCanvas("picture", width, height, description);
  const draw = shape.length === 3 ? drawColours : shape.length === 2 ? drawImage : drawSignal;
  const figure = element("figure", {}, canvas, element("figcaption", { textContent: title }));
  return { element: figure, show: (values) => draw(canvas, values, reach) };
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

function drawColours(canvas, values) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  image.data.fill(255);
  values.forEach((value, index) => {
    image.data[4 * Math.floor(index / 3) + (index % 3)] = 255 * value; // clamped by the array
  });
  context.putImageData(image, 0, 0);
}

function drawSignal(canvas, values, reach) {
  const end = reach || 1.1 * Math.max(1, ...values.map(Math.abs));
  const context = canvas.getContext("2d");
  const height = (value) => 252 - (252 * value) / end;
  context.clearRect(0, 0, 504, 504);
  Object.assign(context, { font: `${canvas.fontSize}px sans-serif`, fillStyle: "#555" });
  const step = reach && 10 ** Math.floor(Math.log10(reach));
  for (const value of reach ? [-step, 0, step] : [0]) {
    drawCurve(context, "#ccc", 2, (index) => [504 * index, height(value)]);
    if (reach) context.fillText(value, 4, height(value) - 4);
  }
  drawCurve(context, "black", values.length, (index) => [
    (504 * index) / (values.length - 1),
    height(values[index]),
  ]);
}

function drawCurve(context, colour, count, point) {
  context.strokeStyle = colour;
  context.lineWidth = context.canvas.fontSize / 8;
  context.lineJoin = "round";
  context.beginPath();
  for (let index = 0; index < count; index++) context.lineTo(...point(index));
  context.stroke();
}

// With `log`, equal distances are equal factors: forty steps for ten times as much. With
// `zero`, the stop at the left, a step below `low`, is 0. With `root`, the place is the
// square root of the value.
function makeSlider(name, low, high, onInput, options = {}) {
  const { inactive = false, log = false, zero = false, root = false } = options;
  const stop = Math.log10(low) - 1 / 40;
  const logarithm = (x) => (zero && x < low ? stop : Math.log10(x));
  const place = log ? logarithm : root ? Math.sqrt : Number;
  const power = (x) => (zero && x < stop + 1 / 80 ? 0 : Number((10 ** x).toPrecision(3)));
  const value = log ? power : root ? (x) => x ** 2 : Number;
  const input = element("input", { type: "range", min: place(zero ? 0 : low), max: place(high) });
  input.step = log ? 1 / 40 : (place(high) - place(low)) / 200;
  input.setAttribute("aria-label", name);
  input.addEventListener("input", () => onInput(value(input.value)));
  const output = element("output");
  const label = element("label", { className: inactive ? "inactive" : "" }, name, input, output);
  const show = (shown) => {
    input.value = place(shown);
    const small = log && shown < 0.1 && shown > 0;
    output.textContent = small ? Number(shown.toPrecision(2)) : shown.toFixed(shown < 100 ? 2 : 0);
    input.setAttribute("aria-valuetext", output.textContent);
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
