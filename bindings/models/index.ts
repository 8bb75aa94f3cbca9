/** The models that come with the package, by id. */
import type { MarginModel } from "../documents/model.ts";
import { deribitPm } from "./deribit.ts";

export { deribitPm } from "./deribit.ts";

export const models: Readonly<Record<"deribit-pm", MarginModel> & Record<string, MarginModel>> = {
  "deribit-pm": deribitPm,
};
