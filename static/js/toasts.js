// Short messages at the edge: from the server (HX-Trigger: toast) or from scripts. With an undo address, a button.
const STAY = 6000;
const STAY_WITH_UNDO = 12000;

const region = () => document.getElementById("toasts");
export const words = () => region().dataset;

function leaveLater(item) {
  let timer;
  const stay = item.querySelector("form") ? STAY_WITH_UNDO : STAY;
  const start = () => (timer = setTimeout(() => item.remove(), stay));
  const stop = () => clearTimeout(timer);
  item.addEventListener("pointerenter", stop);
  item.addEventListener("focusin", stop);
  item.addEventListener("pointerleave", start);
  item.addEventListener("focusout", start);
  start();
}

export function toast(text, undo = "") {
  const item = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  item.querySelector("span").textContent = text;
  const form = item.querySelector("form");
  if (undo) form.action = undo;
  else form.remove();
  region().append(item);
  leaveLater(item);
}

document.addEventListener("toast", (event) => event.detail.items.forEach((item) => toast(item.text, item.undo)));
document.addEventListener("click", (event) => event.target.closest("[data-toast] .close")?.parentElement.remove());
region().querySelectorAll("[data-toast]").forEach(leaveLater);
