// Samples of one image: its Gaussian as an ellipse, each draw decoded.

function sampling(model, root) {
  const decode = makeDecoder(model);
  const [mean, sigma] = [model.get("mean"), model.get("sigma")];
  const plane = makePlane("latent plane");
  plane.view([-3.5, -3.5], [3.5, 3.5]);
  const codes = new Float32Array(bytes(model.get("codes")));
  const labels = new Uint8Array(bytes(model.get("labels")));
  const drawCodes = () => {
    plane.clear(true);
    plane.digits(codes, labels, model.get("palette"));
  };
  const shape = model.get("shape");
  const original = makePicture("image", shape);
  const newest = (_, i) => makePicture(i ? "" : "newest", shape, `sample ${i + 1}, newest first`);
  const latest = Array.from({ length: 6 }, newest);
  const scale = makeSlider("sigma times", 0, 3, setter(model, "scale"));
  const set = setter(model, "draws");
  const draw = () => set([...model.get("draws"), mean.map(normal)]);
  const buttons = element("div", { className: "buttons" });
  buttons.append(makeButton("draw", draw), makeButton("start again", () => set([])));
  const note = element("p");
  const strip = element("div", { className: "strip" }, ...latest.map((one) => one.element));
  const parts = [buttons, scale.element, note, original.element, strip];
  root.append(plane.element, element("div", { className: "panel" }, ...parts));
  original.show([...new Float32Array(bytes(model.get("image")))]);
  return () => {
    const factor = model.get("scale");
    const place = (noise) => noise.map((value, i) => mean[i] + factor * sigma[i] * value);
    const places = model.get("draws").map(place);
    scale.show(factor);
    plane.remembered(drawCodes);
    places.forEach((z) => plane.ring(z, 1 / 3, "black"));
    plane.oval(mean, sigma.map((value) => factor * value), "black", 1 / 5);
    latest.forEach((one, index) => {
      const z = places.at(-1 - index);
      one.element.style.visibility = z ? "visible" : "hidden";
      if (z) one.show(decode(z));
    });
    note.textContent = `${places.length} samples of one image`;
  };
}
