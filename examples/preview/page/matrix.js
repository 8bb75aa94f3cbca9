/** The risk matrix as a heat map: price over volatility, profit and loss in the cells, the driving one framed. */
import { colour, compact, move } from "./words.js";

const LEFT = 66;
const BOTTOM = 22;
const GAP = 2;

/** Rows of one slice have one price; the same place in each slice is the same volatility. */
export function drawMatrix(canvas, { rows, group, range }) {
  const { profile, row: worst } = group.driver;
  const slices = [...new Set(rows.map(({ slice }) => slice))];
  const bySlice = slices.map((slice) => rows.flatMap((row, i) => (row.slice === slice ? [i] : [])));
  const vols = bySlice[0].map((i) => rows[i].label.split(", ").at(-1));

  const { width, height } = canvas.getBoundingClientRect();
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext("2d");
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = `${width < 600 ? 11 : 12}px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "middle";

  const cellWidth = (width - LEFT) / slices.length;
  const cellHeight = (height - BOTTOM) / vols.length;
  const most = Math.max(...profile.map(Math.abs), Number.MIN_VALUE);
  const [gain, loss, none, text, soft, card, accent] = ["gain", "loss", "none", "text", "soft", "card", "accent"].map(
    colour,
  );

  /** Only where there is room. */
  const write = (words, x, y) => context.measureText(words).width < cellWidth - 3 && context.fillText(words, x, y);
  const order = [...vols.keys()].reverse(); // high volatility on top
  order.forEach((vol, line) => {
    context.fillStyle = soft;
    context.textAlign = "left";
    context.fillText(vols[vol], 0, (line + 0.5) * cellHeight);
    slices.forEach((_, column) => {
      const i = bySlice[column][vol];
      const pnl = profile[i];
      const [x, y] = [LEFT + column * cellWidth, line * cellHeight];
      const box = [x + GAP / 2, y + GAP / 2, cellWidth - GAP, cellHeight - GAP];
      const strength = Math.sqrt(Math.abs(pnl) / most);
      context.fillStyle = none;
      context.fillRect(...box);
      context.globalAlpha = strength;
      context.fillStyle = pnl < 0 ? loss : gain;
      context.fillRect(...box);
      context.globalAlpha = 1;
      context.fillStyle = strength > 0.62 ? "#ffffff" : text;
      context.textAlign = "center";
      write(compact(pnl), x + cellWidth / 2, y + cellHeight / 2);
      if (i !== worst || pnl >= 0) return;
      context.lineWidth = 4;
      context.strokeStyle = card;
      context.strokeRect(x + 3, y + 3, cellWidth - 6, cellHeight - 6);
      context.lineWidth = 2;
      context.strokeStyle = accent;
      context.strokeRect(x + 2, y + 2, cellWidth - 4, cellHeight - 4);
    });
  });
  context.fillStyle = soft;
  context.textAlign = "left";
  context.fillText("price", 0, height - BOTTOM / 2 + 2);
  context.textAlign = "center";
  const every = cellWidth > 44 ? 1 : 4;
  slices.forEach((slice, column) => {
    if (column % every === 0)
      context.fillText(move(slice * range), LEFT + (column + 0.5) * cellWidth, height - BOTTOM / 2 + 2);
  });
  canvas.setAttribute(
    "aria-label",
    `risk matrix, worst ${compact(Math.min(...profile))} ${group.unit} at ${group.driver.label}`,
  );
}
