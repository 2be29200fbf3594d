// The plane with codes drawn on it as digits; both axes have one scale, so that a
// distance is a distance. With `onMove`, a point on it can be dragged.
function makePlane(model, low, high, onMove) {
  const spans = high.map((end, axis) => end - low[axis]);
  const [width, height] = spans.map((span) => Math.round((840 * span) / Math.max(...spans)));
  const canvas = makeCanvas("plane", width, height, "latent plane");
  const toX = (z1) => ((z1 - low[0]) / spans[0]) * canvas.width;
  const toY = (z2) => (1 - (z2 - low[1]) / spans[1]) * canvas.height;
  const context = canvas.getContext("2d");

  const codes = new Float32Array(bytes(model.get("codes")));
  const palette = model.get("palette");
  const labels = new Uint8Array(bytes(model.get("labels")));
  const background = element("canvas", { width: 0 });
  const drawCodes = () => {
    Object.assign(background, { width: canvas.width, height: canvas.height });
    const ink = background.getContext("2d");
    Object.assign(ink, { font: `bold ${canvas.fontSize}px sans-serif`, textAlign: "center" });
    ink.textBaseline = "middle";
    labels.forEach((digit, index) => {
      ink.fillStyle = palette[digit];
      ink.fillText(digit, toX(codes[2 * index]), toY(codes[2 * index + 1]));
    });
  };

  if (onMove) {
    canvas.classList.add("draggable");
    const move = (event) => {
      const box = canvas.getBoundingClientRect();
      const u = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      const v = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
      onMove([low[0] + u * spans[0], high[1] - v * spans[1]]);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => event.buttons && move(event));
  }

  const clear = () => {
    if (background.width !== canvas.width) drawCodes();
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(background, 0, 0);
  };
  const ring = (z, size = 0.8, fill = "white") => {
    const radius = size * canvas.fontSize;
    context.beginPath();
    context.arc(toX(z[0]), toY(z[1]), radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    Object.assign(context, { lineWidth: radius / 2.4, strokeStyle: "black" });
    context.stroke();
  };
  const ellipse = (mean, sigma) => {
    context.beginPath();
    const radii = sigma.map((value) => (value / spans[0]) * canvas.width);
    context.ellipse(toX(mean[0]), toY(mean[1]), ...radii, 0, 0, 2 * Math.PI);
    Object.assign(context, { lineWidth: canvas.fontSize / 5, strokeStyle: "#bd1f01" });
    context.stroke();
  };
  const distance = (z) => {
    let nearest = Infinity;
    for (let i = 0; i < codes.length; i += 2) {
      nearest = Math.min(nearest, Math.hypot(codes[i] - z[0], codes[i + 1] - z[1]));
    }
    return nearest;
  };
  return { element: canvas, clear, ring, ellipse, distance };
}
