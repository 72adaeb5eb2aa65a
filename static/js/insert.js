// <button data-insert="{가게이름}"> writes that into the text that had the focus last, where the caret stood.
let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) last = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const texts = [...button.closest("section").querySelectorAll("textarea")];
  const text = texts.includes(last) ? last : texts.at(-1);
  text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
