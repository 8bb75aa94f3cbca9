/** Risk arrays that a venue gives ready-made: read, not repriced. R is one lot's part of them, rounded as other R. */
import { InstrumentKind } from "../record/opcodes";
import { Book, ScenarioSet } from "../record/book";
import { Status } from "../record/status";
import { round } from "../market/quantum";

/** R, the values today and the largest |R| of every instrument that is fit to be held. */
export function readArrays(book: Book, set: ScenarioSet): void {
  const bytes = <usize>set.stride << 3;
  for (let i = 0; i < book.instruments; i++) {
    if (book.unfit[i] != Status.Ok) continue;
    if (changetype<usize>(book.touched) != 0 && book.touched[i] == 0) continue;
    const kind = book.kind[i];
    const row = set.risk + <usize>i * bytes;
    memory.fill(row, 0, bytes);
    set.largest[i] = 0;
    set.base[i] = kind == InstrumentKind.Cash ? 1 : 0;
    if (kind == InstrumentKind.Cash || kind == InstrumentKind.Sensitivity) continue;
    const amount = book.baseAmount[i];
    const quantum = book.quantum[i];
    const given = set.given + ((<usize>i * <usize>set.rows) << 3);
    let most: f64 = 0;
    for (let s: usize = 0; s < <usize>set.rows << 3; s += 8) {
      const p = round(load<f64>(given + s) * amount, quantum);
      store<f64>(row + s, p);
      most = max(most, Math.abs(p));
    }
    set.largest[i] = most;
    // a future or perpetual is worth nothing beside its unrealised result
    const isOwned = kind == InstrumentKind.Option || kind == InstrumentKind.Spot;
    if (!isOwned || changetype<usize>(set.marks) == 0) continue;
    const isCoin = kind == InstrumentKind.Spot && book.inverse[i] != 0;
    set.base[i] = round(isCoin ? amount : set.marks[i] * amount, quantum);
  }
}
