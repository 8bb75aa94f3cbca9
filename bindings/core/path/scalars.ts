/** Operations on the values of one group, as assembly/charge/formula.ts has them. */
import { Op } from "../../../assembly/record/opcodes.ts";
import { F64, type Name } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import { callOf } from "./imports.ts";
import type { Scope } from "./scope.ts";

/** Leaves the value on the stack. */
export function scalar(scope: Scope, node: Node): void {
  const { code } = scope;
  const [a, b, c] = node.args as [Node, Node, Node];
  const two = (name: Name) => scope.read(a) && scope.read(b).do(name);
  const one = (...names: Name[]) => scope.read(a).do(...names);
  const isNaN = (x: Node) => scope.read(x) && scope.read(x).do("f64.ne");
  switch (node.op) {
    case Op.Hold:
      return void scope.column(a);
    case Op.Broadcast: {
      // NaN where the instrument lacks the coarser level's keys
      scope.read(a).f64(NaN).get(scope.groupAt(a.level)).i32(0).do("i32.ge_s", "select");
      return;
    }
    case Op.Add:
      return void two("f64.add");
    case Op.Sub:
      return void two("f64.sub");
    case Op.Mul:
      return void two("f64.mul");
    case Op.Div:
      return void two("f64.div");
    case Op.Max:
      return void two("f64.max");
    case Op.Min:
      return void two("f64.min");
    case Op.Neg:
      code.f64(0);
      return void one("f64.sub");
    case Op.Abs:
      return void one("f64.abs");
    case Op.Sqrt:
      return void one("f64.sqrt");
    case Op.Ceil:
      return void one("f64.ceil");
    case Op.Trunc:
      return void one("f64.trunc");
    case Op.Exp:
      return void scope.read(a).call(callOf("exp"));
    case Op.Ln:
      return void scope.read(a).call(callOf("log"));
    case Op.Pow:
      scope.read(a);
      return void scope.read(b).call(callOf("pow"));
    case Op.Round:
      return void scope.read(a).i32(node.extra.places!).call(callOf("roundDecimal"));
    case Op.Less:
    case Op.LessOrEqual:
      code.f64(NaN);
      two(node.op === Op.Less ? "f64.lt" : "f64.le").do("f64.convert_i32_s");
      isNaN(a);
      isNaN(b);
      return void code.do("i32.or", "select");
    case Op.If:
      code.f64(NaN);
      scope.read(b);
      scope.read(c);
      scope.read(a).f64(0).do("f64.ne", "select");
      isNaN(a);
      return void code.do("select");
    case Op.Coalesce:
      scope.read(b);
      scope.read(a);
      isNaN(a);
      return void code.do("select");
    case Op.Step:
    case Op.Progressive:
    case Op.Interpolate: {
      const name = { [Op.Step]: "step", [Op.Progressive]: "progressive", [Op.Interpolate]: "interpolate" }[node.op];
      scope.read(a);
      scope.read(b).do("i32.trunc_sat_f64_u");
      return void scope.read(c).do("i32.trunc_sat_f64_u").call(callOf(name));
    }
    case Op.Unrealised: {
      const held = scope.heldAt(node.level);
      code.get(held.own).load(F64, held.offset.get(node)!).get(scope.unrealised).do("f64.add");
      return;
    }
    default:
      throw new Error(`a path has no operation ${Op[node.op]}`);
  }
}
