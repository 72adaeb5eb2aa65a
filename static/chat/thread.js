// The conversation on the screen. Entries merge by key and stand in the order of their time; text is never markup.
const LINK = /https:\/\/[a-z0-9][\x21-\x7e]*/gi;
const TRAILING = /[.,;:!?"'<>()[\]{}]+$/;

export class Thread {
  // words: the page's own copy. pressed(text): a quick reply was chosen.
  constructor(log, list, words, pressed) {
    this.log = log;
    this.list = list;
    this.words = words;
    this.pressed = pressed;
    this.keys = new Set();
    this.mine = new Map();
    this.clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  }

  // -> the entries that were not here yet, the visitor's own left out. known(id): the server has this message.
  merge(entries, known) {
    const atEnd = this.atEnd();
    const fresh = entries.filter((entry) => !this.keys.has(entry.key));
    for (const entry of fresh) {
      this.keys.add(entry.key);
      if (entry.who === "customer") this.asked(entry, known);
      else this.place(this.draw(entry), entry.at);
    }
    if (fresh.length) this.closeButtons();
    if (fresh.length && atEnd) this.toEnd();
    return fresh.filter((entry) => entry.who !== "customer");
  }

  asked(entry, known) {
    this.lastAsked = entry.key;
    known(entry.id);
    const waiting = this.mine.get(entry.id);
    if (waiting) this.arrived(waiting, entry.at);
    this.place(waiting ?? this.draw(entry), entry.at);
  }

  // Whether the bot has answered the newest message: an answer's key is that of its message with another letter.
  isAnswered() {
    return this.keys.has(this.lastAsked?.replace("m", "b"));
  }

  // A message of this page, before the server has it.
  add(item) {
    const node = this.draw({ who: "customer", text: item.text, key: item.id });
    this.mine.set(item.id, node);
    this.place(node, Infinity);
    this.mark(item, "sending");
    this.closeButtons();
    this.toEnd();
  }

  // state: sending, sent, failed or refused (with the reason in words).
  mark(item, state, { reason, again } = {}) {
    const node = this.mine.get(item.id);
    if (!node) return;
    node.classList.toggle("failed", state === "failed" || state === "refused");
    const line = node.querySelector(".by");
    const said = { sending: this.words.sending, failed: this.words.failed, refused: reason ?? this.words.failed }[state];
    line.textContent = said ?? "";
    node.querySelector(".again")?.remove();
    if (state === "failed") node.append(button("again", this.words.again, again));
  }

  arrived(node, at) {
    node.classList.remove("failed");
    node.querySelector(".again")?.remove();
    node.querySelector(".by").replaceChildren(this.time(at));
  }

  draw(entry) {
    const own = entry.who === "customer";
    const node = element("li", `said ${own ? "me" : entry.who} new`);
    const by = element("p", "by");
    if (own) {
      node.append(element("span", "sr-only", this.words.me), bubble(entry.text), by);
      if (entry.at) by.append(this.time(entry.at));
    } else {
      by.append(entry.who === "bot" ? this.words.bot : this.words.person, " · ", this.time(entry.at));
      node.append(by, ...entry.bubbles.flatMap((said) => [bubble(said.text), ...this.buttons(said.buttons ?? [])]));
    }
    return node;
  }

  buttons(choices) {
    if (!choices.length) return [];
    const group = element("div", "quick");
    group.append(...choices.map(({ label, text }) => button("", label, () => this.pressed(text))));
    return [group];
  }

  // A quick reply answers the last thing said; once the visitor has written on, it has had its day.
  closeButtons() {
    const last = [...this.list.querySelectorAll(".said.me")].pop();
    for (const choice of this.list.querySelectorAll(".quick > button")) {
      const past = last && choice.compareDocumentPosition(last) & Node.DOCUMENT_POSITION_FOLLOWING;
      choice.disabled = Boolean(past);
    }
  }

  place(node, at) {
    node.at = at;
    const later = [...this.list.children].find((other) => other !== node && other.at > at) ?? null;
    if (!node.isConnected || node.nextElementSibling !== later) this.list.insertBefore(node, later);
  }

  time(at) {
    const node = element("time", "", this.clock.format(at));
    node.dateTime = new Date(at).toISOString();
    return node;
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function bubble(text) {
  const node = element("p", "bubble");
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(TRAILING, "");
    node.append(text.slice(from, found.index), link(address));
    from = found.index + address.length;
  }
  node.append(text.slice(from));
  return node;
}

function link(address) {
  const node = element("a", "", address);
  node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer nofollow";
  return node;
}

function button(className, label, pressed) {
  const node = element("button", className, label);
  node.type = "button";
  node.addEventListener("click", pressed);
  return node;
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
