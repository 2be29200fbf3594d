// Write a digit: the encoder sees it as one of MNIST, and what it says of it follows the pen.

const [SIDE, LONGER] = [28, 20]; // pixels of an image, and of the longer side of its ink

// Strokes, lists of points in pixels, as ink in [0, 1]: an edge is one pixel wide.
function inked(strokes, pen) {
  const ink = new Float32Array(SIDE * SIDE);
  const line = ([x, y], [toX, toY]) => {
    const [dx, dy] = [toX - x, toY - y];
    const within = (value) => Math.min(SIDE, Math.max(0, Math.floor(value)));
    const reach = pen / 2 + 1;
    const [left, right] = [within(Math.min(x, toX) - reach), within(Math.max(x, toX) + reach + 1)];
    const [top, end] = [within(Math.min(y, toY) - reach), within(Math.max(y, toY) + reach + 1)];
    for (let row = top; row < end; row++) {
      for (let column = left; column < right; column++) {
        const [u, v] = [column + 0.5 - x, row + 0.5 - y];
        const share = Math.min(1, Math.max(0, (u * dx + v * dy) / (dx * dx + dy * dy || 1)));
        const value = pen / 2 + 0.5 - Math.hypot(u - share * dx, v - share * dy);
        const at = SIDE * row + column;
        ink[at] = Math.max(ink[at], Math.min(1, value));
      }
    }
  };
  for (const stroke of strokes) {
    stroke.forEach((point, index) => line(stroke[Math.max(0, index - 1)], point));
  }
  return ink;
}

function moved(strokes, place) {
  return strokes.map((stroke) => stroke.map(place));
}

// As MNIST's digits: scaled until the longer side of the ink has its length (what is tiny, a
// dot, at most fourfold), and then moved until its centre of mass is in the middle.
export function prepared(strokes, pen) {
  const points = strokes.flat();
  if (!points.length) return new Float32Array(SIDE * SIDE);
  const ends = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
  const longer = Math.max(...ends.map(([low, high]) => high - low));
  const scale = Math.min(4, (LONGER - pen) / longer);
  const middle = ends.map(([low, high]) => (low + high) / 2);
  const large = moved(strokes, (point) =>
    point.map((value, axis) => SIDE / 2 + scale * (value - middle[axis])),
  );
  const [first, sums] = [inked(large, pen), [0, 0, 0]];
  first.forEach((ink, index) => {
    sums[0] += ink * ((index % SIDE) + 0.5);
    sums[1] += ink * (Math.floor(index / SIDE) + 0.5);
    sums[2] += ink;
  });
  const shift = [0, 1].map((axis) => SIDE / 2 + 0.5 - sums[axis] / sums[2]);
  return inked(moved(large, ([x, y]) => [x + shift[0], y + shift[1]]), pen);
}

// Binary cross-entropy in nats, summed over pixels and clipped as in Keras.
export function reconstructionNats(image, decoded) {
  const [least, most] = [1e-7, Math.fround(1 - 1e-7)];
  return image.reduce((sum, ink, index) => {
    const drawn = Math.min(most, Math.max(least, decoded[index]));
    return sum - ink * Math.log(drawn) - (1 - ink) * Math.log(1 - drawn);
  }, 0);
}

