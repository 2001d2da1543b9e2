// Copies links to what is on the screen, and says of a pinned link that was opened whether its numbers are the same. Each figure
// gets a button of its own, for a link that opens the page at that figure. Without this script everything else works.
const LOOK = 1000;
const SAID = 4000;
const PATIENCE = 15000;
const BUTTONS = [
  ["live", "Copy live link", "Opens this page on the newest day, with this window"],
  ["pinned", "Copy pinned link", "Always opens these numbers: fixed days, known as of this day, with the digest of the numbers"],
  ["short", "Copy short link", "Keeps the pinned link in the store; a chat shows a preview of it"],
];

const root = () => location.origin + location.pathname.replace(/[^/]*$/, "");
const absolute = (path) => root() + path.replace(/^\//, "");
const query = (path, page) => {
  const told = new URLSearchParams(path.split("?")[1] ?? "");
  told.set("page", page);
  return told.toString();
};

async function asked(path, options) {
  const answer = await fetch(root() + path, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE), ...options });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok && !told.sentence) throw new Error(`The server answered ${answer.status}.`);
  return { ok: answer.ok, ...told };
}

async function link(kind, data) {
  if (kind === "live") return { text: absolute(data.live), said: "Copied: a link that moves with the days." };
  if (kind === "short") {
    const told = await asked(`s?${query(data.pinned, data.page)}`, { method: "POST" });
    if (!told.ok) throw new Error(told.sentence);
    return { text: absolute(told.path), said: `Copied. ${told.sentence}` };
  }
  // Kept, so that whoever opens it can be told which numbers differ; where nothing can be kept, only completed.
  const kept = await asked(`s?${query(data.pinned, data.page)}`, { method: "POST" }).catch(() => ({ ok: false }));
  const told = kept.ok ? kept : await asked(`pin?${query(data.pinned, data.page)}`).catch((fault) => ({ sentence: String(fault.message) }));
  const path = told.pinned ?? told.path;
  return { text: absolute(path ?? data.pinned), said: path ? `Copied. ${told.sentence}` : `Copied without a digest. ${told.sentence}` };
}

async function write(making) {
  // a browser may allow writing only while it still sees the click: the text is promised at once, and follows
  if (typeof ClipboardItem === "function" && navigator.clipboard?.write) {
    const blob = making.then(({ text }) => new Blob([text], { type: "text/plain" }));
    blob.catch(() => {});
    try {
      return await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } catch {
      // refused, or a promise is not understood; the plain way decides
    }
  }
  await navigator.clipboard.writeText((await making).text);
}

function built(parent, state) {
  const bar = parent.querySelector(".fl-links");
  if (bar.firstChild) return bar.parts;
  const make = (name, kind) => bar.appendChild(Object.assign(document.createElement(name), { className: `fl-links-${kind}` }));
  for (const [kind, label, title] of BUTTONS) {
    const button = make("button", "button");
    Object.assign(button, { type: "button", textContent: label, title });
    button.onclick = () => copy(state, kind, "");
  }
  const said = make("span", "said");
  said.setAttribute("role", "status");
  const text = make("input", "text");
  Object.assign(text, { readOnly: true, hidden: true });
  text.setAttribute("aria-label", "The link, to be copied by hand");
  const proof = make("span", "proof");
  proof.setAttribute("role", "status");
  bar.parts = { text, said, proof };
  return bar.parts;
}

async function copy(state, kind, anchor) {
  const { said, text } = state.parts;
  clearTimeout(state.quiet);
  said.textContent = "…";
  text.hidden = true;
  const making = link(kind, state.data).then((made) => ({ ...made, text: made.text + anchor }));
  try {
    await write(making);
    said.textContent = (await making).said;
    state.quiet = setTimeout(() => (said.textContent = ""), SAID);
  } catch {
    const made = await making.catch((fault) => ({ said: String(fault.message) }));
    said.textContent = made.text ? "The browser does not let us copy; here is the link:" : made.said;
    if (!made.text) return;
    Object.assign(text, { hidden: false, value: made.text });
    text.focus();
    text.select();
  }
}

async function reopened(state) {
  const { opened } = state.data;
  if (state.asked === opened) return;
  state.asked = opened;
  const { proof } = state.parts;
  proof.textContent = "";
  if (!opened) return;
  const path = `verify?link=${encodeURIComponent(opened)}`;
  const told = await asked(path).catch((fault) => ({ sentence: `Whether these are the same numbers is not known: ${fault.message}` }));
  if (state.asked !== opened) return;
  proof.textContent = `${told.sentence} `;
  proof.classList.toggle("fl-links-refused", told.ok === false);
  proof.appendChild(Object.assign(document.createElement("a"), { href: root() + path, target: "_blank", textContent: "What was compared" }));
}

function figures(state) {
  for (const figure of document.querySelectorAll(".stPlotlyChart")) {
    const holder = figure.closest("[class*='st-key-']");
    const key = [...(holder?.classList ?? [])].find((name) => name.startsWith("st-key-"))?.slice(7);
    if (!key) continue;
    if (!figure.querySelector(":scope > .fl-links-figure")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "fl-links-figure", textContent: "Link" });
      button.title = "Copy a pinned link to this figure";
      figure.appendChild(button);
    }
    figure.querySelector(":scope > .fl-links-figure").onclick = () => copy(state, "pinned", `#${key}`);
    if (!state.found && location.hash === `#${key}`) {
      state.found = true;
      figure.scrollIntoView({ block: "start" });
    }
  }
}

const states = new WeakMap();

export default function ({ parentElement, data }) {
  const state = states.get(parentElement) ?? {};
  state.leave?.(); // Streamlit calls this again for new data, and what is returned only at the end
  states.set(parentElement, state);
  state.data = data;
  state.parts = built(parentElement, state);
  reopened(state);
  const look = () => figures(state);
  const watch = setInterval(look, LOOK);
  look();
  state.leave = () => clearInterval(watch);
  return state.leave;
}
