/** Which groups the account at hand holds of each level that its program reads, and how held groups lie in coarser ones. */
import { level, relation, Book } from "../record/book";

/** Marks the groups of the held instruments; `release` undoes it. */
export function hold(book: Book): void {
  const rows = book.rows;
  const instruments = book.heldInstrument;
  for (let k = 0; k < book.heldLevelCount; k++) {
    const at = level(book, book.heldLevels[k]);
    // fields as locals: after each store V8 would load them again
    const groupOf = at.groupOf;
    const placeOf = at.placeOf;
    const heldGroups = at.heldGroups;
    let held = 0;
    for (let r = 0; r < rows; r++) {
      const g = groupOf[instruments[r]];
      if (g >= 0 && placeOf[g] < 0) {
        placeOf[g] = held;
        heldGroups[held] = g;
        held++;
      }
    }
    at.held = held;
  }
  // the whole account is a group even where nothing is held
  const account = level(book, 0);
  if (account.held == 0) {
    account.placeOf[0] = 0;
    account.heldGroups[0] = 0;
    account.held = 1;
  }
  for (let k = 0; k < book.heldRelationCount; k++) {
    const at = relation(book, book.heldRelations[k]);
    const fine = level(book, at.fine);
    const coarse = level(book, at.coarse);
    const n = fine.held;
    const heldGroups = fine.heldGroups;
    const placeOf = coarse.placeOf;
    const all = at.all;
    const to = at.held;
    for (let i = 0; i < n; i++) {
      const g = all[heldGroups[i]];
      to[i] = g < 0 ? -1 : placeOf[g];
    }
  }
}

export function release(book: Book): void {
  for (let k = 0; k < book.heldLevelCount; k++) {
    const at = level(book, book.heldLevels[k]);
    const held = at.held;
    const placeOf = at.placeOf;
    const heldGroups = at.heldGroups;
    for (let i = 0; i < held; i++) placeOf[heldGroups[i]] = -1;
    at.held = 0;
  }
}
