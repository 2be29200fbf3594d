// One Gaussian under a lens: the map around its code, magnified by powers of ten.

function lens(model, root) {
  const [codes, sigma] = ["codes", "sigma"].map((name) => new Float32Array(bytes(model.get(name))));
  const [labels, palette] = [new Uint8Array(bytes(model.get("labels"))), model.get("palette")];
  const [reach, most, centre] = ["reach", "most", "centre"].map((name) => model.get(name));
  const plane = makePlane("map around one code");
  const note = element("p");
  const set = setter(model, "factor");
  const options = { log: true };
  const slider = makeSlider("magnify", 1, most, (factor) => (player.stop(), set(factor)), options);
  const player = makePlayer(root, 10, {
    start: () => Math.log(model.get("factor")) / Math.log(most),
    show: (share) => model.set("factor", most ** share),
    rest: () => model.save_changes(),
  });
  const buttons = element("div", { className: "buttons" }, player.element);
  root.append(plane.element, element("div", { className: "panel" }, slider.element, buttons, note));
  const draw = () => {
    const factor = model.get("factor");
    const half = reach / factor;
    const seen = [...labels.keys()].filter(
      (index) => Math.max(Math.abs(codes[2 * index]), Math.abs(codes[2 * index + 1])) < half,
    );
    const pick = (numbers) => seen.flatMap((index) => [numbers[2 * index], numbers[2 * index + 1]]);
    const some = seen.map((index) => labels[index]);
    const own = sigma.subarray(2 * centre, 2 * centre + 2);
    slider.show(factor);
    plane.view([-half, -half], [half, half]);
    plane.clear(false);
    plane.ellipses(pick(codes), pick(sigma), some, palette, seen.length);
    plane.digits(pick(codes), some, palette);
    if (Math.max(...own) < half / 30) plane.ring([0, 0], 1.6, "transparent");
    plane.bar(roundUp(half / 4));
    const others = seen.length - 1;
    const times = Math.round(factor).toLocaleString("en");
    note.textContent =
      `${times} times larger: ${others} of ${labels.length - 1} other codes in sight; ` +
      `sigma here ${Number(((own[0] + own[1]) / 2).toPrecision(2))}`;
  };
  return Object.assign(draw, { stop: player.stop });
}
