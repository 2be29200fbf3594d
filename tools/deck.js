// The deck: reveal.js, with keys that a slider and a presenter's remote control can share.

const inExplorer = () => document.activeElement?.closest?.(".vae-explorer");

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  controls: false,
  hash: true,
  slideNumber: "c/t",
  transition: "none",
  backgroundTransition: "none",
  pdfSeparateFragments: false,
  keyboardCondition: () => !inExplorer(), // arrow keys belong to the slider in hand
  plugins: [RevealNotes],
});

window.addEventListener(
  "keydown",
  (event) => {
    const turn = { PageDown: "next", PageUp: "prev" }[event.key];
    if (turn) {
      event.preventDefault();
      event.stopImmediatePropagation();
      Reveal[turn]();
    } else if (event.key === "Escape" && inExplorer()) {
      event.stopImmediatePropagation();
      document.activeElement.blur();
    }
  },
  true,
);

Reveal.on("slidechanged", () => document.activeElement?.blur());
