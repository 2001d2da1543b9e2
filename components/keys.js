// Keys of the board. Pages and windows are told to the server; days go to strip.js; the link to whoever copies links on this page.
const PENDING = 1500;
const [BACK, ON, PAST, NEXT] = [["step", -1], ["step", 1], ["event", -1], ["event", 1]];
// The same places of the keyboard say < and > in America, ; and : in Germany.
const STEPS = { "[": BACK, ",": BACK, "]": ON, ".": ON, "{": PAST, "<": PAST, ";": PAST, "}": NEXT, ">": NEXT, ":": NEXT, p: ["play"], n: ["newest"] };
const TYPING = 'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="slider"], [role="spinbutton"], [role="combobox"], [role="listbox"], [data-baseweb="calendar"], [data-baseweb="popover"]';

function help(root, parts) {
  const dialog = document.createElement("dialog");
  dialog.className = "fl-help";
  dialog.setAttribute("aria-label", "Keys");
  for (const [title, rows] of parts) {
    const list = document.createElement("dl");
    list.append(Object.assign(document.createElement("h4"), { textContent: title }));
    for (const [key, meaning] of rows) {
      const term = document.createElement("dt");
      for (const part of key.split(" ")) term.append(part === "or" ? " or " : Object.assign(document.createElement("kbd"), { textContent: part }));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: meaning }));
    }
    dialog.append(list);
  }
  dialog.onclick = ({ target }) => target === dialog && dialog.close();
  root.replaceChildren(dialog);
  return dialog;
}

function say(root, sentence) {
  const note = Object.assign(document.createElement("p"), { className: "fl-said", textContent: sentence });
  note.setAttribute("role", "status");
  root.append(note);
  setTimeout(() => note.remove(), 1800);
}

async function copy(root) {
  const own = [...document.querySelectorAll(".fl-links-button")].find((one) => one.textContent.includes("pinned"));
  if (typeof window.faultlineCopyLink === "function") return window.faultlineCopyLink();
  if (own) return own.click();
  try {
    await navigator.clipboard.writeText(location.href);
    say(root, "Link copied");
  } catch {
    say(root, "This browser does not let a page copy: the link is in the address bar");
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".fl-keys");
  const state = (root.state ??= { before: "", at: 0 });
  state.leave?.(); // Streamlit calls this again for new data, and the end of the call before only when the page is left
  const listed = JSON.stringify(data.help);
  if (state.listed !== listed) state.dialog = help(root, data.help);
  state.listed = listed;
  const open = () => (state.dialog.open ? state.dialog.close() : state.dialog.showModal());
  const tell = (what) => setTriggerValue("press", what);

  const pressed = (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if ((held && !event.getModifierState("AltGraph")) || event.isComposing) return;
    const from = event.composedPath()[0] ?? event.target;
    if (from.closest?.(TYPING) && !from.closest("dialog.fl-help")) return;
    const key = event.key;
    // when it was pressed, not when a page that was busy with drawing came to it
    const before = event.timeStamp - state.at < PENDING ? state.before : "";
    Object.assign(state, { before: "", at: 0 });
    if (key === "?") open();
    else if (state.dialog.open) return;
    else if (before === "g" && data.letters[key]) tell({ page: data.letters[key] });
    else if (before === "w" && data.presets[key]) tell({ preset: data.presets[key] });
    else if (key === "g" || key === "w") Object.assign(state, { before: key, at: event.timeStamp });
    else if (data.digits[key]) tell({ page: data.digits[key] });
    else if (STEPS[key]) document.dispatchEvent(new CustomEvent("fl-days", { detail: STEPS[key] }));
    else if (key === "z") tell({ act: "zoom_out" });
    else if (key === "c") copy(root);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
  };

  document.addEventListener("keydown", pressed, true);
  document.addEventListener("fl-help", open);
  state.leave = () => {
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("fl-help", open);
  };
  return state.leave;
}
