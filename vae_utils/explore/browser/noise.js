// Fifty draws whose noise is held fast: threads from noise to code to loss, and their slopes.

const [GOAL, RAISED, TRIES] = [3, 0.1, 20]; // the loss is (z - 3)^2; a quotient's step
const averageOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function noise(model, root) {
  const [threads, slopes] = [makeThreads(), makeSlopes()];
  const mean = makeSlider("mean", 0, 6, setter(model, "mean"));
  const sigma = makeSlider("sigma", 0, 1, setter(model, "sigma"));
  const renew = () => setter(model, "noise")(model.get("noise").map(normal));
  const buttons = element("div", { className: "buttons" }, makeButton("new noise", renew));
  const panel = element("div", { className: "panel" }, mean.element, sigma.element, buttons);
  root.append(threads.element, slopes.element, panel);
  return () => {
    const [m, s, held] = ["mean", "sigma", "noise"].map((name) => model.get(name));
    mean.show(m);
    sigma.show(s);
    threads.show(m, s, held);
    slopes.show(m, s, held);
  };
}

// The average slopes along mean and sigma, if each average of losses has noise of its own.
function quotients(m, s, count) {
  const loss = (mean, sigma) => {
    return averageOf(Array.from({ length: count }, () => (mean + sigma * normal() - GOAL) ** 2));
  };
  return [loss(m + RAISED, s), loss(m, s + RAISED)].map((value) => (value - loss(m, s)) / RAISED);
}

// A canvas to draw on, with a caption that says what is seen.
function makeBoard() {
  const canvas = makeCanvas("chart", 640, 600, "");
  const context = canvas.getContext("2d");
  const caption = element("figcaption");
  const line = (colour, width, ...points) => {
    Object.assign(context, { strokeStyle: colour, lineWidth: width * canvas.fontSize });
    context.beginPath();
    points.forEach((point) => context.lineTo(...point));
    context.stroke();
  };
  const arrow = (x, y, end, width) => {
    const head = Math.sign(end - x) * Math.min(Math.abs(end - x), 3 * width * canvas.fontSize);
    line("#222", width, [x, y], [end - 0.8 * head, y]);
    context.fillStyle = "#222";
    context.beginPath();
    context.lineTo(end, y);
    context.lineTo(end - head, y + 0.6 * head);
    context.lineTo(end - head, y - 0.6 * head);
    context.fill();
  };
  const dot = (colour, x, y) => {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, 0.25 * canvas.fontSize, 0, 2 * Math.PI);
    context.fill();
  };
  const write = (text, x, y, align, colour = "#333") => {
    const font = `${canvas.fontSize}px sans-serif`;
    Object.assign(context, { font, fillStyle: colour, textAlign: align, textBaseline: "middle" });
    context.fillText(text, x, y);
  };
  const clear = (text) => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    caption.textContent = text;
    canvas.setAttribute("aria-label", text);
  };
  const figure = element("figure", {}, canvas, caption);
  return { element: figure, canvas, arrow, clear, dot, line, write };
}

// Noise on the left, codes in the middle, losses on the right: upward, codes go from -2 to 8.
function makeThreads() {
  const { element, canvas, clear, dot, line, write } = makeBoard();
  const show = (m, s, held) => {
    const { width, height, fontSize: em } = canvas;
    const [left, middle] = [2 * em, 0.42 * width];
    const toY = (z) => 2 * em + ((8 - z) / 10) * (height - 3.7 * em);
    const toX = (loss) => middle + (loss / 25) * (width - middle - em);
    const onCurve = (z) => [toX((z - GOAL) ** 2), toY(z)];
    const start = (noise) => toY(GOAL + (noise * 5) / 3);
    const codes = held.map((noise) => m + s * noise);
    const loss = averageOf(codes.map((z) => (z - GOAL) ** 2));
    clear(`noise → code → loss, on average ${loss.toFixed(2)}`);
    for (const e of [-3, -2, -1, 0, 1, 2, 3]) write(e, 0.9 * em, start(e), "center", PRIOR);
    for (const z of [-2, 0, 2, 4, 6, 8]) write(z, middle - 0.4 * em, toY(z), "right");
    for (const x of [0, 10, 20]) write(x, toX(x), height - 0.8 * em, "center");
    write("noise ε", 0.3 * em, 0.8 * em, "left", PRIOR);
    write("code z", middle, 0.8 * em, "center");
    write("loss (z − 3)²", width - em, 0.8 * em, "right", RECONSTRUCTION);
    line(PRIOR, 0.12, [left, toY(8)], [left, toY(-2)]);
    line("#222", 0.08, [middle, toY(8)], [middle, toY(-2)]);
    const curve = Array.from({ length: 101 }, (_, index) => index / 10 - 2);
    line(RECONSTRUCTION, 0.16, ...curve.map(onCurve));
    codes.forEach((z, index) => {
      line("#22222280", 0.06, [left, start(held[index])], [middle, toY(z)], onCurve(z));
      dot(RECONSTRUCTION, ...onCurve(z));
    });
    line("black", 0.5, [middle, toY(m)], [middle, toY(m + s)]);
    line("black", 0.15, [middle - em / 2, toY(m)], [middle + em / 2, toY(m)]);
  };
  return { element, show };
}

// The slope of each draw, at the height of its noise; below, the averages: held, and anew.
function makeSlopes() {
  const { element, canvas, arrow, clear, line, write } = makeBoard();
  const show = (m, s, held) => {
    const byMean = held.map((noise) => 2 * (m + s * noise - GOAL));
    const bySigma = byMean.map((slope, index) => slope * held[index]);
    const tries = Array.from({ length: TRIES }, () => quotients(m, s, held.length));
    const [alongMean, alongSigma] = [byMean, bySigma].map((slopes) => averageOf(slopes).toFixed(2));
    clear(`average slope ${alongMean} along mean, ${alongSigma} along sigma`);
    column("mean", 0.27, byMean, held, tries.map((pair) => pair[0]));
    column("sigma", 0.76, bySigma, held, tries.map((pair) => pair[1]));
  };
  const column = (name, middle, slopes, held, anew) => {
    const { width, height, fontSize: em } = canvas;
    const low = height - 8.4 * em;
    const toX = (slope) => width * (middle + Math.max(-19, Math.min(19, slope)) / 80);
    const toY = (noise) => 2 * em + ((3 - noise) / 6) * (low - 2 * em);
    const row = (text, y, slope) => {
      write(text, toX(0) - 0.5 * em, y, "right");
      write(slope.toFixed(2), toX(0) + 0.5 * em, y, "left");
      arrow(toX(0), y + 1.2 * em, toX(slope), 0.3);
    };
    write(`slope along ${name}`, toX(0), 0.8 * em, "center");
    for (const e of [-2, 0, 2]) write(e, 0.9 * em, toY(e), "center", PRIOR);
    for (const x of [-10, 0, 10]) write(x, toX(x), height - 0.8 * em, "center");
    line("#888", 0.06, [toX(0), 2 * em], [toX(0), height - 1.5 * em]);
    slopes.forEach((slope, index) => arrow(toX(0), toY(held[index]), toX(slope), 0.07));
    row("noise held", low + 0.8 * em, averageOf(slopes));
    row("noise anew", low + 3.7 * em, anew[0]);
    const tick = (x) => line("#222", 0.06, [x, low + 5.8 * em], [x, low + 6.5 * em]);
    anew.forEach((slope) => tick(toX(slope)));
  };
  return { element, show };
}
