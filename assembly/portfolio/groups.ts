/** Which groups the account at hand holds of each level that its program reads, and how held groups lie in coarser ones. */
import { level, relation, Book, Level } from "../record/book";

/** Marks the groups of the held instruments, in the order of their numbers, whichever of their instruments are held; `release` undoes it. */
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
    let last = -1;
    let isOrdered = true;
    for (let r = 0; r < rows; r++) {
      const g = groupOf[instruments[r]];
      if (g >= 0 && placeOf[g] < 0) {
        placeOf[g] = held;
        heldGroups[held] = g;
        held++;
        if (g < last) isOrdered = false;
        last = g;
      }
    }
    at.held = held;
    if (!isOrdered) order(at);
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

/** Few groups are sorted; for many, every group of the level is looked at in turn. */
function order(at: Level): void {
  const held = at.held;
  const heldGroups = at.heldGroups;
  const placeOf = at.placeOf;
  if (held <= 32) {
    for (let k = 1; k < held; k++) {
      const g = heldGroups[k];
      let to = k;
      while (to > 0 && heldGroups[to - 1] > g) {
        heldGroups[to] = heldGroups[to - 1];
        to--;
      }
      heldGroups[to] = g;
    }
  } else {
    const groups = at.groups;
    let k = 0;
    for (let g = 0; g < groups; g++) {
      if (placeOf[g] >= 0) heldGroups[k++] = g;
    }
  }
  for (let k = 0; k < held; k++) placeOf[heldGroups[k]] = k;
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
