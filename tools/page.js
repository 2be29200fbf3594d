// Makes the explorers of an exported page live: a minimal stand-in for a kernel's widgets.

const state = JSON.parse(document.getElementById("explorer-state").textContent);

function decoded(text) {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function makeModel({ state: stored, buffers = [] }) {
  const values = { ...stored };
  for (const { path, data } of buffers) values[path[0]] = decoded(data);
  const listeners = [];
  return {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      for (const [event, listener] of listeners) {
        if (event === "change" || event === `change:${name}`) listener();
      }
    },
    save_changes() {},
    on: (event, listener) => listeners.push([event, listener]),
    off() {},
  };
}

const printed = location.search.includes("print-pdf"); // paper keeps standing pictures
for (const place of printed ? [] : document.querySelectorAll("[data-explorer]")) {
  const record = state[place.dataset.explorer];
  const source = new Blob([record.state._esm], { type: "text/javascript" });
  const { default: explorer } = await import(URL.createObjectURL(source));
  const style = Object.assign(document.createElement("style"), { textContent: record.state._css });
  const el = document.createElement("div");
  explorer.render({ model: makeModel(record), el });
  place.replaceChildren(style, el);
}
