// Where anywidget comes in. Each explorer is a function from (model, root) to a function
// that draws it anew, and may have a function `stop` for when it is removed.

const EXPLORERS = { latent, walk, sampling, gaussian, playground, noise, betas, film, lens, drawing, posterior };

function render({ model, el }) {
  const root = element("div", { className: `vae-explorer ${model.get("kind")}` });
  root.dataset.lmSuppressShortcuts = "true"; // the lab would swallow the arrow keys
  root.dataset.preventSwipe = "true"; // a finger on a slider would turn a slide of reveal.js
  root.addEventListener("keydown", keepKeys);
  el.append(root);
  const draw = EXPLORERS[model.get("kind")](model, root);
  const row = root.querySelector(".buttons") ?? root.querySelector(".panel");
  if (document.fullscreenEnabled) row.append(fillButton(root));
  model.on("change", draw);
  draw();
  const observer = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => fit(target));
    draw();
  });
  root.querySelectorAll(".plane, .chart, .paper").forEach((canvas) => observer.observe(canvas));
  return () => {
    model.off("change", draw);
    draw.stop?.();
  };
}

// A button by which an explorer fills the screen and leaves it, as the key Escape does.
function fillButton(root) {
  const fills = () => root.matches(":fullscreen");
  const press = () => (fills() ? document.exitFullscreen() : root.requestFullscreen());
  const button = makeButton("fill the screen", press);
  button.className = "fill";
  root.addEventListener("fullscreenchange", () => {
    button.textContent = fills() ? "leave full screen" : "fill the screen";
  });
  return button;
}

// Keys that a control needs do not go on to a deck of slides; those of a presenter do.
const NEEDED = { BUTTON: /^(Enter| )$/, INPUT: /^(Arrow.+|Home|End|Enter|[ \d])$/ };

function keepKeys(event) {
  if (NEEDED[event.target.tagName]?.test(event.key)) return event.stopPropagation();
  if (!event.key.startsWith("Page") || !event.target.closest(".stage")) return;
  event.preventDefault(); // no slider moves
  event.target.blur(); // while an input has the focus, reveal.js turns no slide
}

export default { render };
