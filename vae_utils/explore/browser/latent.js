// Sliders over the dimensions of a code, and the latent plane.

function latent(model, root) {
  const [low, high, names] = ["low", "high", "names"].map((name) => model.get(name));
  const set = setter(model, "z");
  const setOne = (index) => (value) =>
    set(model.get("z").map((old, other) => (other === index ? value : old)));
  const inactive = new Set(model.get("inactive"));
  const sliders = names.map((name, index) =>
    makeSlider(name, low[index], high[index], setOne(index), { inactive: inactive.has(index) }),
  );
  const rows = element("div", { className: names.length > 4 ? "sliders many" : "sliders" });
  rows.append(...model.get("order").map((index) => sliders[index].element));

  const anywhere = (_, index) => low[index] + Math.random() * (high[index] - low[index]);
  const buttons = element("div", { className: "buttons" });
  buttons.append(
    makeButton("random", () => set(names.map(model.get("prior") ? normal : anywhere))),
    makeButton("zero", () => set(names.map(() => 0))),
  );
  const starts = new Float32Array(bytes(model.get("codes")));
  const count = starts.length / names.length;
  if (count > 0) {
    const thing = model.get("shape").length === 1 ? "signal" : "image";
    const number = element("input", { type: "number", min: 0, max: count - 1, value: 0 });
    number.setAttribute("aria-label", `number of the test ${thing}`);
    const go = () => {
      const index = Math.min(count - 1, Math.max(0, Math.round(Number(number.value))));
      set([...starts.subarray(index * names.length, (index + 1) * names.length)]);
    };
    buttons.append(makeButton(`code of test ${thing}`, go), number);
  }

  const picture = makePicture("decoded", model.get("shape"), "decoded", model.get("reach"));
  const plane = names.length === 2 && count > 0 ? makePlane("latent plane", set) : null;
  plane?.view(low, high);
  const labels = new Uint8Array(bytes(model.get("labels")));
  const drawCodes = () => {
    plane.clear(model.get("prior"));
    plane.digits(starts, labels, model.get("palette"));
    if (!labels.length) plane.dots(starts);
  };
  const distance = (z) => {
    let nearest = Infinity;
    for (let i = 0; i < starts.length; i += 2) {
      nearest = Math.min(nearest, Math.hypot(starts[i] - z[0], starts[i + 1] - z[1]));
    }
    return nearest;
  };
  const note = element("p");
  const panel = element("div", { className: "panel" }, rows, buttons, note);
  root.classList.toggle("planar", plane !== null);
  root.append(...(plane ? [plane.element] : []), picture.element, panel);
  const decode = model.get("layers").length ? makeDecoder(model) : null;
  return () => {
    const z = model.get("z");
    sliders.forEach((slider, index) => slider.show(z[index]));
    picture.show(decode ? decode(z) : new Float32Array(bytes(model.get("values"))));
    const beyond = z.some((value, index) => value < low[index] || value > high[index]);
    note.textContent = beyond ? "this code lies beyond the ends of the sliders; " : "";
    if (plane) {
      plane.remembered(drawCodes);
      plane.ring(z);
      note.textContent += `distance to the nearest code: ${distance(z).toFixed(2)}`;
    }
  };
}
