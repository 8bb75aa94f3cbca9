export type FrtbClass = "equity" | "commodity" | "fx" | "crypto";
