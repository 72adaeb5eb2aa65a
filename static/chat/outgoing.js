// Messages on their way: one at a time, in the order they were written, kept over a reload of this tab.
// Each keeps its id through every try, so a lost answer never makes a second message.
const WAITS = [1, 2, 5, 10, 30];
const TIMEOUT = 10_000;

export class Outgoing {
  // post(item, signal) -> Response. changed(item, state, words): state is sending, sent, failed or refused.
  constructor(name, post, changed) {
    this.name = name;
    this.post = post;
    this.changed = changed;
    this.items = this.kept();
    this.busy = false;
    this.hurry = () => {};
    addEventListener("online", () => this.again());
  }

  add(item) {
    this.items.push(item);
    this.keep();
    this.again();
  }

  // The server has it: known from its answer, or from the conversation when that answer was lost.
  // -> whether it was still on its way.
  done(id) {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.id !== id);
    this.keep();
    return this.items.length < before;
  }

  again() {
    for (const item of this.items) {
      if (item.failed) this.changed(item, "sending");
      item.failed = false;
      item.tries = 0;
    }
    this.hurry();
    this.flush();
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.items.length && !this.items[0].failed && navigator.onLine) await this.send(this.items[0]);
    } finally {
      this.busy = false;
    }
  }

  async send(item) {
    const answer = await this.attempt(item);
    if (!this.items.includes(item)) return;
    if (answer?.ok) {
      this.done(item.id);
      this.changed(item, "sent");
    } else if (answer && answer.status < 500 && answer.status !== 429) {
      const words = await answer.json().catch(() => ({}));
      this.done(item.id);
      this.changed(item, "refused", words.error);
    } else if (answer?.status === 429) {
      // The server asked for this pause, so nothing cuts it short.
      await this.pause(Number(answer.headers.get("Retry-After")) || 15, false);
    } else {
      await this.retry(item);
    }
  }

  async attempt(item) {
    try {
      return await this.post(item, AbortSignal.timeout(TIMEOUT));
    } catch {
      return null;
    }
  }

  async retry(item) {
    // A dead line is no failed try: "online" starts again.
    if (!navigator.onLine) return;
    item.tries = (item.tries ?? 0) + 1;
    if (item.tries <= WAITS.length) return this.pause(WAITS[item.tries - 1]);
    for (const waiting of this.items) {
      waiting.failed = true;
      this.changed(waiting, "failed");
    }
  }

  pause(seconds, hurried = true) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.hurry = () => {
        if (!hurried) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  keep() {
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.items.map(({ id, text }) => ({ id, text }))));
    } catch {
      // Storage is full or forbidden: the messages live as long as this page.
    }
  }

  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name)) ?? [];
    } catch {
      return [];
    }
  }
}
