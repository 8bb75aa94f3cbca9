import { frtbTraps } from "../reference/sensitivities/frtb-traps.ts";
import { frtbByCore } from "./core-frtb.ts";

frtbTraps("the Basel method by the core", frtbByCore);
