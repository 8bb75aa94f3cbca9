/** Every adapter; the first that knows a shape runs it. */
import type { Adapter } from "../adapter.ts";
import { numbers } from "./numbers.ts";
import { options } from "./options.ts";

export const ADAPTERS: Adapter[] = [...numbers, ...options];
