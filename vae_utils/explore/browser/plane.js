// A plane of codes. Both axes have one scale, so that a distance is a distance; numbers stand
// at the lower and left edge. With `onMove`, a point on it can be dragged.
function makePlane(title, onMove) {
  const canvas = makeCanvas("plane", 840, 840, title);
  const context = canvas.getContext("2d");
  let [low, high, spans] = [[-1, -1], [1, 1], [2, 2]];
  const toX = (z1) => ((z1 - low[0]) / spans[0]) * canvas.width;
  const toY = (z2) => (1 - (z2 - low[1]) / spans[1]) * canvas.height;

  // Which part of the plane is seen. Another shape of it changes that of the canvas.
  const view = (from, to) => {
    [low, high, spans] = [from, to, to.map((end, axis) => end - from[axis])];
    const ratio = spans[0] / spans[1];
    if (Math.abs(ratio - canvas.width / canvas.height) < 0.005) return;
    canvas.width = Math.round(840 * Math.min(1, ratio));
    canvas.height = Math.round(840 * Math.min(1, 1 / ratio));
    canvas.style.setProperty("--ratio", ratio);
  };

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

  const oval = (mean, radii, colour, width) => {
    context.beginPath();
    const [first, second] = radii.map((value, axis) => {
      return (value / spans[axis]) * [canvas.width, canvas.height][axis];
    });
    context.ellipse(toX(mean[0]), toY(mean[1]), first, second, 0, 0, 2 * Math.PI);
    Object.assign(context, { lineWidth: width * canvas.fontSize, strokeStyle: colour });
    context.stroke();
  };
  // A circle around the origin, dashed as the prior's are.
  const circle = (radius) => {
    context.setLineDash([canvas.fontSize / 2, canvas.fontSize / 4]);
    oval([0, 0], [radius, radius], PRIOR, 1 / 7);
    context.setLineDash([]);
  };
  // Empty, but for numbers at the edges and, with `prior`, its circles at 1, 2 and 3 sigma.
  const clear = (prior) => {
    const [size, step] = [2 * canvas.fontSize, roundUp(Math.max(...spans) / 8)];
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (prior) [1, 2, 3].forEach(circle);
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    Object.assign(context, { font: `${size}px sans-serif`, fillStyle: "#666" });
    const numbers = (axis) => {
      const count = Math.floor(spans[axis] / step) + 1;
      const first = Math.ceil(low[axis] / step);
      const all = Array.from({ length: count }, (_, index) => (first + index) * step);
      const margin = 0.07 * spans[axis];
      return all.filter((z) => z > low[axis] + margin && z < high[axis] - margin);
    };
    const tiny = step < 1e-3; // 1.5e-5 is shorter than 0.000015
    const write = (z) => (tiny && z ? Number(z.toPrecision(2)).toExponential() : Number(z.toPrecision(6)));
    numbers(0).forEach((z) => context.fillText(write(z), toX(z), canvas.height - 0.6 * size));
    context.textAlign = "left";
    numbers(1).forEach((z) => context.fillText(write(z), 0.3 * size, toY(z)));
  };
  // Codes (flat) as the digits of their images. Digits of one colour go in one run: faster.
  const digits = (codes, labels, palette) => {
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    context.font = `bold ${canvas.fontSize}px sans-serif`;
    for (const index of [...labels.keys()].sort((a, b) => labels[a] - labels[b])) {
      context.fillStyle = palette[labels[index]];
      context.fillText(labels[index], toX(codes[2 * index]), toY(codes[2 * index + 1]));
    }
  };
  const dots = (codes) => {
    context.fillStyle = PRIOR;
    const side = canvas.fontSize / 4;
    for (let i = 0; i < codes.length; i += 2) {
      context.fillRect(toX(codes[i]) - side / 2, toY(codes[i + 1]) - side / 2, side, side);
    }
  };
  // The first `count` Gaussians as ellipses of one sigma.
  const ellipses = (mean, sigma, labels, palette, count) => {
    for (let i = 0; i < 2 * count; i += 2) {
      oval([mean[i], mean[i + 1]], [sigma[i], sigma[i + 1]], palette[labels[i / 2]], 1 / 9);
    }
  };
  const frame = (from, to) => {
    Object.assign(context, { lineWidth: canvas.fontSize / 6, strokeStyle: "black" });
    context.strokeRect(toX(from[0]), toY(to[1]), toX(to[0]) - toX(from[0]), toY(from[1]) - toY(to[1]));
  };
  const ring = (z, size = 0.8, fill = "white") => {
    const radius = size * canvas.fontSize;
    context.beginPath();
    context.arc(toX(z[0]), toY(z[1]), radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    Object.assign(context, { lineWidth: radius / 2.4, strokeStyle: "black" });
    context.stroke();
  };
  // A bar for scale at the lower right, with its length above it.
  const bar = (length) => {
    const [right, size] = [canvas.width - 2 * canvas.fontSize, 2 * canvas.fontSize];
    const [left, height] = [right - (length / spans[0]) * canvas.width, canvas.height - 2 * size];
    context.fillStyle = "black";
    context.fillRect(left, height, right - left, size / 4);
    Object.assign(context, { textAlign: "center", font: `bold ${size}px sans-serif` });
    Object.assign(context, { strokeStyle: "white", lineWidth: size / 4 });
    for (const paint of ["strokeText", "fillText"]) {
      context[paint](Number(length.toPrecision(1)), (left + right) / 2, height - 0.8 * size);
    }
  };
  // What `draw` drew, kept as a picture until the canvas has another size.
  const background = element("canvas", { width: 0 });
  const remembered = (draw) => {
    if (background.width !== canvas.width || background.height !== canvas.height) {
      draw();
      Object.assign(background, { width: canvas.width, height: canvas.height });
      background.getContext("2d").drawImage(canvas, 0, 0);
    }
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(background, 0, 0);
  };
  return { element: canvas, view, clear, digits, dots, ellipses, oval, circle, frame, ring, bar, remembered };
}

// The smallest of 1, 2, 5, 10, 20, 50, ... that is not below a number.
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= number);
}
