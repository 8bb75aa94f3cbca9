import { simmTraps } from "../reference/sensitivities/simm-traps.ts";
import { simmByCore } from "./core-simm.ts";

simmTraps("SIMM by the core", simmByCore);
