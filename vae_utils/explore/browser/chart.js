// One chart: curves over x from `low` to `high` and y from 0, or `bottom`, to `top`, with
// numbers at both axes. With `log`, equal distances along x are equal factors.
function makeChart(title, [low, high], heights, [xTicks, yTicks], log = false) {
  let [bottom, top] = [0, heights].flat().slice(-2);
  const canvas = makeCanvas("chart", 640, 400, title);
  const context = canvas.getContext("2d");
  const [along, back] = log ? [Math.log, Math.exp] : [Number, Number];
  const box = () => {
    const { width, height, fontSize } = canvas;
    return [1.9 * fontSize, 0.6 * fontSize, width - 2.4 * fontSize, height - 2 * fontSize];
  };
  const at = (x, y) => {
    const [left, above, width, height] = box();
    const share = (along(x) - along(low)) / (along(high) - along(low));
    return [left + share * width, above + (1 - (y - bottom) / (top - bottom)) * height];
  };
  const between = (share) => back((1 - share) * along(low) + share * along(high));
  const even = Array.from({ length: 321 }, (_, index) => between(index / 320));
  const curve = (f, colour, xs = even) => {
    context.save();
    context.beginPath();
    context.rect(...box());
    context.clip();
    const [least, most] = [2 * bottom - top, 2 * top - bottom];
    const height = (index) => Math.max(least, Math.min(most, f(xs[index], index)));
    drawCurve(context, colour, xs.length, (index) => at(xs[index], height(index)));
    context.restore();
  };
  const clear = () => {
    const { width, height, fontSize } = canvas;
    const font = `${fontSize}px sans-serif`;
    context.clearRect(0, 0, width, height);
    Object.assign(context, { font, fillStyle: "#333", textBaseline: "middle", textAlign: "center" });
    for (const x of xTicks) {
      drawCurve(context, "#ddd", 2, (index) => at(x, index ? top : bottom));
      const half = context.measureText(x).width / 2 + 4;
      const inside = Math.min(width - half, Math.max(half, at(x, bottom)[0]));
      context.fillText(x, inside, height - 0.7 * fontSize);
    }
    for (const y of yTicks) {
      drawCurve(context, y ? "#ddd" : "#888", 2, (index) => at(index ? high : low, y));
      context.fillText(y, 0.9 * fontSize, at(low, y)[1], 1.7 * fontSize);
    }
  };
  const mark = (x, y, colour = "black", size = 0.38) => {
    context.beginPath();
    context.arc(...at(x, y), size * canvas.fontSize, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  };
  const scale = (ends, height, ticks) => {
    [[low, high], top, [xTicks, yTicks]] = [ends, height, ticks];
  };
  // A text that ends at a point, above or below it.
  const write = (text, x, y, colour, below) => {
    const [[left], [right, height], { fontSize }] = [box(), at(x, y), canvas];
    const end = Math.max(right, left + 0.3 * fontSize + context.measureText(text).width);
    Object.assign(context, { fillStyle: colour, textAlign: "right", strokeStyle: "white" });
    context.strokeText(text, end, height + (below ? 0.9 : -0.9) * fontSize);
    context.fillText(text, end, height + (below ? 0.9 : -0.9) * fontSize);
  };
  const figure = element("figure", {}, canvas, element("figcaption", { textContent: title }));
  return { element: figure, clear, curve, mark, scale, write };
}
