/** `margin-core models`: the models that come with the package. */
import type { Command } from "commander";
import { models as presets } from "../../models/index.ts";
import { json } from "../json.ts";
import { modelOf } from "../documents.ts";
import type { Terminal } from "../terminal.ts";

const EXAMPLES = `
Examples:
  $ margin-core models
  $ margin-core models show deribit-pm > my-model.json     edit it, then: margin-core margin --model my-model.json …`;

export function models(program: Command, terminal: Terminal): void {
  const list = program
    .command("models")
    .summary("list the models, or print one")
    .description("Lists the margin models that come with margin-core: id, edition, currency, source.")
    .helpCommand(false)
    .addHelpText("after", EXAMPLES)
    .action(() => terminal.print(listed(terminal)));
  list
    .command("show")
    .summary("print the document of a model")
    .description("Prints the document of a model, to read it or to change it.")
    .argument("<id>", "one of margin-core models, or a file to check")
    .action(async (id: string) => terminal.print(json(await modelOf(id, terminal, undefined, "models show"))));
}

function listed({ colours: { bold, dim } }: Terminal): string {
  return Object.values(presets)
    .map((model) => {
      const assumed = Object.entries(model.parameters).filter(([, parameter]) => parameter.assumed !== undefined);
      const count = model.assumptions?.length ?? 0;
      const notes = [
        ...(assumed.length === 0 ? [] : [`  assumed: ${assumed.map(([name]) => name).join(", ")}`]),
        ...(count === 0 ? [] : [`  ${count} ${count === 1 ? "assumption" : "assumptions"}, told by each margin`]),
      ];
      const head = `${bold(model.id)}  edition ${model.edition}, in ${model.currency}`;
      return [head, `  ${model.source}`, ...notes.map(dim)].join("\n");
    })
    .join("\n\n");
}
