// <ol data-sortable="#form"> of <li data-id>: drag by .grip (pointer events, so fingers work too) or press the arrow keys
// on it. The new order goes into the form's `order` field and the form is sent. Buttons in the row do the same without this.
let drag = null;

const rows = (list) => [...list.querySelectorAll(":scope > [data-id]")];

function send(list) {
  const form = document.querySelector(list.dataset.sortable);
  form.elements.order.value = rows(list).map((row) => row.dataset.id).join(",");
  form.requestSubmit();
}

function shift(row, by) {
  row.style.transform = by ? `translateY(${by}px)` : "";
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-sortable] .grip");
  if (!grip || event.button !== 0) return;
  const row = grip.closest("[data-id]");
  drag = { row, list: row.parentElement, startY: event.clientY, before: row.nextElementSibling };
  row.classList.add("dragging");
  grip.setPointerCapture(event.pointerId);
});

// The row jumps a place when its middle passes a neighbour's; what is left of the way is a shift under the finger.
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { row } = drag;
  const by = event.clientY - drag.startY;
  const down = by > 0;
  const other = down ? row.nextElementSibling : row.previousElementSibling;
  if (other?.dataset.id && Math.abs(by) > other.offsetHeight / 2) {
    // The neighbour moves and the row stays: a row taken out of the page would lose the finger.
    down ? row.before(other) : row.after(other);
    drag.startY += down ? other.offsetHeight : -other.offsetHeight;
  }
  shift(row, event.clientY - drag.startY);
  nearEdge(event.clientY);
});

function nearEdge(y) {
  if (y < 72) window.scrollBy(0, -10);
  else if (y > window.innerHeight - 96) window.scrollBy(0, 10);
}

function drop(keep) {
  if (!drag) return;
  const { row, list, before } = drag;
  drag = null;
  row.classList.remove("dragging");
  shift(row, 0);
  if (!keep) list.insertBefore(row, before);
  else if (row.nextElementSibling !== before) send(list);
}

document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(false);
  const grip = event.target.closest("[data-sortable] .grip");
  if (!grip || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const row = grip.closest("[data-id]");
  const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  if (!other?.dataset.id) return;
  event.key === "ArrowUp" ? row.after(other) : row.before(other);
  send(row.parentElement);
});
