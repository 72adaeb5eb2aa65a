// What every page of the console needs. Parts listen on the document, so that whatever htmx brings in works at once.
import "./chips.js";
import "./dialogs.js";
import "./keys.js";
import "./sortable.js";
import { toast, words } from "./toasts.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
});

// A tab nobody looks at asks nothing; the next tick after it is shown again does.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.hasAttribute("data-poll")) event.preventDefault();
});

// A failed poll is not the seller's business: the next one tells. Everything the seller pressed is.
const failed = (name) => (event) => {
  if (!event.detail.elt.hasAttribute("data-poll")) toast(words()[name]);
};
document.addEventListener("htmx:responseError", failed("failed"));
document.addEventListener("htmx:sendError", failed("offline"));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(words().copied);
});

// What is said about a field changes without the field, so that nothing typed is lost and no secret comes back.
const markSaid = (event) => {
  const said = event.detail.target;
  const field = said?.dataset?.saidOf && document.getElementById(said.dataset.saidOf);
  if (!field) return;
  const wrong = said.querySelector(".errorlist") !== null;
  field.setAttribute("aria-invalid", String(wrong));
  if (wrong && field.closest("details")) field.closest("details").open = true;
};
document.addEventListener("htmx:oobAfterSwap", markSaid);
document.addEventListener("htmx:afterSwap", markSaid);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "said") focusFirstError(event.detail.target.closest("form"));
});

// After a form came back with errors, the first wrong field has the focus, on page load and after a swap alike.
const focusFirstError = (root) => root.querySelector("[aria-invalid='true']")?.focus();
document.addEventListener("htmx:afterSwap", (event) => focusFirstError(event.target));
focusFirstError(document);