// The paper: calls `write` with all strokes whenever they change, in pixels of the image.
function makePaper(model, write, moves) {
  const canvas = makeCanvas("paper draggable", 560, 560, "paper to write a digit on");
  const caption = element("figcaption");
  let [grabbed, last] = [0, null];
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return at.map((share) => Math.round(100 * SIDE * Math.min(1, Math.max(0, share))) / 100);
  };
  const distance = (stroke, [x, y]) => Math.min(...stroke.map(([u, v]) => Math.hypot(u - x, v - y)));
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return; // a second finger
    canvas.setPointerCapture(event.pointerId);
    const strokes = model.get("strokes");
    last = place(event);
    if (!moves()) return write([...strokes, [last]]);
    const far = strokes.map((stroke) => distance(stroke, last));
    grabbed = far.indexOf(Math.min(...far));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !event.isPrimary) return;
    const [strokes, here] = [model.get("strokes"), place(event)];
    const [dx, dy] = [here[0] - last[0], here[1] - last[1]];
    if (Math.hypot(dx, dy) < 0.1) return;
    last = here;
    const index = moves() ? grabbed : strokes.length - 1;
    const change = (stroke) => (moves() ? moved([stroke], ([x, y]) => [x + dx, y + dy])[0] : [...stroke, here]);
    write(strokes.map((stroke, other) => (other === index ? change(stroke) : stroke)));
  });
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => (last = null)));

  const below = element("canvas", { width: SIDE, height: SIDE });
  const show = (strokes, start, text) => {
    const context = canvas.getContext("2d");
    const scale = canvas.width / SIDE;
    drawImage(below, start);
    Object.assign(context, { lineCap: "round", lineJoin: "round", imageSmoothingEnabled: false });
    context.drawImage(below, 0, 0, canvas.width, canvas.height);
    Object.assign(context, { strokeStyle: "black", lineWidth: model.get("pen") * scale });
    for (const stroke of strokes) {
      context.beginPath();
      [stroke[0], ...stroke].forEach(([x, y]) => context.lineTo(scale * x, scale * y));
      context.stroke();
    }
    caption.textContent = text;
  };
  return { element: element("figure", {}, canvas, caption), canvas, show };
}

// Two bills below one another: a row of a name, a bar in both colours, and the numbers.
function makeBill(names) {
  const rows = names.map((name) => {
    const coloured = () => [RECONSTRUCTION, KL_DIVERGENCE].map((colour) => {
      const span = element("span");
      span.style.setProperty("--pull", colour);
      return span;
    });
    const [bars, texts] = [coloured(), coloured()];
    const bar = element("span", { className: "bar" }, ...bars);
    const numbers = element("output", {}, texts[0], " + ", texts[1], " nats");
    return { bars, texts, parts: [element("span", {}, name), bar, numbers] };
  });
  const show = (bills) => {
    const most = Math.max(...bills.map(([first, second]) => first + second));
    bills.forEach((bill, index) => bill.forEach((nats, part) => {
      const { bars, texts } = rows[index];
      bars[part].style.width = `${(100 * nats) / most}%`;
      texts[part].textContent = `${["reconstruction", "KL"][part]} ${nats.toFixed(1)}`;
    }));
  };
  return { element: element("div", { className: "bill" }, ...rows.flatMap(({ parts }) => parts)), show };
}

// The map of codes, and the part of it around a Gaussian, magnified.
function makeMaps(codes, labels, palette) {
  const whole = makePlane("map of codes, with the Gaussian of what is written");
  const part = makePlane("the same, magnified");
  const caption = element("figcaption");
  whole.view([-3.5, -3.5], [3.5, 3.5]);
  const drawCodes = () => {
    whole.clear(true);
    whole.digits(codes, labels, palette);
  };
  const far = (index, z) => Math.max(...z.map((value, axis) => Math.abs(codes[2 * index + axis] - value)));
  const show = (mean, sigma, draws) => {
    const half = Math.max(0.25, 2.5 * Math.max(...sigma));
    const ends = [-half, half].map((shift) => mean.map((value) => value + shift));
    whole.remembered(drawCodes);
    whole.frame(...ends);
    part.view(...ends);
    part.clear(true);
    const near = [...labels.keys()].filter((index) => far(index, mean) < half);
    const places = near.flatMap((index) => [codes[2 * index], codes[2 * index + 1]]);
    part.digits(places, near.map((index) => labels[index]), palette);
    for (const plane of [whole, part]) {
      plane.oval(mean, sigma, "white", 1 / 2);
      plane.oval(mean, sigma, "black", 1 / 4);
    }
    draws.forEach((z) => part.ring(z, 1 / 5, "black"));
    const distance = (index) => Math.hypot(codes[2 * index] - mean[0], codes[2 * index + 1] - mean[1]);
    const nearest = [...labels.keys()].reduce((a, b) => (distance(b) < distance(a) ? b : a));
    caption.textContent = `nearest code: a ${labels[nearest]}`;
  };
  return { element: element("figure", { className: "map" }, whole.element, caption), magnified: part.element, show };
}

