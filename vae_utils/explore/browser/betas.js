// Trainings that differ in beta. The map passes from one to the next, and so does the dot
// on the curve of prices; copies are those of the nearest training.

function betas(model, root) {
  const trained = model.get("betas");
  const labels = new Uint8Array(bytes(model.get("labels")));
  const plane = makePlane(`map of ${labels.length} test images, as ellipses of one sigma`);
  const caption = element("figcaption");
  const map = element("figure", {}, plane.element, caption);
  const maps = makeBetaMaps(model);
  const copies = makeCopies(model);
  const prices = makeExchange(model);
  const set = setter(model, "beta");
  const go = makeGlide(model, set);
  const [low, high] = [trained[0], trained.at(-1)];
  const marks = makeMarks(model, (beta) => go(Math.min(high, Math.max(low, beta))));
  const slide = (beta) => marks.leave() || set(snapped(beta, trained));
  const slider = makeSlider("beta", low, high, slide, { log: true });
  const stops = trained.map((beta) => makeButton(String(beta), () => marks.leave() || go(beta)));
  const buttons = element("div", { className: "buttons" }, ...stops);
  const panel = element("div", { className: "panel" }, ...marks.elements, slider.element, buttons);
  const side = element("div", { className: "side" }, copies.element, prices.element);
  root.append(map, side, panel);
  return () => {
    const beta = model.get("beta");
    const [index, share] = placeOf(beta, trained);
    const [before, after] = [trained[index], trained[index + 1]];
    const { mean, sigma, reach } = maps(index, share);
    slider.show(beta);
    plane.view([-reach, -reach], [reach, reach]);
    plane.clear(true);
    plane.ellipses(mean, sigma, labels, model.get("palette"), labels.length);
    plane.digits(mean, labels, model.get("palette"));
    const exact = trained.includes(beta);
    caption.textContent = exact ? `trained at beta ${beta}` : `between beta ${before} and ${after}`;
    copies.show(share < 0.5 ? index : index + 1);
    prices.show(index, share, beta, exact);
    stops.forEach((stop, i) => stop.setAttribute("aria-pressed", trained[i] === beta));
  };
}

// A menu of losses by name, each with the beta it stands for; none if there are no marks.
function makeMarks(model, go) {
  const [marks, trained] = [Object.entries(model.get("marks")), model.get("betas")];
  const menu = [["choose a loss"], ...marks].map(([textContent], value) => element("option", { textContent, value }));
  const [select, said] = [element("select", {}, ...menu), element("output")];
  select.setAttribute("aria-label", "a loss as it is written");
  select.addEventListener("change", () => {
    if (select.value === "0") return leave();
    const beta = marks[select.value - 1][1];
    const beyond = beta > trained.at(-1) ? ", beyond the last map" : beta < trained[0] ? ", before the first map" : "";
    said.textContent = `beta ${Number(beta.toPrecision(3))}${beyond}`;
    go(beta);
  });
  const leave = () => {
    [select.value, said.textContent] = ["0", ""];
  };
  const elements = marks.length ? [element("div", { className: "marks" }, select, said)] : [];
  return { elements, leave };
}

// The training at or before a beta, and the share of the way, in log beta, to the next one.
function placeOf(beta, trained) {
  const after = trained.findIndex((other) => other > beta);
  const index = after < 0 ? trained.length - 2 : Math.max(0, after - 1);
  const [from, to] = [Math.log(trained[index]), Math.log(trained[index + 1])];
  return [index, Math.min(1, (Math.log(beta) - from) / (to - from))];
}

// A stop of the slider that is next to a training is that training.
function snapped(beta, trained) {
  return trained.find((other) => Math.abs(Math.log10(other / beta)) < 1 / 79) ?? beta;
}

