// One chart: curves over [low, high], y from 0 to `top`, and lines through a point.
function makeChart(title, low, high, top) {
  const canvas = makeCanvas("chart", 640, 400, title);
  const context = canvas.getContext("2d");
  const at = (x, y) => [(640 * (x - low)) / (high - low), 380 - (360 * y) / top];
  const curve = (f, colour) =>
    drawCurve(context, colour, 321, (index) => {
      const x = low + ((high - low) * index) / 320;
      return at(x, Math.min(2 * top, f(x)));
    });
  const clear = () => {
    context.clearRect(0, 0, 640, 400);
    drawCurve(context, "#888", 2, (index) => [640 * index, 380]);
  };
  const mark = (x, y) => {
    context.beginPath();
    context.arc(...at(x, y), 9, 0, 2 * Math.PI);
    context.fillStyle = "#bd1f01";
    context.fill();
  };
  const figure = element("figure", {}, canvas, element("figcaption", { textContent: title }));
  return { element: figure, clear, curve, mark };
}
