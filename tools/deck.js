// The deck: reveal.js. Explorers keep the keys that they need, and let a presenter's through.

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
  defaultTiming: 60, // so that the presenter sees the pace; slides have their own
  plugins: [RevealNotes],
});

// With a slider or a button in hand, Escape gives the keys back to the deck, and no more.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !event.target.matches("input, button")) return;
    event.target.blur();
    event.stopImmediatePropagation();
  },
  true,
);
Reveal.on("slidechanged", () => document.activeElement?.blur());
