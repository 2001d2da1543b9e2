// Tells the server which days a reader has dragged open on the page's linked figure, once the hand has come to rest, and that a
// double click wants back what was shown before. Without it the figure zooms by itself and everything else works.
const REST = 120;
const AGAIN = 600;
const LOOK = 250;

export default function ({ parentElement, setTriggerValue }) {
  parentElement.faultlineLeave?.(); // Streamlit may call this again without having ended the call before
  let figure = null;
  let waiting = null;
  let quietUntil = 0;

  const tell = (what) => {
    clearTimeout(waiting);
    const from = figure;
    waiting = setTimeout(() => from.isConnected && setTriggerValue("zoom", what), REST);
  };
  const moved = (event) => {
    const [from, to] = event["xaxis.range"] ?? [event["xaxis.range[0]"], event["xaxis.range[1]"]];
    if (from === undefined || Date.now() < quietUntil) return;
    tell({ range: [String(from), String(to)] });
  };
  const back = () => {
    quietUntil = Date.now() + AGAIN; // Plotly also says to which range it went back
    tell({ back: true });
  };
  const home = ({ target }) => target.closest?.('.modebar-btn[data-val="reset"]') && back();
  const leave = () => {
    figure?.removeListener?.("plotly_relayout", moved);
    figure?.removeListener?.("plotly_doubleclick", back);
    figure?.removeEventListener("click", home, true);
  };
  const look = () => {
    const found = [...document.querySelectorAll(".js-plotly-plot")].find((one) => one.layout?.meta?.window && one.on);
    if (!found || found === figure) return;
    leave();
    figure = found;
    figure.on("plotly_relayout", moved);
    figure.on("plotly_doubleclick", back);
    figure.addEventListener("click", home, true);
  };

  const watch = setInterval(look, LOOK);
  look();
  parentElement.faultlineLeave = () => {
    clearInterval(watch);
    leave();
  };
  return parentElement.faultlineLeave;
}
