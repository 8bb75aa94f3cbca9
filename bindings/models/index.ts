/** The models that come with the package, by id. */
import type { MarginModel } from "../documents/model.ts";
import { deribitPm } from "./deribit.ts";

export { deribitPm } from "./deribit.ts";

export const models: Readonly<Record<string, MarginModel>> = { [deribitPm.id]: deribitPm };
