// Draws who sends to whom on one day, and moves to another day: under the crosshair of the page's linked figure, while playing,
// or where the server says. Numbers are the server's; sums of them are made here, so that a day costs the server nothing.
const SVG = "http://www.w3.org/2000/svg";
const FRAME = 120;
const FRAMES = 250;
const SINGLE = 320;
const percent = (share) => `${(100 * share).toFixed(1)}%`;
const points = (share) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)}`;
const told = (day) =>
  new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", { weekday: "short", day: "2-digit", month: "short", year: "numeric", timeZone: "UTC" }).replace("Sept", "Sep");

function add(parent, kind, name, attributes = {}) {
  const element = document.createElementNS(SVG, kind);
  element.setAttribute("class", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return parent.appendChild(element);
}

function build(root, { nodes, width, height, title, read }) {
  const svg = add(root, "svg", "fl-net", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  add(svg, "desc", "fl-net-read").textContent = read;
  const view = { svg, head: add(svg, "text", "fl-net-head", { x: 4, y: 20 }), foot: add(svg, "text", "fl-net-foot", { x: 4, y: height - 8 }) };
  view.edges = nodes.flatMap((_, j) => nodes.slice(0, j).map((_, i) => ({ i, j })));
  for (const edge of view.edges) {
    const [a, b] = [nodes[edge.i], nodes[edge.j]];
    edge.line = add(svg, "line", "fl-net-edge", { x1: a.x, y1: a.y, x2: b.x, y2: b.y });
  }
  for (const edge of view.edges) edge.tip = add(svg, "path", "fl-net-tip", { d: "M0,0L-13,-6L-13,6Z" });
  for (const edge of view.edges) edge.label = add(svg, "text", "fl-net-flow");
  view.nodes = nodes.map(({ x, y }) => ({ circle: add(svg, "circle", "fl-net-node", { cx: x, cy: y }) }));
  nodes.forEach(({ x, name }, at) => {
    view.nodes[at].name = add(svg, "text", "fl-net-name", { x });
    view.nodes[at].name.textContent = name;
    view.nodes[at].net = add(svg, "text", "fl-net-own", { x });
  });
  return view;
}

function sums(state, at) {
  const size = state.data.nodes.length;
  const share = (receives, sends) => state.shares[at * size * size + receives * size + sends] / state.unit;
  const others = (one, of) => state.data.nodes.reduce((sum, _, other) => sum + (other === one ? 0 : of(other)), 0);
  const sent = state.data.nodes.map((_, one) => others(one, (other) => share(other, one)));
  const received = state.data.nodes.map((_, one) => others(one, (other) => share(one, other)));
  return { share, sent, received, total: received.reduce((a, b) => a + b, 0) / size };
}

function draw(state, at) {
  const { data, view } = state;
  const { share, sent, received, total } = sums(state, at);
  const radius = (one) => 7 + 27 * Math.sqrt(sent[one] / data.most_sent);
  state.at = at;
  view.head.textContent = `${told(data.days[at])}  ·  total ${percent(total)}`;
  view.nodes.forEach(({ circle, name, net }, one) => {
    const { x, y, above } = data.nodes[one];
    const own = sent[one] - received[one];
    circle.style.r = `${radius(one)}px`;
    circle.setAttribute("class", `fl-net-node ${own > 0 ? "fl-net-sends" : "fl-net-receives"}`);
    name.setAttribute("y", above ? y - radius(one) - 20 : y + radius(one) + 16);
    net.setAttribute("y", above ? y - radius(one) - 6 : y + radius(one) + 30);
    net.textContent = `net ${points(own)}`;
    circle.told = `${data.nodes[one].name} sends ${percent(sent[one])}, receives ${percent(received[one])}, net ${points(own)} points`;
  });
  const flows = view.edges.map(({ i, j }) => share(j, i) - share(i, j));
  const named = [...flows].map(Math.abs).sort((a, b) => b - a)[3] ?? 0;
  view.edges.forEach((edge, at) => {
    const [from, to] = flows[at] >= 0 ? [edge.i, edge.j] : [edge.j, edge.i];
    const [a, b, size] = [data.nodes[from], data.nodes[to], Math.abs(flows[at])];
    const [angle, wide] = [Math.atan2(b.y - a.y, b.x - a.x), Math.min(size / data.most_flow, 1)];
    const reach = radius(to) + 2;
    const tip = [b.x - reach * Math.cos(angle), b.y - reach * Math.sin(angle)];
    edge.line.style.strokeWidth = `${0.6 + 8 * wide}px`;
    edge.tip.style.transform = `translate(${tip[0]}px,${tip[1]}px) rotate(${angle}rad) scale(${0.6 + 0.9 * wide})`;
    const [x, y] = [a.x + 0.62 * (b.x - a.x), a.y + 0.62 * (b.y - a.y)];
    edge.label.setAttribute("x", x);
    edge.label.setAttribute("y", y + 4);
    edge.label.textContent = size >= named && size > 0.001 ? (100 * size).toFixed(1) : "";
    edge.line.told = edge.tip.told =
      `${a.name} → ${b.name}: ${percent(share(to, from))} there, ${percent(share(from, to))} back, net ${(100 * size).toFixed(1)} points`;
  });
  view.foot.textContent = state.pointed?.told ?? "";
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".fl-net-root");
  const state = (root.state ??= {});
  state.leave?.(); // Streamlit calls this again for new data, and what is returned only at the end
  const bytes = Uint8Array.from(atob(data.shares), (one) => one.charCodeAt(0));
  const palette = getComputedStyle(parentElement).getPropertyValue("--st-chart-categorical-colors").split(",");
  for (const side of ["sender", "receiver"]) {
    if (palette[data[side]]) document.documentElement.style.setProperty(`--fl-net-${side}`, palette[data[side]]);
  }
  state.playing &&= state.data.shares === data.shares;
  Object.assign(state, { data, shares: new Uint16Array(bytes.buffer), unit: 65535 });
  state.view ??= build(root.querySelector("div"), data);
  const button = root.querySelector("button");
  const last = data.days.length - 1;
  const step = Math.ceil(data.days.length / FRAMES);
  let [figure, single, ticking, quietUntil] = [null, null, null, 0];

  const pin = (at) => {
    data.at = at;
    draw(state, at);
    setTriggerValue("day", data.days[at]);
  };
  const by = (event) => {
    const day = String(event?.points?.[0]?.x ?? "").slice(0, 10);
    return day < data.days[0] ? -1 : data.days.findLastIndex((one) => one <= day);
  };
  const over = (event) => !state.playing && by(event) >= 0 && draw(state, by(event));
  const away = () => !state.playing && draw(state, data.at);
  const click = (event) => {
    clearTimeout(single); // neither half of a double click is a choice of a day
    const at = by(event);
    if (at >= 0 && Date.now() > quietUntil) single = setTimeout(() => pin(at), SINGLE);
  };
  const twice = () => {
    clearTimeout(single);
    quietUntil = Date.now() + SINGLE;
  };
  const heard = { plotly_hover: over, plotly_unhover: away, plotly_click: click, plotly_doubleclick: twice };
  const leave = () => {
    for (const [event, listener] of Object.entries(heard)) figure?.removeListener?.(event, listener);
  };
  const look = () => {
    const found = [...document.querySelectorAll(".js-plotly-plot")].find((one) => one.layout?.meta?.window && one.on);
    // A figure that is drawn anew under a hand that has just left it tells of no leaving.
    if (figure && !state.playing && state.at !== data.at && !figure.matches(":hover") && !document.querySelector(".dragcover")) away();
    if (!found || found === figure) return;
    leave();
    figure = found;
    for (const [event, listener] of Object.entries(heard)) figure.on(event, listener);
  };
  const tick = () => {
    if (state.at >= last) return play(false);
    draw(state, Math.min(state.at + step, last));
  };
  const play = (on) => {
    clearInterval(ticking);
    button.textContent = on ? "❚❚ Pause" : "▶ Play";
    if (state.playing && !on) pin(state.at);
    if (on && !state.playing && state.at >= last) draw(state, 0);
    state.playing = on;
    if (on) ticking = setInterval(tick, FRAME);
  };
  const point = ({ target }) => {
    state.pointed = target.told ? target : null;
    state.view.foot.textContent = state.pointed?.told ?? "";
  };

  if (!state.playing) draw(state, data.at);
  play(Boolean(state.playing));
  button.hidden = last < 1;
  button.onclick = () => play(!state.playing);
  state.view.svg.onpointermove = state.view.svg.onclick = point;
  state.view.svg.onpointerleave = () => point({ target: {} });
  const watch = setInterval(look, 500);
  look();
  state.leave = () => {
    clearInterval(watch);
    clearInterval(ticking);
    clearTimeout(single);
    leave();
  };
  return state.leave;
}
