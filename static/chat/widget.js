// One line on the seller's own site: <script src="https://.../widget.js" data-shop="my-shop" async></script>
// Asks nothing of the network and keeps nothing until the visitor opens the chat. Must never disturb the page it is on.
(function () {
  "use strict";
  var tag = document.currentScript;
  var PREFIX = "dapjigi:";
  var KEY = /^[0-9a-f]{64}$/;
  var WORDS = {
    ko: { open: "문의하기", title: "문의 채팅", close: "채팅 닫기", unread: "새 메시지 {n}개" },
    en: { open: "Chat with us", title: "Chat", close: "Close the chat", unread: "{n} new messages", one: "1 new message" },
  };
  // Each colour and distance is fixed here: nothing of the page around may reach in, and no style sheet is fetched.
  var STYLE =
    ":host{all:initial;--fill:#0f7a4d;--hover:#0b6540;--on:#fff;--card:#fff;--ink:#1b211d;--line:#e2e6df;--ring:#0b6540}" +
    "@media(prefers-color-scheme:dark){:host{--fill:#3fbd83;--hover:#57cd96;--on:#06150d;--card:#1a1f1c;--ink:#e9eeea;--line:#2d342f;--ring:#8fe3b9}}" +
    "*{box-sizing:border-box}" +
    "button{font:600 16px/1 Pretendard,-apple-system,'Apple SD Gothic Neo','Noto Sans KR','Malgun Gothic',system-ui,sans-serif;cursor:pointer;border:0}" +
    "button:focus-visible{outline:3px solid var(--ring);outline-offset:2px}" +
    ".open{position:fixed;z-index:2147483000;right:max(20px,env(safe-area-inset-right));bottom:max(20px,env(safe-area-inset-bottom));display:flex;align-items:center;gap:8px;min-height:56px;padding:0 20px;border-radius:28px;background:var(--fill);color:var(--on);box-shadow:0 6px 20px rgb(20 26 22/.22)}" +
    ".open:hover{background:var(--hover)}" +
    ".badge{padding:5px 9px;border-radius:12px;background:var(--on);color:var(--fill);font-size:14px}" +
    ".badge:empty{display:none}" +
    "dialog{position:fixed;z-index:2147483001;inset:auto max(20px,env(safe-area-inset-right)) calc(max(20px,env(safe-area-inset-bottom)) + 68px) auto;width:384px;height:min(640px,calc(100vh - 108px));max-width:none;max-height:none;margin:0;padding:0;overflow:hidden;border:1px solid var(--line);border-radius:18px;background:var(--card);color:var(--ink);box-shadow:0 12px 40px rgb(20 26 22/.24)}" +
    "iframe{display:block;width:100%;height:100%;border:0;color-scheme:light dark}" +
    ".close{position:absolute;top:12px;right:10px;display:grid;place-items:center;width:44px;height:44px;padding:0;border-radius:50%;background:none;color:var(--ink)}" +
    ".close:hover{background:var(--line)}" +
    "@media(max-width:480px){dialog{inset:0;width:100%;height:100%;border:0;border-radius:0}}" +
    ".sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}";

  function start() {
    var shop = tag && tag.getAttribute("data-shop");
    if (!shop || !/^[-\w]+$/.test(shop) || document.getElementById("dapjigi-chat")) return;
    var host = new URL(tag.src).origin;
    // The script is the same for every shop, so the shop's language is what the tag or the page around says.
    var language = tag.getAttribute("data-lang") || document.documentElement.lang || "ko";
    var words = WORDS[/^en\b/i.test(language) ? "en" : "ko"];
    var parts = draw(words);
    var frame = null;
    var ready = false;
    document.body.appendChild(parts.holder);

    function tell(message) {
      if (ready) frame.contentWindow.postMessage(PREFIX + JSON.stringify(message), host);
    }
    function open() {
      if (parts.panel.open) return;
      // Full screen on a phone: then the page behind must be out of reach.
      if (matchMedia("(max-width: 480px)").matches) parts.panel.showModal();
      else parts.panel.show();
      parts.launcher.setAttribute("aria-expanded", "true");
      showUnread(0);
      if (!frame) {
        frame = makeFrame(host, shop, words);
        parts.panel.insertBefore(frame, parts.panel.firstChild);
      }
      frame.focus();
      tell({ type: "opened" });
    }
    function close() {
      if (parts.panel.open) parts.panel.close();
    }
    function showUnread(count) {
      var text = count === 1 && words.one ? words.one : words.unread.replace("{n}", count);
      parts.badge.textContent = count ? text : "";
      parts.status.textContent = count ? text : "";
    }
    function hear(event) {
      if (!frame || event.source !== frame.contentWindow || event.origin !== host) return;
      var said = read(event.data);
      if (!said) return;
      if (said.type === "ready") {
        ready = true;
        tell({ type: "visitor", visitor: visitorOf(shop) });
        tell({ type: parts.panel.open ? "opened" : "closed" });
      } else if (said.type === "close") close();
      else if (said.type === "unread" && !parts.panel.open) showUnread(Number(said.count) || 0);
    }

    parts.launcher.addEventListener("click", guarded(function () { (parts.panel.open ? close : open)(); }));
    parts.close.addEventListener("click", guarded(close));
    parts.panel.addEventListener("close", guarded(function () {
      parts.launcher.setAttribute("aria-expanded", "false");
      tell({ type: "closed" });
      parts.launcher.focus();
    }));
    parts.root.addEventListener("keydown", guarded(function (event) {
      if (event.key === "Escape") close();
    }));
    addEventListener("message", guarded(hear));
  }

  function draw(words) {
    var holder = make("div");
    holder.id = "dapjigi-chat";
    var root = holder.attachShadow({ mode: "open" });
    dress(root);
    var launcher = make("button", "open");
    launcher.type = "button";
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-controls", "panel");
    launcher.setAttribute("aria-haspopup", "dialog");
    var badge = make("span", "badge");
    launcher.append(icon("M4 4h16v12H9l-5 4z"), make("span", "", words.open), badge);
    var panel = make("dialog");
    panel.id = "panel";
    panel.setAttribute("aria-label", words.title);
    var close = make("button", "close");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.append(icon("M6 6l12 12M18 6L6 18"));
    panel.append(close);
    var status = make("p", "sr");
    status.setAttribute("role", "status");
    root.append(launcher, panel, status);
    return { holder: holder, root: root, launcher: launcher, badge: badge, panel: panel, close: close, status: status };
  }

  // A style sheet made by script needs no permission in the page's own policy.
  function dress(root) {
    if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } else {
      root.append(make("style", "", STYLE));
    }
  }

  function makeFrame(host, shop, words) {
    var frame = make("iframe");
    frame.title = words.title;
    // Our own origin inside: with scripts allowed it can still not reach the page around it.
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
    frame.src = host + "/chat/" + shop + "/?frame=1#" + encodeURIComponent(location.origin);
    return frame;
  }

  // Kept by this page, since browsers take storage away from a frame of another site.
  function visitorOf(shop) {
    var name = PREFIX + shop;
    try {
      if (!KEY.test(localStorage.getItem(name) || "")) localStorage.setItem(name, randomKey());
      return localStorage.getItem(name);
    } catch (forbidden) {
      return randomKey();
    }
  }

  function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(32)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function read(data) {
    if (typeof data !== "string" || data.indexOf(PREFIX) !== 0) return null;
    try {
      return JSON.parse(data.slice(PREFIX.length));
    } catch (junk) {
      return null;
    }
  }

  function make(name, className, text) {
    var node = document.createElement(name);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  function icon(path) {
    var NS = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(NS, "svg");
    var line = document.createElementNS(NS, "path");
    var set = { viewBox: "0 0 24 24", width: 22, height: 22, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
    for (var name in set) svg.setAttribute(name, set[name]);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function guarded(action) {
    return function (event) {
      try {
        action(event);
      } catch (error) {
        console.warn("dapjigi:", error);
      }
    };
  }

  if (document.body) guarded(start)();
  else addEventListener("DOMContentLoaded", guarded(start));
})();
