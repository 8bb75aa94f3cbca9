/** Profit and loss over the price, one line for each state of volatility. */
import uPlot from "/uplot/uPlot.esm.js";
import { colour, compact, minus, move } from "./words.js";

let plot;

export function drawCurve(element, { rows, pnl, range, unit }) {
  const slices = [...new Set(rows.map(({ slice }) => slice))];
  const states = rows.length / slices.length;
  const data = [
    slices.map((k) => k * range),
    ...Array.from({ length: states }, (_, s) => slices.map((_, i) => pnl[i * states + s])),
  ];
  const names = rows.slice(0, states).map(({ label }) => label.split(", ").at(-1));
  const colours = [colour("gain"), colour("soft"), colour("up")];
  const line = { stroke: colour("line"), width: 1 };
  const axis = {
    stroke: colour("soft"),
    grid: line,
    ticks: line,
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  const legend = element.clientWidth < 420 ? 52 : 28; // two lines, or one
  plot?.destroy();
  plot = new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight - legend,
      padding: [8, 12, 0, 0],
      pxAlign: 0,
      scales: { x: { time: false } },
      cursor: { points: { size: 6 } },
      legend: { live: true },
      axes: [
        {
          ...axis,
          values: (_, splits) => splits.map((x) => move(x)),
          size: 28,
          incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
        },
        { ...axis, values: (_, splits) => splits.map((y) => minus(y.toLocaleString("en"))), size: 66 },
      ],
      series: [
        { label: "price", value: (_, x) => (Number.isFinite(x) ? move(x) : "–") },
        ...names.map((label, i) => ({
          label,
          stroke: colours[i % colours.length],
          width: 2,
          points: { show: false },
          value: (_, y) => (Number.isFinite(y) ? `${compact(y)} ${unit}` : "–"),
        })),
      ],
      hooks: { drawAxes: [zeroLine] },
    },
    data,
    element,
  );
}

function zeroLine({ ctx, bbox, valToPos }) {
  const y = Math.round(valToPos(0, "y", true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colour("soft");
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
