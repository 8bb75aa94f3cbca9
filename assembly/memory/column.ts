/**
 * A run of f64 whose reference is its address: `strike[i]` compiles to one load.
 * Not checked: callers hold the row count beside it.
 */
@unmanaged
export class Column {
  @inline @operator("[]") get(i: i32): f64 {
    return load<f64>(changetype<usize>(this) + (<usize>i << 3));
  }
  @inline @operator("[]=") set(i: i32, x: f64): void {
    store<f64>(changetype<usize>(this) + (<usize>i << 3), x);
  }
  /** The column that begins at row i of this one. */
  @inline from(i: i32): Column {
    return changetype<Column>(changetype<usize>(this) + (<usize>i << 3));
  }
}

/** A run of i32, likewise. */
@unmanaged
export class Indices {
  @inline @operator("[]") get(i: i32): i32 {
    return load<i32>(changetype<usize>(this) + (<usize>i << 2));
  }
  @inline @operator("[]=") set(i: i32, x: i32): void {
    store<i32>(changetype<usize>(this) + (<usize>i << 2), x);
  }
}
