// The chat preview and the simulator: a sentence that was sent leaves its field and its answer comes into sight; while the
// editor beside is typed in, the room stays where it was scrolled to.
const ROOM = "[data-talk] .room";
let stay = null;

// What is typed as the customer is answered when it is sent, not at every key: only the editor beside answers live.
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => event.target.closest("[data-say]") && event.stopPropagation(), true);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const said = event.detail.requestConfig.elt.matches("form[data-talk]");
  stay = said ? null : document.querySelector(ROOM)?.scrollTop;
});

document.addEventListener("htmx:afterSettle", () => {
  const room = document.querySelector(ROOM);
  if (room) room.scrollTop = stay ?? room.scrollHeight;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-talk]");
  if (form === event.target && event.detail.successful) form.querySelector("[data-say]").value = "";
});
