// The customer's chat page: puts visitor, conversation, sending and asking together.
import { Outgoing } from "./outgoing.js";
import { Poll } from "./poll.js";
import { Thread } from "./thread.js";
import { Embedder, ownVisitor, uuid } from "./visitor.js";

const talk = document.getElementById("talk");
const words = talk.dataset;
const log = document.getElementById("log");
const form = document.getElementById("say");
const field = document.getElementById("text");
const trouble = document.getElementById("trouble");
const alarm = document.getElementById("alarm");

const embedder = "frame" in words && parent !== window ? new Embedder(hear) : null;
const visitor = embedder ? embedder.visitor : Promise.resolve(ownVisitor(words.slug));
const thread = new Thread(log, document.getElementById("list"), words, choose);
const outgoing = new Outgoing(`dapjigi:waiting:${words.slug}`, post, sending);
const poll = new Poll(ask);
let cursor = "";
let unread = 0;

async function call(path, more = {}) {
  const headers = { "X-Visitor": await visitor, ...more.headers };
  return fetch(words.messages + path, { signal: AbortSignal.timeout(10_000), cache: "no-store", ...more, headers });
}

function post(item, signal) {
  const body = JSON.stringify({ text: item.text, client_message_id: item.id });
  return call("", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
}

async function ask() {
  const answer = await call(cursor && `?after=${cursor}`).catch(() => null);
  showTrouble(answer?.ok || answer?.status === 404 ? "" : words.trouble);
  if (answer?.status === 404) return close();
  if (!answer?.ok) throw new Error("not reached");
  if (answer.status === 204) return;
  const news = await answer.json();
  cursor = news.cursor;
  const heard = thread.merge(news.entries, (id) => outgoing.done(id) && poll.expect());
  if (thread.isAnswered() || heard.some((entry) => entry.who === "person")) poll.answered();
  count(heard.length);
}

function say(text) {
  const item = { id: uuid(), text };
  thread.add(item);
  outgoing.add(item);
}

function sending(item, state, reason) {
  thread.mark(item, state, { reason, again: () => (outgoing.again(), field.focus()) });
  if (state === "sent") poll.expect();
  alarm.textContent = state === "failed" ? words.failed : state === "refused" ? (reason ?? words.failed) : "";
}

function choose(text) {
  say(text);
  field.focus();
}

function close() {
  poll.end();
  showTrouble(words.closed);
  for (const control of document.querySelectorAll("button, textarea")) control.disabled = true;
}

function showTrouble(text) {
  const shown = navigator.onLine ? text : words.offline;
  if (trouble.textContent !== shown) trouble.textContent = shown;
}

// What the seller's page tells its frame.
function hear(type) {
  poll.away = type === "closed";
  if (type !== "opened") return;
  unread = 0;
  // On a phone the field would bring the keyboard up over the conversation.
  (matchMedia("(pointer: fine)").matches ? field : document.getElementById("shop")).focus();
  poll.used();
  poll.now();
}

function count(number) {
  if (!number || !embedder || !poll.away) return;
  unread += number;
  embedder.tell({ type: "unread", count: unread });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text) say(text);
  field.value = "";
  field.focus();
});

field.addEventListener("keydown", (event) => {
  // While a Korean syllable is being put together, Enter belongs to the input method (Safari says so only by 229).
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
field.addEventListener("input", () => poll.used());

document.getElementById("person").addEventListener("click", (event) => say(event.currentTarget.dataset.say));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) embedder?.tell({ type: "close" });
});
addEventListener("offline", () => showTrouble(""));
addEventListener("online", () => showTrouble(""));

// What was said before is drawn before the log becomes live, or a screen reader would read all of it aloud.
await poll.now();
for (const item of outgoing.items) if (!thread.mine.has(item.id)) thread.add(item);
thread.toEnd();
showTrouble(trouble.textContent);
await new Promise((resolve) => setTimeout(resolve, 100));
log.setAttribute("aria-live", "polite");
outgoing.flush();
