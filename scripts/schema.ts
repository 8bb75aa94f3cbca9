/**
 * Writes the JSON Schemas of the four documents into dist/schema.
 *
 *   npx tsx scripts/schema.ts [FOLDER]
 *
 * Made from the schemas that the checks use, so that the two cannot part; descriptions are the comments of the fields in bindings/documents.
 * What one field demands of another (a strike of options only, unique names) is in bindings/documents/check.ts and in no JSON Schema.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";
import ts from "typescript";
import type * as v from "valibot";
import { expressionUnion } from "../bindings/documents/expression.ts";
import * as market from "../bindings/documents/market.ts";
import * as model from "../bindings/documents/model.ts";
import * as portfolio from "../bindings/documents/portfolio.ts";
import * as requirement from "../bindings/documents/requirement-schema.ts";

type Schema = v.GenericSchema;
type Json = Record<string, unknown>;
const root = fileURLToPath(new URL("..", import.meta.url));
/** A name, not a place: nothing is fetched. */
export const schemaId = (name: string) => `urn:margin-core:schema:1:${name}`;

export const DOCUMENTS: Record<string, { schema: Schema; title: string; description: string }> = {
  market: {
    schema: market.market,
    title: "Market",
    description: "What trades, and what is known of it at one moment.",
  },
  portfolio: { schema: portfolio.portfolio, title: "Portfolio", description: "What one account holds." },
  model: { schema: model.model, title: "Margin model", description: "A margin model as data." },
  requirement: {
    schema: requirement.requirement,
    title: "Requirement",
    description: "A margin and the tree that explains it.",
  },
};

/** Parts that have a name of their own in the JSON Schemas. */
const NAMED: Record<string, Schema> = {
  expression: expressionUnion as Schema,
  instrument: market.instrument,
  currency: market.currency,
  fact: market.fact,
  position: portfolio.position,
  factTerms: model.factTerms,
  parameter: model.parameter,
  value: model.value,
  row: model.row,
  scenarios: model.scenarios,
  profile: model.profile,
  scan: model.scan,
  amount: model.amount,
  spread: model.spread,
  spreadLeg: model.spreadLeg,
  formula: model.formula,
  requirementNode: requirement.requirementNode,
  requirementGroup: requirement.requirementGroup,
};
/** Names in the sources of what a schema describes, where they differ: the interface of the model. */
const SOURCES: Record<string, string> = { model: "marginmodel" };

/** `instrument.lot` → the comment above the field. Interfaces and schemas of one name count as one. */
function comments(): Map<string, string> {
  const found = new Map<string, string>();
  const text = (node: ts.Node) =>
    ts
      .getJSDocCommentsAndTags(node)
      .map((doc) => (typeof doc.comment === "string" ? doc.comment : ""))
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();
  for (const file of ["expression", "market", "portfolio", "model", "requirement"]) {
    const path = join(root, `bindings/documents/${file}.ts`);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    const note = (owner: string, node: ts.Node, comment: string) => {
      if (
        comment !== "" &&
        (ts.isPropertyAssignment(node) || ts.isPropertySignature(node) || ts.isShorthandPropertyAssignment(node))
      ) {
        found.set(`${owner.toLowerCase()}.${node.name.getText()}`, comment);
      }
    };
    source.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node)) node.members.forEach((member) => note(node.name.text, member, text(member)));
      if (!ts.isVariableStatement(node)) return;
      const declaration = node.declarationList.declarations[0]!;
      const walk = (inner: ts.Node): void => {
        if (ts.isObjectLiteralExpression(inner))
          inner.properties.forEach((property) => note(declaration.name.getText(), property, text(property)));
        else inner.forEachChild(walk);
      };
      if (declaration.initializer !== undefined) walk(declaration.initializer);
    });
  }
  return found;
}

export function jsonSchema(name: string): Json {
  const { schema, title, description } = DOCUMENTS[name]!;
  const notes = comments();
  const names = new Map<unknown, string>(
    [...Object.entries(NAMED), [name, schema] as const].map(([key, part]) => [part, key]),
  );
  const described = (part: unknown, json: Json): Json | undefined => {
    const owner = names.get(part);
    const properties = json["properties"] as Record<string, Json> | undefined;
    if (owner === undefined || properties === undefined) return undefined;
    const source = SOURCES[owner] ?? owner.toLowerCase();
    const entries = Object.entries(properties).map(([key, property]) => {
      const note = notes.get(`${source}.${key}`);
      return [key, note === undefined ? property : { description: note, ...property }];
    });
    return { ...json, properties: Object.fromEntries(entries) };
  };
  const used = toJsonSchema(schema, {
    target: "draft-2020-12",
    definitions: NAMED,
    typeMode: "input",
    ignoreActions: ["check", "finite"], // no JSON number is infinite; order and calendar are beyond JSON Schema
    overrideSchema: ({ valibotSchema, jsonSchema: json }) =>
      described(valibotSchema, json as Json) as typeof json | undefined,
  }) as Json;
  const { $schema, $defs, ...body } = used;
  return {
    $schema,
    $id: schemaId(name),
    title,
    description,
    ...body,
    $defs: prune(body, $defs as Record<string, Json>),
  };
}

/** The definitions that are referred to. */
function prune(body: Json, definitions: Record<string, Json>): Record<string, Json> {
  const kept = new Set<string>();
  const walk = (value: unknown): void => {
    for (const [, key] of JSON.stringify(value).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      if (kept.has(key!)) continue;
      kept.add(key!);
      walk(definitions[key!]);
    }
  };
  walk(body);
  return Object.fromEntries(Object.entries(definitions).filter(([key]) => kept.has(key)));
}

export function writeSchemas(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.keys(DOCUMENTS).map((name) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(jsonSchema(name), null, 2)}\n`);
    return path;
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeSchemas(process.argv[2] ?? join(root, "dist/schema"));
}
