// Tells the server which days a reader has dragged open on the page's linked figure, or on any of its figures where all show the
// window, once the hand has come to rest, and that a double click wants back what was shown before. Without it a figure zooms by
// itself and everything else works.
const REST = 120;
const AGAIN = 600;
const LOOK = 250;

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.faultlineLeave?.(); // Streamlit may call this again without having ended the call before
  const heard = new Map(); // from a figure to what ends listening to it
  let waiting = null;
  let quietUntil = 0;

  const tell = (figure, what) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => figure.isConnected && setTriggerValue("zoom", what), REST);
  };
  const listen = (figure) => {
    const moved = (event) => {
      const [from, to] = event["xaxis.range"] ?? [event["xaxis.range[0]"], event["xaxis.range[1]"]];
      if (from === undefined || Date.now() < quietUntil) return;
      tell(figure, { range: [String(from), String(to)] });
    };
    const back = () => {
      quietUntil = Date.now() + AGAIN; // Plotly also says to which range it went back
      tell(figure, { back: true });
    };
    const home = ({ target }) => target.closest?.('.modebar-btn[data-val="reset"]') && back();
    figure.on("plotly_relayout", moved);
    figure.on("plotly_doubleclick", back);
    figure.addEventListener("click", home, true);
    heard.set(figure, () => {
      figure.removeListener?.("plotly_relayout", moved);
      figure.removeListener?.("plotly_doubleclick", back);
      figure.removeEventListener("click", home, true);
    });
  };
  const leave = (figure) => {
    heard.get(figure)();
    heard.delete(figure);
  };
  const look = () => {
    const shown = [...document.querySelectorAll(".js-plotly-plot")].filter((one) => one.layout?.meta?.window && one.on);
    const wanted = data?.every ? shown : shown.slice(0, 1);
    if (!wanted.length) return;
    for (const figure of heard.keys()) if (!wanted.includes(figure)) leave(figure);
    for (const figure of wanted) if (!heard.has(figure)) listen(figure);
  };

  const watch = setInterval(look, LOOK);
  look();
  parentElement.faultlineLeave = () => {
    clearInterval(watch);
    for (const figure of heard.keys()) leave(figure);
  };
  return parentElement.faultlineLeave;
}
