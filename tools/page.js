// Makes the explorers of an exported page live: a minimal stand-in for a kernel's widgets.

const { table, models } = JSON.parse(document.getElementById("explorer-state").textContent);

function decoded(text) {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function makeModel({ state, buffers }) {
  const values = { ...state };
  for (const [name, number] of Object.entries(buffers)) values[name] = decoded(table[number]);
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
  const record = models[place.dataset.explorer];
  const source = new Blob([table[record.texts._esm]], { type: "text/javascript" });
  const { default: explorer } = await import(URL.createObjectURL(source));
  const style = Object.assign(document.createElement("style"), { textContent: table[record.texts._css] });
  const el = document.createElement("div");
  explorer.render({ model: makeModel(record), el });
  place.replaceChildren(style, el);
}
