// Films of trainings, on one clock: the square root of time, for most happens at the start.
// What lies between two frames is interpolated.

const [FOLLOWED, CIRCLE] = [60, 3]; // ellipses, and the radius of the circle for scale

function film(model, root) {
  const labels = new Uint8Array(bytes(model.get("labels")));
  const reels = unwind(model.get("facts"), bytes(model.get("codes")), labels.length);
  const end = Math.max(...reels.map((reel) => reel.epoch.at(-1)));
  const panels = reels.map((reel) => makeReel(reel, labels, model.get("palette"), end));
  const set = setter(model, "epoch");
  const slider = makeSlider("epoch", 0, end, (epoch) => (player.stop(), set(epoch)), { root: true });
  const player = makePlayer(root, 10, {
    start: () => Math.sqrt(model.get("epoch") / end),
    show: (share) => model.set("epoch", end * share ** 2), // the kernel hears it at the end
    rest: () => model.save_changes(),
  });
  const panel = element("div", { className: "panel" }, slider.element);
  panel.append(element("div", { className: "buttons" }, player.element));
  root.style.setProperty("--columns", Math.max(2, reels.length));
  root.classList.toggle("single", reels.length === 1);
  root.append(...panels.map((part) => part.map), ...panels.map((part) => part.chart), panel);
  const draw = () => {
    slider.show(model.get("epoch"));
    panels.forEach((part) => part.show(model.get("epoch")));
  };
  return Object.assign(draw, { stop: player.stop });
}

// Films as lists of frames, each a flat list of numbers, with the square that each frame needs.
function unwind(facts, buffer, count) {
  const numbers = halvesToFloats(buffer);
  let at = 0;
  const take = () => numbers.subarray(at, (at += 2 * count));
  return facts.map((fact) => {
    const mean = fact.epoch.map(take);
    return { ...fact, mean, sigma: fact.gaussian ? fact.epoch.map(take) : [], views: squares(mean) };
  });
}

// The middle and half the side of a square around the codes and the circle, for each frame;
// averaged over neighbours, so that the view glides.
function squares(frames) {
  const tight = frames.map((codes) => {
    const ends = [0, 1].map((axis) => {
      const all = [...codes.filter((_, index) => index % 2 === axis), -CIRCLE, CIRCLE];
      return [Math.min(...all), Math.max(...all)];
    });
    const half = 0.55 * Math.max(...ends.map(([low, high]) => high - low));
    return [...ends.map(([low, high]) => (low + high) / 2), half];
  });
  return tight.map((_, index) => {
    const beside = Math.min(2, index, tight.length - 1 - index);
    const near = tight.slice(index - beside, index + beside + 1);
    return [0, 1, 2].map((k) => near.reduce((sum, view) => sum + view[k], 0) / near.length);
  });
}

// One film: a map, a chart below it, and what is seen of both at an epoch.
function makeReel(reel, labels, palette, end) {
  const plane = makePlane(`map of codes, ${reel.title}`);
  const [caption, bold] = [element("span"), element("b", { textContent: reel.title })];
  const map = element("figure", {}, element("figcaption", {}, bold, " ", caption), plane.element);
  const prices = ["reconstruction", "kl"].filter((name) => reel[name]);
  const colours = [RECONSTRUCTION, KL_DIVERGENCE];
  const most = Math.max(...prices.flatMap((name) => reel[name]));
  const top = roundUp(most / 6) * Math.ceil(most / roundUp(most / 6));
  const ticks = [[0, end / 2, end], [0, top / 2, top]];
  const chart = makeChart("nats per image, by epoch", [0, end], top, ticks);
  const show = (epoch) => {
    const last = reel.epoch.length - 1;
    const after = reel.epoch.findIndex((value) => value > epoch);
    const first = after < 0 ? last : after - 1;
    const next = Math.min(last, first + 1);
    const [from, to] = [reel.epoch[first], reel.epoch[next]];
    const share = to > from ? (epoch - from) / (to - from) : 0;
    const between = (a, b) => a + share * (b - a);
    const mixed = (frames) => frames[first]?.map((a, index) => between(a, frames[next][index]));
    const [codes, sigma] = [mixed(reel.mean), mixed(reel.sigma)?.map(Math.exp)];
    const [x, y, half] = mixed(reel.views);
    plane.view([x - half, y - half], [x + half, y + half]);
    plane.clear(false);
    plane.circle(CIRCLE);
    if (sigma) plane.ellipses(codes, sigma, labels, palette, FOLLOWED);
    plane.digits(codes, labels, palette);
    const now = Math.min(epoch, reel.epoch[last]);
    caption.textContent = `epoch ${now.toFixed(2)}`;
    if (sigma) {
      const median = [...sigma].sort((a, b) => a - b)[sigma.length / 2];
      caption.textContent += `, median sigma ${Number(median.toPrecision(2))}`;
    }
    chart.clear();
    const texts = prices.map((name, index) => {
      const price = between(reel[name][first], reel[name][next]);
      const text = `${["reconstruction", "KL"][index]} ${price.toFixed(price < 10 ? 2 : 1)}`;
      chart.curve((_, frame) => reel[name][frame], colours[index], reel.epoch);
      chart.mark(now, price, colours[index]);
      chart.write(text, end, 0.62 * top, colours[index], index > 0); // off the curves
      return text;
    });
    chart.element.firstChild.setAttribute("aria-label", `${texts.join(", ")} nats per image`);
  };
  return { map, chart: chart.element, show };
}

// A button that plays from 0 to 1 within so many seconds, again and again, until it is
// pressed once more. For those who ask for less motion: in twelve steps, and once.
function makePlayer(root, seconds, { start, show, rest }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [frame, last, share] = [0, 0, 0];
  const step = (time) => {
    share += (time - last) / (1000 * seconds);
    last = time;
    const ended = share >= 1;
    if (share > 1.15) share = 0; // the end stands for a while
    show(calm.matches ? Math.floor(12 * Math.min(1, share)) / 12 : Math.min(1, share));
    const seen = root.checkVisibility({ visibilityProperty: true });
    if (!seen || (calm.matches && ended)) stop();
    else frame = requestAnimationFrame(step);
  };
  const stop = () => {
    if (frame) cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = "play";
    rest();
  };
  const play = () => {
    if (frame) return stop();
    [last, share] = [performance.now(), start() < 1 ? start() : 0];
    button.textContent = "pause";
    frame = requestAnimationFrame(step);
  };
  const button = makeButton("play", play);
  return { element: button, stop };
}
