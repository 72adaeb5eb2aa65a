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

// <button data-travel="설날 밤 11시"> takes the preview to that moment and brings it into sight.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-travel]");
  const form = document.getElementById("preview-form");
  if (!button || !form) return;
  const at = form.elements.preview_at;
  at.value = button.dataset.travel;
  form.querySelector("[name='preview_scene'][value='at']").checked = true;
  at.dispatchEvent(new Event("change", { bubbles: true }));
  if (!form.contains(button)) form.scrollIntoView({ block: "start" });
});
