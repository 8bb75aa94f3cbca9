/** `margin-core schema`: the JSON Schemas of the documents. */
import { Argument, type Command } from "commander";
import type { Terminal } from "../terminal.ts";

const NAMES = ["market", "portfolio", "model", "requirement"];

const EXAMPLES = `
Examples:
  $ margin-core schema market > market.schema.json`;

export function schema(program: Command, terminal: Terminal): void {
  program
    .command("schema")
    .summary("print the JSON Schema of a document")
    .description("Prints the JSON Schema of a document.")
    .addArgument(new Argument("<document>", "which").choices(NAMES))
    .addHelpText("after", EXAMPLES)
    .action((name: string) => terminal.print(terminal.host.readOwn(`schema/${name}.json`)));
}
