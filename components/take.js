// Gives every figure of the page a quiet row of buttons: PNG, SVG, copy, CSV; and the page a picture of itself. All of it is made here,
// in the browser, from what is on the screen. Plotly's own export (the mode bar's camera) writes the figure anew at WIDTH; its download is
// caught before it leaves, and put between the page's sentence and what proves it.
const WIDTH = 1600, SCALE = 2, MOST = 16000, PAD = 24, WAIT = 20000, PATIENCE = 4000, NETWORK = 620, TEXT = 15, SMALL = 13, HEAD = 33, TOOLS = "fl-tools";
// HEAD: bytes of a PNG up to the end of its first part
const SVG = "http://www.w3.org/2000/svg";
const MARKUP = /<\/?(?:a|b|br|em|i|s|span|sub|sup|u)\b[^>]*>/gi;
const words = (text) => new DOMParser().parseFromString(String(text ?? "").replace(MARKUP, " "), "text/html").body.textContent.trim();
const said = (selector) => document.querySelector(selector)?.textContent.trim() ?? "";
const proven = () => document.querySelector(".fl-links-proof")?.firstChild?.textContent.trim() ?? ""; // of a page that a pinned link opened
const hex = (told) => {
  const parts = /rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(told);
  return (parts ? `#${parts.slice(1).map((one) => Number(one).toString(16).padStart(2, "0")).join("")}` : told).toLowerCase();
};

// The digest of the page's numbers, the text it was made of and a short link to them, from the server, where these are the numbers
// shown. Where nothing can be kept there is no link; without a digest a picture proves nothing, and is made all the same.
async function numbers(data) {
  if (!data.pinned) return null;
  const query = new URLSearchParams(data.pinned.split("?")[1] ?? "");
  query.set("page", data.page);
  try {
    const ask = (path, method) => fetch(new URL(`${path}?${query}`, location.href), { method, headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    const kept = await ask("s", "POST").catch(() => null);
    const { digest, content, id } = await (kept?.ok ? kept : await ask("pin", "GET")).json();
    const same = Object.entries(JSON.parse(content).readings).every(([name, told]) => (told?.[0] ?? null) === (data.values[name] ?? null));
    if (!same || !/^[0-9a-f]{64}$/.test(digest)) return null;
    const link = /^[\w-]{12}$/.test(id ?? "") ? new URL(`s/${id}`, location.href).href : "";
    return { digest, content, link, said: [`numbers ${digest.slice(0, 12)}`, link].filter(Boolean).join(" · ") };
  } catch {
    return null;
  }
}

// The figure at WIDTH, as the text of an SVG.
let asked = 0;
function drawn(plot, width) {
  const button = plot.querySelector('.modebar-btn[data-title^="Download plot"]'), config = plot._context;
  if (!button || !config) return Promise.reject(new Error("no export"));
  const { toImageButtonOptions, displayNotifier } = config, name = `faultline-${(asked += 1)}`;
  return new Promise((resolve, reject) => {
    const end = () => { document.removeEventListener("click", caught, true); clearTimeout(late); config.displayNotifier = displayNotifier; };
    const caught = (event) => {
      if (event.target?.download !== `${name}.svg`) return;
      event.preventDefault();
      // Firefox writes fonts without quotes, and so keeps the word that Plotly puts in the place of quotes that are already there
      fetch(event.target.href).then((answer) => answer.text()).then((text) => resolve(text.replaceAll("TOBESTRIPPED", "'")), reject);
      setTimeout(end, 100); // Plotly still tells its reader that the download has succeeded
    };
    const late = setTimeout(() => { end(); reject(new Error("no answer")); }, WAIT);
    document.addEventListener("click", caught, true);
    Object.assign(config, { displayNotifier: false, toImageButtonOptions: { format: "svg", filename: name, width, height: plot._fullLayout.height } });
    button.click();
    config.toImageButtonOptions = toImageButtonOptions;
  });
}

// Colors as shown to the same roles' colors in the other theme.
function swap(text, plot, theme) {
  const { colorway, paper_bgcolor: ground, font, template } = plot._fullLayout, line = plot.layout.template.layout.yaxis.gridcolor;
  return changed(text, [[line, theme.line], [font.color, theme.gray], [ground, theme.ground], ...colorway.map((one, at) => [one, theme.series[at]])]);
}

function changed(text, pairs) {
  const other = new Map(pairs.map(([from, to]) => [hex(from), to]));
  return text.replace(/rgba?\(\d+,\s*\d+,\s*\d+(?=[,)])|#[0-9a-f]{6}\b/gi, (told) => {
    const to = other.get(hex(told));
    if (!to) return told;
    return told[0] === "#" ? to : `${told.slice(0, told.indexOf("("))}(${[1, 3, 5].map((at) => parseInt(to.slice(at, at + 2), 16)).join(", ")}`;
  });
}

// The network as it stands on the screen, with the styles that the page gives it written into it: a picture has no style sheet.
const STYLES = ["fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "paint-order", "opacity", "font-size", "font-weight", "font-variant-numeric", "text-anchor", "transform", "r"];
const roles = ({ series, ...theme }) => [...Object.values(theme), ...series];
function network(svg, from, to) {
  const copy = svg.cloneNode(true), whole = [...copy.querySelectorAll("*")];
  [...svg.querySelectorAll("*")].forEach((one, at) => {
    const style = getComputedStyle(one);
    whole[at].setAttribute("style", STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  });
  const text = new XMLSerializer().serializeToString(copy);
  return from === to ? text : changed(text, roles(from).map((one, at) => [one, roles(to)[at]]));
}

// The page's font travels in the picture: an image may load nothing.
let face = null;
async function font() {
  const rules = [...document.styleSheets].flatMap((sheet) => { try { return [...sheet.cssRules]; } catch { return []; } });
  const rule = rules.find((one) => one instanceof CSSFontFaceRule && /Source Sans/.test(one.cssText) && !/italic/.test(one.cssText));
  const url = /url\("?([^")]+)"?\)/.exec(rule?.cssText ?? "")?.[1];
  if (!url) return "";
  const answer = await fetch(new URL(url, rule.parentStyleSheet.href ?? document.baseURI));
  if (!answer.ok) return "";
  const bytes = await answer.blob();
  const inline = await new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(bytes); });
  return `@font-face{font-family:"Source Sans";font-weight:200 900;src:url(${inline})}`;
}

