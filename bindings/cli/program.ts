/** The command `margin-core`: arguments in, exit code out. */
import { Command, CommanderError } from "commander";
import { MODULE_HASH, VERSION } from "../../build/module.js";
import { MarginError } from "../error.ts";
import { calibrate } from "./commands/calibrate.ts";
import { market, portfolio } from "./commands/convert.ts";
import { iv } from "./commands/iv.ts";
import { margin } from "./commands/margin.ts";
import { models } from "./commands/models.ts";
import { price } from "./commands/price.ts";
import { frtb, simm } from "./commands/sensitivities.ts";
import { schema } from "./commands/schema.ts";
import { span } from "./commands/span.ts";
import { Terminal, UsageError, type Host } from "./terminal.ts";

const COMMANDS = [margin, simm, frtb, span, price, iv, calibrate, market, portfolio, models, schema];
const OK = 0;
const DATA = 1;
const USAGE = 2;
/** EX_SOFTWARE of sysexits.h: a fault of this program. */
const FAULT = 70;

const EXAMPLES = `
Examples:
  $ margin-core margin market.json portfolio.json
  $ margin-core price --forward 70000 --strike 75000 --days 30 --vol 60% --call
  $ margin-core calibrate surface chain.csv --plot surface.html
  $ margin-core calibrate correlation closes.csv --last 730 --picture correlation.html
  $ margin-core market --from deribit *.json > market.json

Exit codes: 0 done, 1 a mistake in the data, 2 a mistake in the command.`;

export async function run(args: readonly string[], host: Host): Promise<number> {
  const terminal = new Terminal(host);
  const program = new Command("margin-core")
    .description("Margin of crypto derivatives portfolios: computed, explained, the same bits everywhere.")
    .version(
      `margin-core ${VERSION} (module ${MODULE_HASH.slice(0, 16)})`,
      "--version",
      "print the version and the hash of the module",
    )
    .helpCommand(false)
    // an option of a command may be called as one of the program: simm --version is that of the tables
    .enablePositionalOptions()
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXAMPLES);
  const { bold } = terminal.colours;
  for (const command of COMMANDS) command(program, terminal);
  for (const command of [program, ...everyCommand(program)]) {
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureHelp({ helpWidth: Math.min(host.columns ?? 100, 110), styleTitle: (text) => bold(text) })
      .configureOutput({
        writeOut: (text) => host.out(text),
        writeErr: (text) => host.err(text),
        outputError: () => {},
        getOutHasColors: () => true,
      });
    if (command !== program) command.helpOption("-h, --help", "print this help");
  }
  try {
    if (args.length === 0) {
      program.outputHelp();
      return OK;
    }
    await program.parseAsync(args, { from: "user" });
    return OK;
  } catch (error) {
    return failure(error, terminal);
  }
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}

/** One line on stderr, and the exit code. */
function failure(error: unknown, terminal: Terminal): number {
  const debug = terminal.host.env["MARGIN_CORE_DEBUG"] === "1";
  const { red } = terminal.errorColours;
  const say = (text: string, stack?: string) => {
    terminal.host.err(
      `${red("error:")} ${text.replace(/\s*\n\s*/g, " ")}\n${debug && stack !== undefined ? `${stack}\n` : ""}`,
    );
  };
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return OK;
    say(`${error.message.replace(/^error: |\.$/g, "")}; margin-core --help tells more`, error.stack);
    return USAGE;
  }
  if (error instanceof UsageError) {
    say(error.message, error.stack);
    return USAGE;
  }
  if (error instanceof AggregateError) return Math.max(...error.errors.map((one) => failure(one, terminal)));
  if (error instanceof MarginError) {
    const cause = error.cause instanceof MarginError ? error.cause : error;
    say(error.message, `${error.code}\n${cause.stack ?? ""}`);
    return DATA;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say(`a fault of margin-core, please report it: ${message}`, stack);
  return FAULT;
}
