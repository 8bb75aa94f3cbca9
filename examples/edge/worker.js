/**
 * POST /margin {"market": …, "portfolio": …, "model": id or document, "exact": true, "explain": true} → the requirement.
 *
 * The module is compiled by the host ahead of the first request, so the core is there when this file has run.
 */
import { loadSync, MarginError, parseDocument } from "margin-core";
import { models } from "margin-core/models";

const core = loadSync();
const FIELDS = ["market", "portfolio", "model", "exact", "explain"];

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/models" && request.method === "GET") return json(200, Object.keys(models));
    if (pathname !== "/margin") return json(404, { code: "NotFound", message: "POST /margin or GET /models" });
    if (request.method !== "POST") {
      return json(
        405,
        { code: "MethodNotAllowed", message: "POST market, portfolio and model as JSON" },
        { allow: "POST" },
      );
    }
    try {
      return json(200, margin(parseDocument(await request.text(), "request")));
    } catch (error) {
      if (error instanceof MarginError) return json(400, described(error));
      console.error(error);
      return json(500, { code: "Internal", message: "internal error" });
    }
  },
};

function margin(request) {
  if (request === null || typeof request !== "object" || Array.isArray(request)) {
    throw new MarginError("WrongType", "request", "expected an object with market, portfolio and model");
  }
  for (const field of Object.keys(request)) {
    if (!FIELDS.includes(field)) throw new MarginError("UnknownField", `request.${field}`, "unknown field");
  }
  const { market, portfolio, exact, explain } = request;
  const model = typeof request.model === "string" ? known(request.model) : request.model;
  return core.margin(model, market, portfolio, { exact, explain });
}

function known(id) {
  if (Object.hasOwn(models, id)) return models[id];
  const expected = Object.keys(models).join(", ");
  throw new MarginError(
    "UnknownModel",
    "request.model",
    `expected a model document or one of ${expected}, was ${JSON.stringify(id)}`,
  );
}

/** A rule that was broken, and where: for programs and for people. */
function described({ code, field, message, row, value }) {
  return { code, field, message, ...(row === undefined ? {} : { row }), ...(value === undefined ? {} : { value }) };
}

function json(status, body, headers = {}) {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