function broken(text, size, width, weight = 400) {
  const pen = document.createElement("canvas").getContext("2d"), rows = [""];
  pen.font = `${weight} ${size}px "Source Sans", sans-serif`;
  for (const word of text.split(/\s+/)) {
    const longer = `${rows.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width > width && rows.at(-1)) rows.push(word); else rows[rows.length - 1] = longer;
  }
  return rows;
}

// The page's tiles as boxes of words; gives the height they take.
function boxes(add, theme, from) {
  const tiles = [...document.querySelectorAll(".fl-stress-index, .fl-tile")].filter((tile) => tile.offsetParent), across = Math.ceil(tiles.length / Math.ceil(tiles.length / 8)) || 1; // rows of the same length, as far as that goes
  const gap = 8, width = (WIDTH - 2 * PAD + gap) / across - gap, high = 84;
  tiles.forEach((tile, at) => {
    const x = PAD + (at % across) * (width + gap), y = from + Math.floor(at / across) * (high + gap), state = ["stress", "extreme"].find((one) => tile.closest(`.fl-${one}`));
    const line = (selector, down, size, fill, weight = 400) => {
      const node = tile.querySelector(selector), text = (selector === ".fl-label" ? node?.firstChild : node)?.textContent.trim() ?? "", rows = broken(text, size, width - 20, weight);
      add("text", { x: x + 10, y: y + down, "font-size": size, fill, "font-weight": weight }, rows.length > 1 ? `${rows[0]} …` : rows[0]);
    };
    add("rect", { x, y, width, height: high, rx: 3, fill: theme.raised, stroke: theme.line });
    if (state) add("rect", { x, y, width, height: 2, fill: theme[state] });
    line(".fl-label", 19, SMALL, theme.gray);
    line(".fl-value, .fl-stress-value", 44, 20, theme.text, 600);
    line(tile.querySelector(".fl-change") ? ".fl-change" : ".fl-why", 60, 12, theme.gray);
    line(".fl-age", 76, 11, theme.gray);
  });
  return Math.ceil(tiles.length / across) * (high + gap);
}

// One picture: whose page it is, its sentence, the figures and the network, and as of when, by whom, on which board.
async function picture(drawings, data, name, whole = false) {
  const theme = data.themes[name], shown = hex([...drawings, ...document.querySelectorAll(".js-plotly-plot")].find((one) => one._fullLayout)._fullLayout.paper_bgcolor);
  const here = Object.values(data.themes).find(({ ground }) => hex(ground) === shown) ?? theme;
  const root = document.createElementNS(SVG, "svg");
  const add = (kind, attributes, text = "") => {
    const one = root.appendChild(document.createElementNS(SVG, kind));
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.textContent = text;
    return one;
  };
  const write = (text, size, color, weight = 400) => {
    for (const row of text ? broken(text, size, WIDTH - 2 * PAD, weight) : []) add("text", { x: PAD, y: (at += size * 1.4), "font-size": size, fill: color, "font-weight": weight }, row);
  };
  const asking = numbers(data); // while the figures are drawn
  let at = PAD / 2;
  add("style", {}, (face ??= await font().catch(() => "")));
  const ground = add("rect", { width: WIDTH, fill: theme.ground });
  write(`Faultline · ${data.title}`, SMALL, theme.gray);
  write(said(".fl-verdict"), TEXT + 2, theme.text, 600);
  at += PAD / 2;
  if (whole) at += boxes(add, theme, at);
  const place = (text, attributes, height) => {
    const figure = root.appendChild(document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true));
    if (figure.nodeName !== "svg") throw new Error("no picture");
    for (const [key, value] of Object.entries({ y: at, ...attributes })) figure.setAttribute(key, value);
    at += height;
  };
  for (const one of drawings) {
    if (one._fullLayout) {
      const text = await drawn(one, WIDTH);
      place(here === theme ? text : swap(text, one, theme), {}, one._fullLayout.height);
    } else {
      const { width, height } = one.viewBox.baseVal, wide = NETWORK, high = (NETWORK * height) / width;
      write(one.getAttribute("aria-label"), TEXT, theme.text, 600);
      place(network(one, here, theme), { x: (WIDTH - wide) / 2, width: wide, height: high }, high);
      write(one.querySelector("desc").textContent, SMALL, theme.gray);
    }
  }
  const pin = await asking;
  if (pin) add("metadata", {}, `{"content":${pin.content},"digest":"${pin.digest}"}`);
  write([`As of ${data.when}`, `${data.board} board`, data.publishers && `published by ${data.publishers}`, pin?.said, proven()].filter(Boolean).join(" · "), SMALL, theme.gray);
  const height = Math.ceil(at + PAD / 2);
  if (data.board === "sample") {
    for (let y = 260; y < height + 200; y += 420) add("text", { x: WIDTH / 2, y, transform: `rotate(-16 ${WIDTH / 2} ${y})`, "text-anchor": "middle", "font-size": 120, "font-weight": 700, fill: theme.stress, opacity: 0.13 }, "SAMPLE DATA");
  }
  ground.setAttribute("height", height);
  const size = { xmlns: SVG, width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, "font-family": '"Source Sans", sans-serif' };
  for (const [key, value] of Object.entries(size)) root.setAttribute(key, value);
  return { text: new XMLSerializer().serializeToString(root), height, pin };
}

// A text beside a PNG's pixels, as the server writes it.
function chunk(keyword, text) {
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`), made = new Uint8Array(body.length + 8), view = new DataView(made.buffer);
  let check = -1;
  for (const byte of body) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit += 1) check = (check >>> 1) ^ (0xedb88320 & -(check & 1));
  }
  view.setUint32(0, body.length - 4);
  made.set(body, 4);
  view.setUint32(body.length + 4, ~check);
  return made;
}