function drawing(model, root) {
  const [encode, decode] = [makeDecoder(model, "encoder_"), makeDecoder(model)];
  const [images, pen, noise] = [new Uint8Array(bytes(model.get("images"))), model.get("pen"), model.get("noise")];
  const [size, moves] = [SIDE ** 2, () => move.getAttribute("aria-pressed") === "true"];
  const put = (strokes, start = model.get("start")) => {
    if (start !== model.get("start")) model.set("start", start);
    setter(model, "strokes")(strokes);
  };
  const paper = makePaper(model, put, moves);
  const last = images.length / size - 1;
  const number = element("input", { type: "number", min: 0, max: last, value: Math.max(0, model.get("start")) });
  number.setAttribute("aria-label", "number of the test image");
  const take = () => put([], Math.min(last, Math.max(0, Math.round(Number(number.value)))));
  number.addEventListener("input", take);
  const undo = makeButton("undo", () => put(model.get("strokes").slice(0, -1)));
  const move = makeButton("move a stroke", () => {
    move.setAttribute("aria-pressed", !moves());
    paper.canvas.classList.toggle("moves", moves());
  });
  move.setAttribute("aria-pressed", false);
  const others = [undo, move, makeButton("test image", take), number];
  const buttons = element("div", { className: "buttons" }, makeButton("clear", () => put([], -1)), ...others);
  const maps = makeMaps(
    new Float32Array(bytes(model.get("codes"))),
    new Uint8Array(bytes(model.get("labels"))),
    model.get("palette"),
  );
  const titles = ["encoded", "its mean", "draws", "", "", ""];
  const pictures = titles.map((title) => makePicture(title, [SIDE, SIDE]));
  const strip = element("div", { className: "strip" }, ...pictures.map((picture) => picture.element));
  const bill = makeBill(["this digit", `${last + 1} test images, on average`]);
  const sides = [[paper.element, buttons], [maps.magnified, strip]].map((parts) =>
    element("div", { className: "side" }, ...parts),
  );
  root.append(sides[0], maps.element, sides[1], bill.element);

  const keep = (image) => {
    const known = new Float32Array(bytes(model.get("image")));
    if (image.some((ink, index) => ink !== known[index])) setter(model, "image")(new DataView(image.buffer));
  };
  const paint = () => {
    const [strokes, start] = [model.get("strokes"), model.get("start")];
    const blank = start < 0;
    const below = Float32Array.from({ length: size }, (_, index) => (blank ? 0 : images[size * start + index] / 255));
    const written = blank ? prepared(strokes, pen) : inked(strokes, pen);
    const image = written.map((ink, index) => Math.max(ink, below[index]));
    keep(image);
    const code = [...encode(image)];
    const mean = code.slice(0, 2);
    const sigma = code.slice(2).map((value) => Math.exp(value / 2));
    const draws = noise.map((values) => mean.map((value, axis) => value + sigma[axis] * values[axis]));
    const decoded = [mean, ...draws].map(decode);
    [image, ...decoded].forEach((values, index) => pictures[index].show(values));
    maps.show(mean, sigma, draws);
    const kl = sigma.reduce((sum, value, axis) => sum + KL(mean[axis], value), 0);
    bill.show([[reconstructionNats(image, decoded[0]), kl], model.get("usual")]);
    const text = strokes.length ? "your digit" : "write a digit here";
    paper.show(strokes, below, blank ? text : `test image ${start}: write on it`);
    undo.disabled = move.disabled = !strokes.length;
  };
  let busy = false; // what is painted is kept, and would be painted again
  return () => {
    if (busy) return;
    busy = true;
    paint();
    busy = false;
  };
}
