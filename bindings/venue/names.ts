/** The accounts of a venue by name, and by handle: the order in which they were opened. */
import { unexpected } from "../error.ts";
import type { Account } from "./account.ts";

export class Names {
  /** By handle. */
  readonly list: string[] = [];
  private readonly accounts = new Map<string, Account>();

  get count(): number {
    return this.list.length;
  }

  add(account: Account): void {
    this.accounts.set(account.name, account);
    this.list[account.handle] = account.name;
  }

  /** Takes the account that was added last back. */
  dropLast(): void {
    this.accounts.delete(this.list.pop()!);
  }

  find(name: string): Account | undefined {
    return this.accounts.get(name);
  }

  at(handle: number): Account {
    return this.accounts.get(this.list[handle]!)!;
  }

  all(): Account[] {
    return this.list.map((name) => this.accounts.get(name)!);
  }
}

/** @throws MarginError where it is no name */
export function checkName(name: string): void {
  if (typeof name !== "string" || name === "") throw unexpected("WrongType", "account", "a name", name);
}
