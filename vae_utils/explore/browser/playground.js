// Both pulls in two hands: a small VAE trains in a worker, and all that is seen follows.

const QUANTILES = [-1.465, -0.792, -0.366, 0, 0.366, 0.792, 1.465]; // of N(0, 1), at 1/14 ...
const SHEET = QUANTILES.toReversed().flatMap((z2) => QUANTILES.flatMap((z1) => [z1, z2]));
const PRESETS = {
  "reconstruction only": { reconstruction: 1, beta: 0, held: false },
  "KL only": { reconstruction: 0, beta: 1, held: false },
  both: { reconstruction: 1, beta: 1, held: false },
  "sigma held at 1": { reconstruction: 1, beta: 0, held: true },
};
const [SHOWN, OUTLINED, QUARTER] = [600, 150, 7]; // digits, ellipses, batches of an epoch

function playground(model, root) {
  const labels = new Uint8Array(bytes(model.get("labels"))).slice(0, SHOWN);
  const map = makeMap(labels, model.get("palette"));
  const sheet = makePicture("decoded from the prior", [70, 70]);
  const prices = makePrices();
  const reconstruction = makeSlider("reconstruction", 0, 2, setter(model, "reconstruction"));
  const kl = makeSlider("KL", 0.01, 30, setter(model, "beta"), { log: true, zero: true });
  reconstruction.element.style.setProperty("--pull", RECONSTRUCTION);
  kl.element.style.setProperty("--pull", KL_DIVERGENCE);
  const outlines = element("input", { type: "checkbox" });
  const training = makeTraining(model, map.canvas);
  const choose = (values) => {
    Object.entries(values).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  const presets = Object.entries(PRESETS).map(([name, to]) => makeButton(name, () => choose(to)));
  const play = makeButton("play", () => training.play(!training.plays));
  const others = [makeButton("one step", training.step), makeButton("start anew", training.begin)];
  const check = element("label", { className: "check" }, outlines, "ellipses of sigma");
  const buttons = element("div", { className: "buttons" }, play, ...others, ...presets, check);
  const panel = element("div", { className: "panel" }, reconstruction.element, kl.element, buttons);
  root.append(map.element, sheet.element, prices.element, panel);
  const draw = () => {
    reconstruction.show(model.get("reconstruction"));
    kl.show(model.get("beta"));
    Object.values(PRESETS).forEach((values, index) => {
      const holds = Object.entries(values).every(([name, value]) => model.get(name) === value);
      presets[index].setAttribute("aria-pressed", holds);
    });
    play.textContent = training.plays ? "pause" : "play";
    if (!training.past.length) return; // the worker has not answered yet
    map.show(training.latest, outlines.checked, !training.plays);
    sheet.show(sheetPixels(training.latest.sheet));
    prices.show(training.past);
  };
  outlines.addEventListener("change", draw);
  training.onChange = draw;
  return Object.assign(draw, { stop: training.stop });
}

// What goes on in the worker. It trains only when it is asked, a quarter of an epoch at a
// time, so that it rests by itself where nobody plays, or where the map is out of sight.
function makeTraining(model, canvas) {
  const worker = startWorker();
  const images = Float32Array.from(new Uint8Array(bytes(model.get("images"))), (ink) => ink / 16);
  const training = { plays: false, latest: null, past: [], stop: () => worker.terminate() };
  let [waiting, steps, frame, start, known] = [0, 0, 0, null, []];
  const ask = (batches) => {
    const pulls = ["reconstruction", "beta", "held"].map((name) => [name, model.get(name)]);
    worker.postMessage({ batches, ...Object.fromEntries(pulls) });
    waiting += 1;
  };
  training.begin = () => {
    const [codes, seed] = [Float32Array.from(SHEET), model.get("seed")];
    [training.past, steps] = [[], 0];
    worker.postMessage({ images, weights: start, seed, shown: SHOWN, codes });
    ask(0);
  };
  training.play = (whether) => {
    training.plays = whether;
    if (whether && !waiting) ask(QUARTER);
    training.onChange();
  };
  training.step = () => {
    training.play(false);
    if (waiting) steps += 1; // kept until the worker has answered
    else ask(1);
  };
  worker.onmessage = ({ data }) => {
    waiting -= 1;
    if (waiting) return; // asked for before a new start
    training.latest = data;
    training.past.push([data.epoch, data.reconstruction, data.kl]);
    if (training.past.length > 800) training.past = training.past.filter((_, i) => i % 2);
    training.plays &&= canvas.checkVisibility({ visibilityProperty: true });
    const next = training.plays ? QUARTER : steps;
    steps = 0;
    if (next) ask(next);
    else keep(data.weights);
    frame ||= requestAnimationFrame(() => training.onChange((frame = 0)));
  };
  // The weights at rest are those of Python, too; what comes from there begins anew.
  const keep = (weights) => {
    known = weights;
    setter(model, "weights")(new DataView(weights.buffer));
  };
  const take = () => {
    const weights = new Float32Array(bytes(model.get("weights")));
    if (weights.every((value, index) => value === known[index])) return; // an echo
    start = known = weights;
    training.begin();
  };
  model.on("change:weights", take);
  take();
  return training;
}

// 49 images of 8 x 8 pixels as one of 70 x 70, with margins of one pixel.
function sheetPixels(values) {
  const pixels = new Float32Array(70 * 70);
  values.forEach((value, index) => {
    const [image, row, column] = [index >> 6, (index >> 3) & 7, index & 7];
    const [top, left] = [10 * Math.floor(image / 7) + 1, 10 * (image % 7) + 1];
    pixels[70 * (top + row) + left + column] = value;
  });
  return pixels;
}

function makePrices() {
  const colours = [RECONSTRUCTION, KL_DIVERGENCE];
  const ticks = (end) => [0, end / 2, end];
  const chart = makeChart("prices in nats, by epoch", [0, 20], 50, [ticks(20), ticks(50)]);
  const show = (past) => {
    const [epochs, ...prices] = [0, 1, 2].map((column) => past.map((row) => row[column]));
    const [end, top] = [roundUp(Math.max(20, ...epochs)), roundUp(Math.max(50, ...prices.flat()))];
    const last = prices.map((price) => price.at(-1));
    const near = Math.abs(last[0] - last[1]) < 0.25 * top;
    const texts = last.map((price, i) => {
      return `${["reconstruction", "KL"][i]} ${price.toFixed(price < 10 ? 2 : 1)}`;
    });
    chart.scale([0, end], top, [ticks(end), ticks(top)]);
    chart.clear();
    texts.forEach((text, i) => {
      chart.curve((_, index) => prices[i][index], colours[i], epochs);
      chart.write(text, epochs.at(-1), last[i], colours[i], near && last[i] < last[1 - i]);
    });
    chart.element.firstChild.setAttribute("aria-label", `${texts.join(", ")} nats`);
  };
  return { element: chart.element, show };
}

// The map of codes, around the origin: the view grows and shrinks with them.
function makeMap(labels, palette) {
  const plane = makePlane("map of the codes of 600 digits");
  const caption = element("figcaption");
  let reach = 0;
  const show = ({ mean, sigma, epoch }, outlined, settled) => {
    const wanted = 1.08 * Math.max(3.2, ...mean.map(Math.abs));
    reach = settled ? wanted : reach + 0.2 * (wanted - reach);
    plane.view([-reach, -reach], [reach, reach]);
    plane.clear(true);
    if (outlined) plane.ellipses(mean, sigma, labels, palette, OUTLINED);
    plane.digits(mean, labels, palette);
    const average = sigma.reduce((sum, value) => sum + value, 0) / sigma.length;
    caption.textContent = `epoch ${epoch.toFixed(2)}, mean sigma ${average.toPrecision(2)}`;
  };
  return { element: element("figure", {}, plane.element, caption), canvas: plane.element, show };
}
