// A walk between two images, along lines that walks.py draws too.

export function straight(first, second, share) {
  return first.map((value, index) => (1 - share) * value + share * second[index]);
}

// Along the arc between two directions; straight where they are nearly the same.
export function spherical(first, second, share) {
  const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
  const cosine = dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(Math.sin(angle) > 1e-4)) return straight(first, second, share);
  const [a, b] = [(1 - share) * angle, share * angle].map((x) => Math.sin(x) / Math.sin(angle));
  return first.map((value, index) => a * value + b * second[index]);
}

function walk(model, root) {
  const decode = makeDecoder(model);
  const halves = (name) => {
    const all = [...new Float32Array(bytes(model.get(name)))];
    return [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  };
  const [images, codes] = [halves("images"), halves("codes")];
  const titles = ["pixel blend", "straight line", "spherical line"];
  const pictures = titles.map((title) => makePicture(title, model.get("shape")));
  const slider = makeSlider("share of the second image", 0, 1, setter(model, "share"));
  const trio = pictures.map((picture) => picture.element);
  const panel = element("div", { className: "panel" }, slider.element);
  root.append(element("div", { className: "trio" }, ...trio), panel);
  return () => {
    const share = model.get("share");
    slider.show(share);
    pictures[0].show(straight(...images, share));
    pictures[1].show(decode(straight(...codes, share)));
    pictures[2].show(decode(spherical(...codes, share)));
  };
}
