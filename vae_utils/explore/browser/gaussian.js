// One Gaussian beside the prior, and the KL divergence between them.

const KL = (mean, sigma) => (sigma ** 2 + mean ** 2 - 1 - Math.log(sigma ** 2)) / 2;
const WIDTHS = Array.from({ length: 161 }, (_, index) => index / 10 - 8); // in sigmas

function gaussian(model, root) {
  const [means, nats] = [[-4, -2, 0, 2, 4], [0, 5, 10, 15, 20]];
  const curves = makeChart("prior (grey) and q (black)", [-5, 5], 1.2, [means, [0, 0.5, 1]]);
  const overMean = makeChart("KL over the mean, with its slope", [-4, 4], 22, [means, nats]);
  const powers = ["0.000001", "0.0001", "0.01", "1"];
  const title = "KL over sigma (logarithmic axis)";
  const overSigma = makeChart(title, [1e-6, 3], 22, [powers, nats], true);
  const mean = makeSlider("mean", -4, 4, setter(model, "mean"));
  const sigma = makeSlider("sigma", 1e-6, 3, setter(model, "sigma"), { log: true });
  const note = element("p");
  const panel = element("div", { className: "panel" }, mean.element, sigma.element, note);
  const charts = [curves, overMean, overSigma];
  root.append(...charts.map((chart) => chart.element), panel);
  const bell = (m, s) => (x) => Math.exp(-(((x - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI));
  const readable = (x) => (Math.abs(x) < 100 ? x.toFixed(2) : Math.round(x).toLocaleString("en"));
  return () => {
    const [m, s] = [model.get("mean"), model.get("sigma")];
    const [here, slopes] = [KL(m, s), [m, s - 1 / s, (s ** 2 - 1) / 2]];
    mean.show(m);
    sigma.show(s);
    charts.forEach((chart) => chart.clear());
    curves.curve(bell(0, 1), PRIOR);
    // However narrow the bell, there are points in it.
    curves.curve(bell(m, s), "black", [-5, ...WIDTHS.map((width) => m + width * s), 5]);
    overMean.curve((x) => KL(x, s), KL_DIVERGENCE);
    overMean.curve((x) => here + slopes[0] * (x - m), "black");
    overMean.mark(m, here);
    overSigma.curve((x) => KL(m, x), KL_DIVERGENCE);
    // Straight on this axis is what is straight along log_var.
    overSigma.curve((x) => here + slopes[2] * 2 * Math.log(x / s), "black");
    overSigma.mark(s, here);
    const [toMean, toSigma, toLogVar] = slopes.map(readable);
    note.textContent =
      `KL ${here.toFixed(3)} nats; slope ${toMean} along the mean, ` +
      `${toSigma} along sigma, ${toLogVar} along log_var`;
  };
}
