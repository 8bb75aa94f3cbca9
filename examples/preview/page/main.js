/** The page: a book that can be edited, its requirement, and what drives it. */
import { load, MarginError } from "/dist/browser.js";
import { models } from "/dist/models.js";
import { drawCurve } from "./curve.js";
import { drawMatrix } from "./matrix.js";
import { compact, percent, pairOf, pairName, usd } from "./words.js";

const $ = (id) => document.getElementById(id);
const sample = (name) => fetch(`/sample/${name}.json`).then((response) => response.json());
const [core, market, book] = await Promise.all([load(), sample("market"), sample("portfolio")]);

const model = withCurve(models["deribit-pm"]);
// every instrument of the market, repriced once; each edit then only adds up
const prepared = core.prepare(model, market);
const instruments = new Map(market.instruments.map((one) => [one.id, one]));
const original = new Map(book.positions.map(({ instrument, lots }) => [instrument, lots]));
const entries = new Map(book.positions.map(({ instrument, entry }) => [instrument, entry]));
let lots = new Map(original);
let selected;

$("about").textContent =
  `${model.id} of ${model.edition}, market of ${market.asOf.replace("T", " ").replace("Z", " UTC")}`;
$("instruments").append(...market.instruments.map(({ id }) => new Option(id)));
$("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = $("new").value.trim();
  if (!instruments.has(id))
    return fail(new MarginError("UnknownInstrument", "market.instruments", `no instrument ${JSON.stringify(id)}`));
  lots.set(id, lots.get(id) ?? 1);
  $("new").value = "";
  rows();
  update();
});
$("add").addEventListener("reset", () => {
  lots = new Map(original);
  rows();
  update();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
const resized = new ResizeObserver(update);
for (const id of ["matrix", "curve"]) resized.observe($(id));
rows();
update();

/** The model with one more set of scenarios: its own three vol states at 97 prices. A model is data, so this is a spread. */
function withCurve(base) {
  const states = base.scenarios.standard.rows.filter(({ slice }) => slice === 0);
  const at = Array.from({ length: 97 }, (_, i) => (i - 48) / 48);
  const curve = {
    rows: at.flatMap((k) => states.map((row) => ({ ...row, slice: k, spot: { mul: [k, "priceRange"] } }))),
  };
  return { ...base, scenarios: { ...base.scenarios, curve } };
}

function portfolio() {
  return {
    ...book,
    positions: Array.from(lots, ([instrument, held]) => ({ instrument, lots: held, entry: entries.get(instrument) })),
  };
}

function update() {
  let requirement;
  const started = performance.now();
  try {
    requirement = prepared.margin(portfolio());
  } catch (error) {
    fail(error);
    return stale(true);
  }
  const elapsed = performance.now() - started;
  fail(undefined);
  stale(false);
  $("speed").textContent = `${lots.size} positions margined and explained in ${elapsed.toFixed(1)} ms`;
  for (const name of ["initial", "maintenance", "equity", "excess"]) {
    $(name).textContent = usd(requirement[name]);
    $(name).dataset.value = requirement[name];
  }
  $("excess").classList.toggle("short", requirement.excess < 0);
  const use = requirement.equity > 0 ? requirement.initial / requirement.equity : 1;
  $("use").textContent = percent(use, 1);
  $("meter").style.width = percent(Math.min(use, 1), 1).replace(/\s/g, "");
  const node = (name) => requirement.nodes.find((one) => one.name === name);
  shares(node("initial").groups[0]?.shares ?? []);
  pairs(node("standardTable").groups, node);
  parts(node);
}

function fail(error) {
  $("error").hidden = error === undefined;
  for (const row of document.querySelectorAll("tr.wrong")) row.classList.remove("wrong");
  if (error === undefined) return;
  if (!(error instanceof MarginError)) throw error;
  $("error").textContent = error.message;
  if (error.field.startsWith("portfolio.positions")) rowOf([...lots.keys()][error.row])?.classList.add("wrong");
}

/** After a refused edit all figures but the edit itself are those of the last book that was none. */
function stale(is) {
  document.body.classList.toggle("stale", is);
  $("stale").hidden = !is;
}

function rowOf(id) {
  return document.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
}

/** The table of positions, by settlement and underlying. */
function rows() {
  const groups = Map.groupBy(lots.keys(), (id) => pairName(instruments.get(id)));
  $("positions").replaceChildren(...[...groups].flatMap(([name, ids]) => [groupRow(name), ...ids.map(positionRow)]));
}

function groupRow(name) {
  const row = document.createElement("tr");
  row.className = "group";
  row.dataset.pair = name;
  row.append(cell(name), cell(""), cell(""), cell(""));
  return row;
}

function positionRow(id) {
  const row = document.createElement("tr");
  row.dataset.id = id;
  const input = Object.assign(document.createElement("input"), { type: "number", step: "any", value: lots.get(id) });
  input.setAttribute("aria-label", `lots of ${id}`);
  input.addEventListener("input", () => {
    lots.set(id, Number(input.value));
    update();
  });
  const held = cell("", "number");
  held.append(input);
  const bar = cell("", "bar");
  bar.append(document.createElement("i"));
  bar.firstChild.append(document.createElement("b"));
  row.append(cell(id), held, cell("", "number"), bar);
  return row;
}

function cell(text, className = "") {
  return Object.assign(document.createElement("td"), { textContent: text, className });
}

/** Each position's part of the initial margin: shares sum to it. */
function shares(list) {
  const share = new Map(list);
  const most = Math.max(1, ...list.map(([, value]) => Math.abs(value)));
  const sums = new Map();
  for (const id of lots.keys()) {
    const value = share.get(id) ?? 0;
    const name = pairName(instruments.get(id));
    sums.set(name, (sums.get(name) ?? 0) + value);
    const [, , number, bar] = rowOf(id).cells;
    number.textContent = compact(value);
    const mark = bar.firstChild.firstChild;
    mark.className = value > 0 ? "more" : "less";
    mark.style.width = `${(Math.abs(value) / most) * 50}%`;
  }
  for (const [name, sum] of sums) document.querySelector(`tr[data-pair="${name}"]`).cells[2].textContent = compact(sum);
}

function pairs(groups, node) {
  const names = groups.map(({ keys }) => pairName(keys));
  if (!names.includes(selected)) selected = names[0];
  $("pairs").replaceChildren(
    ...names.map((name) => {
      const button = Object.assign(document.createElement("button"), { textContent: name, type: "button" });
      button.setAttribute("role", "tab");
      button.setAttribute("aria-selected", name === selected);
      button.addEventListener("click", () => {
        selected = name;
        update();
      });
      return button;
    }),
  );
  const group = groups[names.indexOf(selected)];
  if (group === undefined) return;
  const range = figure("priceRange", group.keys);
  drawMatrix($("matrix"), { rows: model.scenarios.standard.rows, group, range });
  const extended = node("extendedTable").groups.find(({ keys }) => pairName(keys) === selected);
  const worse = extended.value > group.value;
  $("driver").textContent =
    `Worst: ${compact(Math.max(group.value, extended.value))} ${group.unit} at ${(worse ? extended : group).driver.label}` +
    ` (${worse ? "extended table, beyond the matrix" : "framed"}). Cells: profit and loss in ${group.unit},` +
    ` gains counted at the model's share of ${percent(figure("pnlOffset", group.keys))}.`;
  const curve = prepared.riskArrays(portfolio()).find(({ scenarios }) => scenarios === "curve");
  const pnl = model.scenarios.curve.rows.map((_, row) =>
    curve.instruments.reduce(
      (sum, one) => sum + (pairName(instruments.get(one.instrument)) === selected ? one.pnl[row] : 0),
      0,
    ),
  );
  drawCurve($("curve"), { rows: model.scenarios.curve.rows, pnl, range, unit: group.unit });
}

/** A parameter's figure for a place: the entry of `for` that fits, else the general one. */
function figure(name, keys) {
  const { is, for: places = [] } = model.parameters[name];
  const fits = places.filter(({ is: _, ...place }) =>
    Object.entries(place).every(([key, value]) => keys[key] === value),
  );
  return fits.length > 0 ? fits[0].is : is;
}

/** What the initial margin is made of, by pair. */
function parts(node) {
  const table = document.createElement("table");
  const columns = [
    ["worstCase", "Worst case"],
    ["deltaShock", "Delta shock"],
    ["rollShock", "Roll shock"],
    ["pairMargin", "Margin"],
  ];
  const head = document.createElement("tr");
  for (const title of ["Pair", ...columns.map(([, title]) => title), "", "Worst case is"]) {
    head.append(
      Object.assign(document.createElement("th"), {
        textContent: title,
        className: title === "Pair" || title.endsWith("is") ? "" : "number",
      }),
    );
  }
  table.createTHead().append(head);
  const body = table.createTBody();
  const of = (name, keys) => node(name).groups.find((group) => pairOf(group.keys) === pairOf(keys));
  for (const { keys, unit } of node("pairMargin").groups) {
    const taken = of("worstCase", keys).driver?.name;
    const driver = taken === undefined ? undefined : of(taken, keys)?.driver;
    const row = body.insertRow();
    row.append(cell(pairName(keys)), ...columns.map(([name]) => cell(compact(of(name, keys)?.value ?? 0), "number")));
    row.append(cell(unit), cell(driver === undefined ? "" : driver.label, "words"));
  }
  $("parts").replaceChildren(table);
}
