// One Gaussian beside the prior, and the KL divergence between them.

const KL = (mean, sigma) => (sigma ** 2 + mean ** 2 - 1 - Math.log(sigma ** 2)) / 2;

function gaussian(model, root) {
  const curves = makeChart("standard normal (grey) and q (blue)", -5, 5, 1.2);
  const overMean = makeChart("KL over the mean, with its slope", -4, 4, 8);
  const overSigma = makeChart("KL over sigma, with its slope", 0.05, 3, 8);
  const mean = makeSlider("mean", -4, 4, setter(model, "mean"));
  // A step by which the slider reaches 1.
  const sigma = makeSlider("sigma", 0.05, 3, setter(model, "sigma"), { step: 0.0125 });
  const note = element("p");
  const controls = element("div", { className: "controls" }, mean.element, sigma.element, note);
  const charts = [curves, overMean, overSigma];
  root.append(...charts.map((chart) => chart.element), controls);
  const bell = (m, s) => (x) => Math.exp(-(((x - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI));
  return () => {
    const [m, s] = [model.get("mean"), model.get("sigma")];
    const [here, slopes] = [KL(m, s), [m, s - 1 / s]];
    mean.show(m);
    sigma.show(s);
    charts.forEach((chart) => chart.clear());
    curves.curve(bell(0, 1), "#888");
    curves.curve(bell(m, s), "#1f5fa8");
    overMean.curve((x) => KL(x, s), "#1f5fa8");
    overMean.curve((x) => here + slopes[0] * (x - m), "#e76300");
    overMean.mark(m, here);
    overSigma.curve((x) => KL(m, x), "#1f5fa8");
    overSigma.curve((x) => here + slopes[1] * (x - s), "#e76300");
    overSigma.mark(s, here);
    const [toMean, toSigma] = slopes.map((slope) => slope.toFixed(2));
    note.textContent =
      `KL ${here.toFixed(3)} nats; slope ${toMean} along the mean, ${toSigma} along sigma`;
  };
}
