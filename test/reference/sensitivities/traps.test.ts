/** The traps, on the twin. */
import { frtb } from "./frtb.ts";
import { frtbTraps } from "./frtb-traps.ts";
import { simm } from "./simm.ts";
import { simmTraps } from "./simm-traps.ts";

simmTraps("twin of SIMM", simm);
frtbTraps("twin of the Basel method", frtb);
