// <button data-open="id"> opens a <dialog>; a click on the backdrop closes it. Questions before destructive acts.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open).showModal();
  else if (event.target.matches("dialog")) event.target.close("");
});

function ask(question, then) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("h2").textContent = question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && then(), { once: true });
  dialog.showModal();
}

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, () => event.detail.issueRequest(true));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  ask(form.dataset.confirm, () => {
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
  });
});
