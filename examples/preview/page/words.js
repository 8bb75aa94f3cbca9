/** Numbers and names as the page writes them. */

const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
export const minus = (text) => text.replace(/-/g, "−");

export const usd = (x) => minus(dollars.format(x));

export const percent = (x, digits = 0) => minus(`${(x * 100).toFixed(digits)} %`);

/** A relative move as the core's labels have it: +16 %, −13.5 %. */
export function move(x) {
  const figure = Math.round(x * 1e4) / 100;
  return minus(`${figure > 0 ? "+" : ""}${figure} %`);
}

/** Four digits or so: 5.369, 136.8, 15,662. */
export function compact(x) {
  const size = Math.abs(x);
  const digits = size >= 1000 || size === 0 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  const text = x.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return minus(/^-?0(\.0+)?$/.test(text) ? "0" : text);
}

export const pairOf = ({ underlying, settlement, payoff }) => `${underlying}/${settlement}/${payoff}`;
export const pairName = ({ underlying, settlement }) =>
  underlying === settlement ? `${underlying}` : `${underlying}, in ${settlement}`;

/** A colour of the style sheet. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
