/** Functions of expressions, for code that is made from a model: the same that its instructions use. */
export { exp, log, pow } from "../math/exp-log";
export { roundDecimal } from "../charge/formula";
export { interpolate, progressive, step } from "../charge/curves";