async function raster({ text, height, pin }) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" })), image = new Image(), canvas = document.createElement("canvas");
  await new Promise((done, failed) => { Object.assign(image, { onload: done, onerror: failed, src: url }); });
  const scale = Math.min(SCALE, MOST / height);
  Object.assign(canvas, { width: WIDTH * scale, height: height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  const drawing = await new Promise((done, failed) => { canvas.toBlob((made) => (made ? done(made) : failed(new Error("too large"))), "image/png"); });
  if (!pin) return drawing;
  const texts = [chunk("faultline-digest", pin.digest), chunk("faultline-content", pin.content)];
  return new Blob([drawing.slice(0, HEAD), ...texts, drawing.slice(HEAD)], { type: "image/png" });
}

// What the figure draws, one row a value: the same columns as the server's file.
function table(plot, data, pin) {
  const guarded = (text) => (/^\s*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text), cell = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const texts = plot.layout.annotations.filter((one) => one.xref === "paper" && one.yref === "paper");
  const near = (found, height) => words(found.reduce((best, one) => (best && Math.abs(best.y - height) <= Math.abs(one.y - height) ? best : one), null)?.text);
  const exact = (value) => [6, 7, 8, 9].map((digits) => Number(value.toPrecision(digits))).find((one) => Math.fround(one) === Math.fround(value)) ?? value;
  const lines = [["board", data.board + (data.board === "sample" ? ": SAMPLE DATA, NOT A MARKET" : "")], ["page", data.title], ["as of", data.when], ["published by", data.publishers || "nobody named"], ["numbers", pin?.digest ?? ""], ["link", pin?.link ?? ""], ["proof", proven()]];
  const rows = lines.filter(([, told]) => told).map(([name, told]) => `# ${name}: ${told.replace(/\s+/g, " ")}`);
  rows.push("# values: as drawn: one value per day of the window, 32-bit", "panel,series,unit,time,at,value");
  for (const trace of plot._fullData) {
    const [floor, ceiling] = plot._fullLayout[`yaxis${(trace.yaxis ?? "y").slice(1)}`].domain, dated = plot._fullLayout[`xaxis${(trace.xaxis ?? "x").slice(1)}`].type === "date";
    const panel = near(texts.filter((one) => one.text.startsWith("<b>")), ceiling), unit = near(texts.filter((one) => one.textangle === -90), (floor + ceiling) / 2);
    const edge = trace.opacity === 0 ? "band, first edge" : (plot.data[trace.index]?.fill ? "band, second edge" : "");
    const named = Array.isArray(trace.marker?.color) ? "" : words(plot.data[trace.index]?.name);
    const known = [panel, edge || named || panel, unit].map((text) => cell(guarded(text)));
    (trace.y ?? []).forEach((value, at) => {
      if (!Number.isFinite(value)) return;
      const x = trace.x?.length ? trace.x[at] : trace.x0 + at * trace.dx, time = dated && typeof x === "number";
      const told = time ? new Date(x).toISOString().replace(".000Z", "Z").replace("T00:00:00Z", "") : cell(guarded(words(x)));
      rows.push([...known, time ? told : "", time ? "" : told, trace.y instanceof Float32Array ? exact(value) : value].join(","));
    });
  }
  return `${rows.join("\n")}\n`;
}

function save(made, data, part, ending) {
  const clean = (text) => text.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 40), link = document.createElement("a"), url = URL.createObjectURL(made);
  const parts = [data.page, part, data.as_of, data.board === "sample" ? "sample" : ""].filter(Boolean).map(clean);
  Object.assign(link, { href: url, download: `faultline_${parts.join("_")}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export default function ({ data, parentElement }) {
  parentElement.faultlineLeave?.(); // Streamlit calls this again for a new day, and what is returned only at the end
  const shownAs = (plot) => (hex(plot._fullLayout.paper_bgcolor) === hex(data.themes.light.ground) ? "light" : "dark");
  const key = (plot) => [...(plot.closest('[class*="st-key-"]')?.classList ?? [])].find((one) => one.startsWith("st-key-"))?.slice(7) ?? "";
  const part = (plot) => (key(plot) === data.page ? "" : key(plot));
  const every = () => [...document.querySelectorAll(".js-plotly-plot")].filter((plot) => plot._fullLayout && plot.data && plot.offsetParent);
  const other = (plot) => (shownAs(plot) === "light" ? "dark" : "light");
  const made = async (drawing, named, ending) => save(ending === "png" ? await raster(await drawing) : new Blob([(await drawing).text], { type: "image/svg+xml" }), data, named.filter(Boolean).join("-"), ending);
  const copied = (drawing) => navigator.clipboard.write([new ClipboardItem({ "image/png": drawing.then(raster) })]);
  const button = (label, hint, work, refusal = "not possible here") => {
    const one = Object.assign(document.createElement("button"), { type: "button", textContent: label, title: hint });
    one.addEventListener("click", async () => {
      Object.assign(one, { disabled: true, textContent: "…" });
      const told = await Promise.resolve().then(work).then(() => "✓", () => refusal);
      one.textContent = told;
      setTimeout(() => Object.assign(one, { disabled: false, textContent: label }), 1600);
    });
    return one;
  };
  // A network is drawn in the colors of the page's figures.
  const offer = (drawing, place, named, ...more) => {
    if (place.querySelector(`:scope > .${TOOLS}`)) return;
    const tools = Object.assign(document.createElement("div"), { className: TOOLS }), one = (name) => picture([drawing], data, name);
    const shown = () => shownAs(drawing._fullLayout ? drawing : every()[0]), turned = () => (shown() === "light" ? "dark" : "light");
    tools.setAttribute("role", "toolbar");
    tools.setAttribute("aria-label", "Take this figure away");
    tools.append(
      button("PNG", "Save as a picture, 1600 px wide, twice as fine", () => made(one(shown()), [named], "png")),
      button("PNG ◐", "The same in the other theme: dark for light, light for dark", () => made(one(turned()), [named, turned()], "png")),
      button("SVG", "Save as a drawing", () => made(one(shown()), [named], "svg")),
      button("Copy", "Put the picture on the clipboard", () => copied(one(shown())), "needs https"),
      ...more,
    );
    place.append(tools);
  };
  const look = () => {
    for (const plot of every()) {
      const csv = async () => save(new Blob([table(plot, data, await numbers(data))], { type: "text/csv" }), data, part(plot), "csv");
      offer(plot, plot.parentElement, part(plot), button("CSV", "Save the numbers that it draws", csv));
    }
    for (const svg of document.querySelectorAll("svg.fl-net")) offer(svg, svg.closest(".fl-net-root"), "network");
  };
  const standing = () => [...document.querySelectorAll(".js-plotly-plot, svg.fl-net")].filter((one) => one.matches("svg") || every().includes(one));
  const whole = (name) => picture(standing(), data, name, true), shown = () => shownAs(every()[0]), turned = () => other(every()[0]);
  const page = [
    button("Picture of the page", "Its sentence, tiles and figures in one PNG", () => made(whole(shown()), ["page"], "png")),
    button("PNG ◐", "The same in the other theme: dark for light, light for dark", () => made(whole(turned()), ["page", turned()], "png")),
    button("SVG", "The same as a drawing", () => made(whole(shown()), ["page"], "svg")),
    button("Copy", "Put the picture of the page on the clipboard", () => copied(whole(shown())), "needs https"),
  ];
  parentElement.querySelector(".fl-take-page")?.replaceChildren(...(data.figures ? page : []));
  const watch = setInterval(look, 500);
  look();
  parentElement.faultlineLeave = () => {
    clearInterval(watch);
    document.querySelectorAll(`.${TOOLS}`).forEach((one) => one.remove());
  };
  return parentElement.faultlineLeave;
}
