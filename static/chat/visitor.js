// Who this visitor is: 256 random bits, kept by the page the visitor sees. The seller's page keeps its own (widget.js).
const KEY = /^[0-9a-f]{64}$/;
const PREFIX = "dapjigi:";

export function ownVisitor(slug) {
  const name = PREFIX + slug;
  try {
    const kept = localStorage.getItem(name);
    if (KEY.test(kept ?? "")) return kept;
    localStorage.setItem(name, randomKey());
    // Read back: a second tab may have been faster.
    return localStorage.getItem(name);
  } catch {
    return randomKey();
  }
}

export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The page around our frame. It names its origin in our address, and from then on only it is heard and only it is told.
export class Embedder {
  constructor(hear) {
    this.origin = decodeURIComponent(location.hash.slice(1));
    this.visitor = new Promise((resolve) => {
      addEventListener("message", (event) => {
        if (event.source !== parent || event.origin !== this.origin) return;
        const said = read(event.data);
        if (said?.type === "visitor" && KEY.test(said.visitor)) resolve(said.visitor);
        else if (said) hear(said.type);
      });
    });
    this.tell({ type: "ready" });
  }

  tell(words) {
    try {
      parent.postMessage(PREFIX + JSON.stringify(words), this.origin);
    } catch {
      // The address names no origin: nobody is there to be told.
    }
  }
}

function read(data) {
  if (typeof data !== "string" || !data.startsWith(PREFIX)) return null;
  try {
    return JSON.parse(data.slice(PREFIX.length));
  } catch {
    return null;
  }
}

function randomKey() {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
