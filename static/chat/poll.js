// When to ask for news: quickly while an answer is due, calmly while somebody is here, not at all in a hidden tab.
const QUICK = [150, 300, 500, 800];
const THEN = 1_000;
const QUICK_FOR = 10_000;
const ACTIVE = 3_000;
const IDLE = 10_000;
const ACTIVE_FOR = 60_000;

export class Poll {
  // ask() -> Promise, rejected when the server was not reached.
  constructor(ask) {
    this.ask = ask;
    this.step = QUICK.length;
    this.quickUntil = 0;
    this.usedAt = Date.now();
    this.away = false;
    this.failed = false;
    this.running = false;
    this.over = false;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => this.now());
  }

  expect() {
    this.step = 0;
    this.quickUntil = Date.now() + QUICK_FOR;
    this.used();
    this.plan();
  }

  answered() {
    this.quickUntil = 0;
  }

  used() {
    this.usedAt = Date.now();
  }

  end() {
    this.over = true;
    clearTimeout(this.timer);
  }

  async now() {
    clearTimeout(this.timer);
    if (this.running || this.over || document.hidden || !navigator.onLine) return;
    this.running = true;
    try {
      await this.ask();
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.running = false;
    }
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    if (!this.running && !this.over) this.timer = setTimeout(() => this.now(), this.wait());
  }

  wait() {
    if (this.failed) return IDLE;
    if (Date.now() < this.quickUntil) return QUICK[this.step++] ?? THEN;
    return !this.away && Date.now() - this.usedAt < ACTIVE_FOR ? ACTIVE : IDLE;
  }
}
