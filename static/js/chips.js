// <chip-input> around a text field with commas: Enter or a comma makes a chip, Backspace takes the last one back.
// The field itself stays in the form (hidden) and keeps the plain text, so the server never knows about chips.
const SPLIT = /[,\n\t;，、]+/;
// Milliseconds in which a finger has left the button it pressed.
const RELEASED = 250;
const MANY = 24;

class ChipInput extends HTMLElement {
  connectedCallback() {
    if (this.field) return;
    this.field = this.querySelector("input, textarea");
    this.words = this.cut(this.field.value);
    this.build();
    this.draw();
  }

  cut(text) {
    return [...new Set(text.split(SPLIT).map((word) => word.trim()).filter(Boolean))];
  }

  build() {
    this.box = document.createElement("div");
    this.box.className = "chips";
    this.list = document.createElement("ul");
    this.said = document.createElement("span");
    this.said.className = "sr-only";
    this.said.setAttribute("role", "status");
    this.entry = document.createElement("input");
    this.entry.type = "text";
    this.entry.placeholder = `+ ${this.dataset.add}`;
    this.entry.autocomplete = "off";
    // Sent along where what is not a chip yet is answered too; saving never reads it.
    if (this.dataset.typing) this.entry.name = this.dataset.typing;
    this.entry.setAttribute("enterkeyhint", "done");
    this.takeOver();
    this.box.append(this.list, this.entry);
    this.append(this.box, this.said);
    this.listen();
  }

  // The entry becomes what the label, the help and the error speak of.
  takeOver() {
    for (const name of ["id", "aria-describedby", "aria-invalid", "aria-label", "autofocus"]) {
      if (this.field.hasAttribute(name)) this.entry.setAttribute(name, this.field.getAttribute(name));
      this.field.removeAttribute(name);
    }
    this.field.required = false;
    this.field.hidden = true;
  }

  listen() {
    this.box.addEventListener("click", (event) => {
      const chip = event.target.closest("li");
      if (event.target.closest("button")) this.remove(chip.dataset.word);
      this.entry.focus();
    });
    this.entry.addEventListener("keydown", (event) => this.key(event));
    this.entry.addEventListener("input", (event) => {
      if (!event.isComposing && SPLIT.test(this.entry.value)) this.take();
    });
    this.entry.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!SPLIT.test(text)) return;
      event.preventDefault();
      this.add(text);
    });
    // A word typed but not finished with Enter still counts: nobody loses one by pressing "save". The chip comes a
    // moment later, or the button would move away between the press and its release.
    this.entry.addEventListener("blur", () => setTimeout(() => this.take(), RELEASED));
    this.field.form?.addEventListener("submit", () => this.take(), { capture: true });
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.take();
    } else if (event.key === "Backspace" && !this.entry.value && this.words.length) {
      this.remove(this.words.at(-1));
    }
  }

  take() {
    const text = this.entry.value;
    this.entry.value = "";
    if (text.trim()) this.add(text);
  }

  add(text) {
    const fresh = this.cut(text).filter((word) => !this.words.includes(word));
    this.words.push(...fresh);
    if (fresh.length) this.changed(this.dataset.added, fresh.join(", "));
    this.list.scrollTop = this.list.scrollHeight;
  }

  remove(word) {
    this.words = this.words.filter((other) => other !== word);
    this.changed(this.dataset.removed, word);
  }

  changed(sentence, word) {
    this.draw();
    this.said.textContent = sentence.replace("{word}", word);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  draw() {
    this.field.value = this.words.join(", ");
    this.list.replaceChildren(...this.words.map((word) => this.chip(word)));
    // A long list scrolls in a window of its own, at the end of which new words appear.
    this.box.classList.toggle("many", this.words.length > MANY);
  }

  chip(word) {
    const item = document.createElement("li");
    item.className = `chip ${this.dataset.tone || ""}`;
    item.dataset.word = word;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", this.dataset.remove.replace("{word}", word));
    item.append(word, button);
    return item;
  }
}

customElements.define("chip-input", ChipInput);

// <button data-out="택배" data-from="id_of_a_chip_input another"> takes that word out of whichever has it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-out]");
  if (!button) return;
  const inputs = button.dataset.from.split(" ").map((id) => document.getElementById(id)?.closest("chip-input"));
  for (const input of inputs) {
    if (input?.words.includes(button.dataset.out)) input.remove(button.dataset.out);
  }
  if (!event.detail) inputs[0]?.entry.focus();
});

// <button data-word="택배" data-into="id_of_a_chip_input"> adds that word there. Pressed with a finger or a mouse it
// leaves the focus where it was, so that nothing moves under it; by keyboard the focus goes on to what comes next.
document.addEventListener("mousedown", (event) => event.target.closest("[data-into]") && event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-into]");
  if (!button) return;
  const input = document.getElementById(button.dataset.into).closest("chip-input");
  input.take();
  input.add(button.dataset.word);
  if (!event.detail) (button.nextElementSibling ?? input.entry).focus();
  button.remove();
});
