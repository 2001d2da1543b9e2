// The strip of days under the controls: steps, jumps and plays. It tells the server the day that it has arrived at; keys.js asks it to
// step. Where a reader is faster than the server, days between are left out, never lost.
const PACE = 1500;
const REST = 90;
const WAIT = 4000;
const MONTH = 30;
const DAY = 86400000;

const told = (day) =>
  new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", { weekday: "short", day: "2-digit", month: "short", year: "numeric", timeZone: "UTC" });
const shifted = (day, by) => new Date(Date.parse(`${day}T00:00Z`) + by * DAY).toISOString().slice(0, 10);

function make(parent, kind, name, text, title) {
  const element = parent.appendChild(document.createElement(kind));
  element.className = name;
  if (text) element.textContent = text;
  if (title) element.title = title;
  if (kind === "button") {
    element.type = "button";
    if (title) element.setAttribute("aria-label", title);
  }
  return element;
}

function build(root) {
  const view = {};
  view.past = make(root, "button", "fl-strip-step", "◀◀", "The event or worst day before ( < )");
  view.back = make(root, "button", "fl-strip-step", "◀", "One day back ( , )");
  view.day = make(root, "output", "fl-strip-day");
  view.on = make(root, "button", "fl-strip-step", "▶", "One day on ( . )");
  view.next = make(root, "button", "fl-strip-step", "▶▶", "The event or worst day after ( > )");
  view.play = make(root, "button", "fl-strip-play");
  view.jump = make(root, "select", "fl-strip-jump");
  view.jump.setAttribute("aria-label", "Jump to a day");
  view.near = make(root, "span", "fl-strip-near");
  view.keys = make(root, "button", "fl-strip-keys", "Keys", "What the keys do ( ? )");
  return view;
}

function fill(select, data) {
  select.replaceChildren();
  make(select, "option", "", "Jump to a day of stress…").value = "";
  for (const [name, days] of [["Events", data.events], ["Worst days", data.worst]]) {
    if (!days.length) continue;
    const group = make(select, "optgroup", "");
    group.label = name;
    for (const [day, label, meaning] of [...days].reverse()) make(group, "option", "", `${told(day)} · ${label}`, meaning).value = day;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".fl-strip");
  const state = (root.state ??= { target: data.day, asked: 0 });
  const view = (state.view ??= build(root));
  state.leave?.(); // Streamlit calls this again for new data, and the end of the call before only when the page is left
  const listed = JSON.stringify([data.events, data.worst]);
  if (state.listed !== listed) fill(view.jump, data);
  const days = [...new Set([...data.events, ...data.worst].map(([day]) => day))].sort();
  const late = Date.now() - state.asked > WAIT;
  if (data.day === state.target || late) Object.assign(state, { target: data.day, asked: 0 });
  state.listed = listed;
  let ticking = null;

  const paint = () => {
    const { target } = state;
    const past = target < data.newest;
    const here = [...data.events, ...data.worst].find(([day]) => day === target);
    view.day.textContent = told(target);
    view.day.title = data.at && target === data.day ? `as known at ${data.at}` : "as known at the end of this day (UTC)";
    view.near.textContent = here ? here[1] : past ? "" : "newest day";
    view.near.title = here?.[2] ?? "";
    view.back.disabled = target <= data.first;
    view.past.disabled = !days.some((day) => day < target);
    view.on.disabled = view.next.disabled = !past;
    view.play.textContent = state.playing ? "❚❚ Pause" : "▶ Play";
    view.play.title = past ? "One day after the other, to the newest ( p )" : `The last ${MONTH} days, one after the other ( p )`;
    view.jump.value = "";
  };
  const ask = (day, rest = REST) => {
    const target = day < data.first ? data.first : day > data.newest ? data.newest : day;
    if (target === state.target) return;
    Object.assign(state, { target, asked: Date.now() });
    paint();
    clearTimeout(state.waiting);
    state.waiting = setTimeout(() => setTriggerValue("day", target >= data.newest ? "newest" : target), rest);
  };
  const step = (by) => ask(shifted(state.target, by));
  const event = (by) => {
    const found = by < 0 ? days.findLast((day) => day < state.target) : days.find((day) => day > state.target);
    if (found || by > 0) ask(found ?? data.newest);
  };
  const play = (on) => {
    clearTimeout(ticking);
    state.playing = on;
    if (on && state.target >= data.newest) ask(shifted(data.newest, -MONTH), 0);
    else if (on) ticking = setTimeout(tick, PACE);
    paint();
  };
  const tick = () => {
    if (state.target >= data.newest) return play(false);
    ask(shifted(state.target, 1), 0); // the next day is due when the server has drawn this one
  };
  const acts = { step, event, play: () => play(!state.playing), newest: () => ask(data.newest) };
  const heard = ({ detail }) => {
    const [act, by] = detail ?? [];
    if (act !== "play" && state.playing) play(false);
    acts[act]?.(by);
  };
  const by = (act, number) => () => heard({ detail: [act, number] });

  [view.past.onclick, view.next.onclick] = [by("event", -1), by("event", 1)];
  [view.back.onclick, view.on.onclick, view.play.onclick] = [by("step", -1), by("step", 1), by("play")];
  view.jump.onchange = () => {
    if (state.playing) play(false);
    if (view.jump.value) ask(view.jump.value);
  };
  view.keys.onclick = () => document.dispatchEvent(new CustomEvent("fl-help"));
  document.addEventListener("fl-days", heard);
  if (state.playing && state.target >= data.newest) state.playing = false;
  paint();
  if (state.playing) ticking = setTimeout(state.target === data.day ? tick : paint, PACE);
  state.leave = () => {
    clearTimeout(ticking);
    document.removeEventListener("fl-days", heard);
  };
  return state.leave;
}
