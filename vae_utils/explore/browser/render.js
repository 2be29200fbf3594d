// Where anywidget comes in. Each explorer is a function from (model, root) to a function
// that draws it anew.

const EXPLORERS = { latent, walk, sampling, gaussian };

function render({ model, el }) {
  const root = element("div", { className: "vae-explorer" });
  el.append(root);
  const draw = EXPLORERS[model.get("kind")](model, root);
  model.on("change", draw);
  draw();
  return () => model.off("change", draw);
}

export default { render };
