// Keys: / finds, n makes a rule, g then a letter goes to a place, ? lists them. Never while something is typed.
let goingUntil = 0;

const typing = (event) =>
  event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input, textarea, select, dialog[open], [contenteditable]");

// The letter on the key, whatever the keyboard is set to: a Korean layout sends ㅜ where the key says n.
const letter = (event) => (event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key);

function go(key) {
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

const acts = {
  "/": () => document.querySelector("input[type='search']")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
  n: () => document.querySelector("[data-new]")?.click(),
  g: (event) => (goingUntil = event.timeStamp + 1500),
};

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  const key = letter(event);
  if (event.timeStamp < goingUntil) {
    goingUntil = 0;
    go(key);
  } else if (acts[key]) {
    event.preventDefault();
    acts[key](event);
  }
});
