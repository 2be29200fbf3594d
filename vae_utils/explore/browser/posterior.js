// The posterior of an image on the plane, and a Gaussian q to drag and stretch: both prices
// with this q, and how far their sum is above the exact cost.

const [DEPTH_STEP, LOG_2PI] = [0.05, Math.log(2 * Math.PI)]; // as in posterior.py
const HATCH = "repeating-linear-gradient(135deg, #222 0 1.5px, white 1.5px 5px)"; // the gap

// The average, over q, of values on a grid: rows are places of z2, from below.
export function gridAverage(values, ticks, mean, sigma) {
  const [across, up] = mean.map((middle, axis) => {
    const heights = ticks.map((z) => Math.exp(-(((z - middle) / sigma[axis]) ** 2) / 2));
    const sum = heights.reduce((a, b) => a + b);
    return heights.map((height) => height / sum);
  });
  const row = (from) => across.reduce((sum, weight, j) => sum + weight * values[from + j], 0);
  return up.reduce((sum, weight, i) => sum + (weight && weight * row(i * ticks.length)), 0);
}

// Reconstruction and KL divergence with this q, if log p(x, z) is `peak` less the depths.
export function pricesOf(depths, peak, ticks, mean, sigma) {
  const joint = peak - DEPTH_STEP * gridAverage(depths, ticks, mean, sigma);
  const prior = sigma.reduce((sum, s, axis) => sum - (s ** 2 + mean[axis] ** 2 + LOG_2PI) / 2, 0);
  return [prior - joint, sigma.reduce((sum, s, axis) => sum + KL(mean[axis], s), 0)];
}

// The posterior in grey, as a picture of one pixel for each place of the grid.
function shaded(depths, side) {
  const canvas = element("canvas", { width: side, height: side });
  const picture = canvas.getContext("2d").createImageData(side, side);
  depths.forEach((depth, index) => {
    const row = side - 1 - Math.floor(index / side);
    const opacity = 200 * Math.exp((-DEPTH_STEP * depth) / 2);
    picture.data.set([0, 0, 0, opacity], 4 * (row * side + (index % side)));
  });
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

// Two bars: what this q pays, in the colours of both prices, and below it the exact cost with
// the gap; beside them numbers.
function makeGap() {
  const rows = [[RECONSTRUCTION, KL_DIVERGENCE], ["#222", HATCH]].map((colours) => {
    const bars = colours.map(() => element("span"));
    bars.forEach((bar, part) => bar.style.setProperty("--pull", colours[part]));
    return { bars, output: element("output"), bar: element("span", { className: "bar" }, ...bars) };
  });
  const names = ["this q", "at best"].map((text) => element("span", {}, text));
  const words = [["reconstruction", "KL"], ["exact", "gap"]];
  const parts = rows.flatMap(({ bar, output }, index) => [names[index], bar, output]);
  const show = (prices, exact) => {
    const total = prices[0] + prices[1];
    [prices, [exact, total - exact]].forEach((bill, index) => {
      const { bars, output } = rows[index];
      bars.forEach((bar, part) => (bar.style.width = `${Math.max(0, (92 * bill[part]) / Math.max(total, 100))}%`));
      const text = bill.map((nats, part) => `${words[index][part]} ${nats.toFixed(1)}`);
      output.textContent = `${text.join(" + ")} nats`;
    });
  };
  return { element: element("div", { className: "bill" }, ...parts), show };
}

function posterior(model, root) {
  const [ticks, shape] = [model.get("ticks"), model.get("shape")];
  const [side, size] = [ticks.length, shape[0] * shape[1]];
  const all = new Uint16Array(bytes(model.get("depths")));
  const images = new Float32Array(bytes(model.get("images")));
  const decode = makeDecoder(model);
  const count = model.get("peaks").length;
  const depths = Array.from({ length: count }, (_, i) => all.subarray(i * side ** 2, (i + 1) * side ** 2));
  const shades = depths.map((values) => shaded(values, side));
  const plane = makePlane("posterior and q", (z) => setter(model, "mean")(z));
  const [least, step] = [ticks[0], ticks[1] - ticks[0]];
  const change = (name, axis) => (value) =>
    setter(model, name)(model.get(name).map((old, other) => (other === axis ? value : old)));
  const places = [0, 1].map((axis) => makeSlider(`z${axis + 1}`, least, -least, change("mean", axis)));
  const widths = [0, 1].map((axis) =>
    makeSlider(`sigma ${axis + 1}`, step / 2, 1, change("sigma", axis), { log: true }),
  );
  const take = (numbers) => {
    model.set("sigma", numbers.slice(2));
    setter(model, "mean")(numbers.slice(0, 2));
  };
  const gaussians = model.get("gaussians");
  const named = gaussians.map(([name, each]) => makeButton(name, () => take(each[model.get("index")])));
  const chosen = Array.from({ length: count }, (_, i) =>
    makeButton(`image ${i + 1}`, () => {
      model.set("index", i);
      take(gaussians[0][1][i]);
    }),
  );
  const pictures = ["image", "decoded"].map((title) => makePicture(title, shape));
  const strip = element("div", { className: "side" }, ...pictures.map((picture) => picture.element));
  const rows = [chosen, named].map((buttons) => element("div", { className: "buttons" }, ...buttons));
  const sliders = [...places, ...widths].map((slider) => slider.element);
  const panel = element("div", { className: "panel" }, rows[0], ...sliders, rows[1]);
  const bill = makeGap();
  root.append(strip, plane.element, panel, bill.element);
  return () => {
    const [index, mean, sigma] = ["index", "mean", "sigma"].map((name) => model.get(name));
    const [left, bottom, right, top] = model.get("views")[index];
    const context = plane.element.getContext("2d");
    const scale = (right - left) / step;
    plane.view([left, bottom], [right, top]);
    plane.clear(true);
    context.globalCompositeOperation = "destination-over"; // below the numbers
    const corner = [(left - least) / step + 0.5, side - 0.5 - (top - least) / step];
    context.drawImage(shades[index], ...corner, scale, scale, 0, 0, plane.element.width, plane.element.height);
    context.globalCompositeOperation = "source-over";
    for (const [times, width] of [[3, 1 / 8], [2, 1 / 8], [1, 1 / 3]]) {
      const radii = sigma.map((value) => times * value);
      plane.oval(mean, radii, "white", width + 1 / 3);
      plane.oval(mean, radii, "black", width);
    }
    places.forEach((slider, axis) => slider.show(mean[axis]));
    widths.forEach((slider, axis) => slider.show(sigma[axis]));
    pictures[0].show(images.subarray(index * size, (index + 1) * size));
    pictures[1].show(decode(mean));
    bill.show(pricesOf(depths[index], model.get("peaks")[index], ticks, mean, sigma), -model.get("exact")[index]);
    chosen.forEach((button, i) => button.setAttribute("aria-pressed", i === index));
  };
}