// The Gaussians on the way from one training to the next, and how far the view reaches.
function makeBetaMaps(model) {
  const count = model.get("betas").length;
  const read = (name) => new Float32Array(bytes(model.get(name)));
  const [mean, logSigma] = [read("mean"), read("log_sigma")];
  const size = mean.length / count;
  const at = (index) => [mean, logSigma].map((all) => all.subarray(index * size, (index + 1) * size));
  const reaches = Array.from({ length: count }, (_, index) => {
    const far = at(index)[0].map(Math.abs).sort();
    return Math.max(3.6, 1.1 * far[Math.floor(0.98 * size)]);
  });
  const blend = (from, to, share) => from.map((value, i) => value + share * (to[i] - value));
  return (index, share) => {
    const [here, next] = [at(index), at(index + 1)];
    const [places, logs] = here.map((values, part) => blend(values, next[part], share));
    const reach = reaches[index] ** (1 - share) * reaches[index + 1] ** share;
    return { mean: places, sigma: logs.map(Math.exp), reach };
  };
}

// Two strips: test images, and their copies by one training.
function makeCopies(model) {
  const [height, width] = model.get("shape");
  const ink = Float32Array.from(new Uint8Array(bytes(model.get("images"))), (x) => x / 255);
  const strip = (index) => ink.subarray(index * height * width, (index + 1) * height * width);
  const picture = makePicture("", [2 * height + 4, width]);
  const [canvas, caption] = picture.element.children;
  canvas.style.setProperty("--ratio", width / (2 * height + 4));
  let shown = null;
  const show = (index) => {
    if (index === shown) return;
    shown = index;
    const values = new Float32Array((2 * height + 4) * width);
    values.set(strip(0));
    values.set(strip(1 + index), (height + 4) * width);
    picture.show(values);
    caption.textContent = `test images, and their copies at beta ${model.get("betas")[index]}`;
    canvas.setAttribute("aria-label", caption.textContent);
  };
  return { element: picture.element, show };
}

// Reconstruction against KL divergence. Along the straight line the bill at this beta is the
// same: one nat of code for beta nats of pixels.
function makeExchange(model) {
  const [kl, nats] = [model.get("kl"), model.get("reconstruction")];
  const [least, most, end] = [Math.min(...nats), Math.max(...nats), 1.05 * Math.max(...kl)];
  const [bottom, top] = [least - 0.3 * (most - least), most + 0.2 * (most - least)];
  const ticks = (from, to, step) => {
    const count = Math.floor((to - from) / step) + 1;
    return Array.from({ length: count }, (_, i) => (Math.ceil(from / step) + i) * step);
  };
  const numbers = [ticks(0, end, roundUp(end / 8)), ticks(bottom, top, roundUp((top - bottom) / 8))];
  const chart = makeChart("", [-0.03 * end, end], [bottom, top], numbers);
  const [canvas, caption] = chart.element.children;
  const show = (index, share, beta, exact) => {
    const between = (values) => values[index] + share * (values[index + 1] - values[index]);
    const [x, y] = [kl, nats].map(between);
    chart.clear();
    chart.curve((_, i) => nats[i], "#999", kl);
    kl.forEach((code, i) => chart.mark(code, nats[i], "black", 0.22));
    chart.curve((z) => y - beta * (z - x), "black");
    kl.forEach((code, i) => chart.write(model.get("betas")[i], code, nats[i], "black", true));
    chart.write("reconstruction", 0, top, RECONSTRUCTION, true);
    chart.write("KL divergence", end, bottom, KL_DIVERGENCE);
    chart.mark(x, y, "black", 0.45);
    if (!exact) chart.mark(x, y, "white", 0.28);
    const bill = `${y.toFixed(1)} + ${beta} x ${x.toFixed(1)} = ${(y + beta * x).toFixed(1)} nats`;
    caption.textContent = exact ? `${bill}, all along the line` : "between two trainings";
    canvas.setAttribute("aria-label", caption.textContent);
  };
  return { element: chart.element, show };
}

// Moves beta to a training, not in one jump, unless the reader asked for little motion.
function makeGlide(model, set) {
  let frame = 0;
  return (to) => {
    const [from, start] = [model.get("beta"), performance.now()];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = (now) => {
      const share = still ? 1 : Math.min(1, (now - start) / 600);
      set(share < 1 ? from * (to / from) ** Math.max(0, share) : to);
      if (share < 1) frame = requestAnimationFrame(step);
    };
    cancelAnimationFrame(frame);
    step(start);
  };
}
