// Tells the server which days a reader has zoomed to, once the hand has come to rest, so that a figure drawn again with newer
// data can show the same days. Without it everything works, and a redrawn figure shows the whole window.
const REST = 250;
const AGAIN = 600;

export default function ({ setStateValue }) {
  let figure = null;
  let waiting = null;
  let quietUntil = 0;

  const tell = (days) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => setStateValue("zoom", days), REST);
  };
  const moved = (event) => {
    const [from, to] = [event["xaxis.range[0]"], event["xaxis.range[1]"]];
    if (from === undefined || Date.now() < quietUntil) return;
    tell({ window: figure.layout.meta.window, range: [String(from), String(to)] });
  };
  const reset = () => {
    quietUntil = Date.now() + AGAIN; // Plotly also says to which range it went back
    tell(null);
  };
  const look = () => {
    const found = [...document.querySelectorAll(".js-plotly-plot")].find((one) => one.layout?.meta?.window && one.on);
    if (!found || found === figure) return;
    figure = found;
    figure.on("plotly_relayout", moved);
    figure.on("plotly_doubleclick", reset);
  };

  const watch = setInterval(look, 500);
  look();
  return () => {
    clearInterval(watch);
    clearTimeout(waiting);
    figure?.removeListener?.("plotly_relayout", moved);
    figure?.removeListener?.("plotly_doubleclick", reset);
  };
}
