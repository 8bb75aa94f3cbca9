/** Which groups of each level the account at hand holds, and how held groups lie in coarser ones. */
import { level, relation, Book } from "../record/book";

/** Marks the groups of the held instruments; `release` undoes it. */
export function hold(book: Book): void {
  for (let l = 0; l < book.levelCount; l++) {
    const at = level(book, l);
    at.held = 0;
    for (let r = 0; r < book.rows; r++) {
      const g = at.groupOf[book.heldInstrument[r]];
      if (g >= 0 && at.placeOf[g] < 0) {
        at.placeOf[g] = at.held;
        at.heldGroups[at.held] = g;
        at.held++;
      }
    }
  }
  // the whole account is a group even where nothing is held
  const account = level(book, 0);
  if (account.held == 0) {
    account.placeOf[0] = 0;
    account.heldGroups[0] = 0;
    account.held = 1;
  }
  for (let r = 0; r < book.relationCount; r++) {
    const at = relation(book, r);
    const fine = level(book, at.fine);
    const coarse = level(book, at.coarse);
    for (let i = 0; i < fine.held; i++) {
      const g = at.all[fine.heldGroups[i]];
      at.held[i] = g < 0 ? -1 : coarse.placeOf[g];
    }
  }
}

export function release(book: Book): void {
  for (let l = 0; l < book.levelCount; l++) {
    const at = level(book, l);
    for (let i = 0; i < at.held; i++) at.placeOf[at.heldGroups[i]] = -1;
    at.held = 0;
  }
  for (let r = 0; r < book.rows; r++) book.rowOf[book.heldInstrument[r]] = -1;
  book.rows = 0;
}
